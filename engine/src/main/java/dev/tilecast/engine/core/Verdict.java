package dev.tilecast.engine.core;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** What became of a file that was dropped into the inbox. */
public sealed interface Verdict {
  /**
   * It is live, synced and on its way to the neighbors.
   *
   * @param sealUnused why the seal that lay beside it is not used; empty where none lay there, or
   *     it is used
   */
  record Live(LiveEntry entry, Optional<String> sealUnused) implements Verdict {
    public Live {
      requireNonNull(entry);
      requireNonNull(sealUnused);
    }

    /** Without a word on a seal. */
    public Live(LiveEntry entry) {
      this(entry, Optional.empty());
    }

    @Override
    public Verdict withSealUnused(String why) {
      return new Live(entry, Optional.of(why));
    }
  }

  /**
   * The same version was live before, and whole; nothing was changed, but for a seal that it had
   * not.
   *
   * @param sealAdded whether the seal that lay beside it is kept beside the live file from now on
   * @param sealUnused as in {@link Live}
   */
  record AlreadyLive(LiveEntry entry, boolean sealAdded, Optional<String> sealUnused)
      implements Verdict {
    public AlreadyLive {
      requireNonNull(entry);
      requireNonNull(sealUnused);
    }

    /** Nothing was changed, and no word on a seal. */
    public AlreadyLive(LiveEntry entry) {
      this(entry, false, Optional.empty());
    }

    @Override
    public Verdict withSealUnused(String why) {
      return new AlreadyLive(entry, sealAdded, Optional.of(why));
    }
  }

  /**
   * The same version was live and rotten; this file has taken the place of the rotten one.
   *
   * @param sealUnused as in {@link Live}
   */
  record Mended(LiveEntry entry, Optional<String> sealUnused) implements Verdict {
    public Mended {
      requireNonNull(entry);
      requireNonNull(sealUnused);
    }

    /** Without a word on a seal. */
    public Mended(LiveEntry entry) {
      this(entry, Optional.empty());
    }

    @Override
    public Verdict withSealUnused(String why) {
      return new Mended(entry, Optional.of(why));
    }
  }

  /** It was not accepted. */
  record Refused(Refusal refusal) implements Verdict {
    /** The seal shares its file's fate, and the refusal says all. */
    @Override
    public Verdict withSealUnused(String why) {
      return this;
    }
  }

  /** The same, with why the seal that lay beside the file is not used. */
  Verdict withSealUnused(String why);
}
