package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Name;

/**
 * What lies under the name of a live file, where that is no file of its length: somebody was there
 * behind the tile's back. It is mended as rot is, and told for what it is.
 */
public enum Misplaced {
  /** Nothing. */
  GONE("%s is gone: somebody has deleted it", false),
  /** A folder; no file can be renamed over it. */
  FOLDER("a folder lies at %s, where the file should be", true),
  /** A symbolic link, which is never followed. */
  LINK("a link lies at %s, where the file itself should be", false),
  /** A pipe, a device or the like, which is never opened. */
  SPECIAL("what lies at %s is no file", false),
  /** A file with bytes behind the end of the one that was checked. */
  LONGER("%s has more bytes than the file that was checked", false);

  private final String words;
  private final boolean blocks;

  Misplaced(String words, boolean blocks) {
    this.words = words;
    this.blocks = blocks;
  }

  /** Whether no file can take its place until somebody has moved it away. */
  public boolean blocks() {
    return blocks;
  }

  /** What is the matter with {@code live/NAME}, to stand at the beginning or end of a sentence. */
  public String words(Name name) {
    return words.formatted("live/" + name);
  }
}
