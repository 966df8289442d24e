package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.testbed.world.Mint;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.TileModel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The files of a scenario, by what it calls them: {@code demo.mfz@100} is the version of that name
 * with stamp 100, {@code demo.mfz@100#2} another one with the same stamp.
 */
final class Files {
  private static final int BYTES = 64 * 1024;
  private static final int BYTES_MAX = 64 * 1024 * 1024;
  private static final double CHANGED = 0.1;

  private final Mint mint;
  private final Map<String, SimFile> byWords = new LinkedHashMap<>();
  private final Map<Version, String> words = new HashMap<>();

  /** How a file is made: how long, by whom, out of which earlier one, and whether with a seal. */
  private record Making(
      int length, String signer, Optional<SimFile> before, double changed, boolean sealed) {
    static final Making USUAL =
        new Making(BYTES, TileModel.SIGNER, Optional.empty(), CHANGED, false);
  }

  Files(Mint mint) {
    this.mint = mint;
  }

  private Settings<Making> settings() {
    return new Settings<Making>()
        .with("size", (m, w) -> new Making(length(w), m.signer, m.before, m.changed, m.sealed))
        .with("signer", (m, w) -> new Making(m.length, w.text(), m.before, m.changed, m.sealed))
        .with(
            "after",
            (m, w) -> new Making(m.length, m.signer, Optional.of(known(w)), m.changed, m.sealed))
        .with("changed", (m, w) -> new Making(m.length, m.signer, m.before, w.chance(), m.sealed))
        .with("seal", (m, w) -> new Making(m.length, m.signer, m.before, m.changed, isYes(w)));
  }

  private static boolean isYes(Word word) throws ScenarioException {
    if (!word.text().equals("yes") && !word.text().equals("no")) {
      throw word.wrong("'" + word + "'; write seal=yes or seal=no");
    }
    return word.text().equals("yes");
  }

  private static int length(Word word) throws ScenarioException {
    long length = word.bytes();
    if (length < 1 || length > BYTES_MAX) {
      throw word.wrong("a file of " + word + " bytes; write 1 to 64M");
    }
    return (int) length;
  }

  /** The file that the next words mean; it is made where it is not known yet. */
  SimFile make(Words words) throws ScenarioException {
    Word ref = words.next("a file such as demo.mfz@100");
    Map<String, Word> given = words.settings();
    SimFile known = byWords.get(ref.text());
    if (known != null) {
      if (!given.isEmpty()) {
        throw ref.wrong(ref + " was made before; leave out " + given.keySet());
      }
      return known;
    }
    Making making = settings().applyAll(Making.USUAL, given, words.line());
    Word stamp = stampOf(ref);
    Name name = ref.cutAt("@").get(0).name();
    SimFile file;
    if (making.before.isPresent()) {
      SimFile before = making.before.get();
      if (!before.name().equals(name)) {
        throw ref.wrong(ref + " cannot come after a file called " + before.name());
      }
      file = mint.next(before, stamp.whole(), making.changed);
    } else {
      file = mint.make(name, stamp.whole(), making.length, making.signer);
    }
    if (making.sealed) {
      file = mint.seal(file);
    }
    byWords.put(ref.text(), file);
    this.words.put(file.version(), ref.text());
    return file;
  }

  private static Word stampOf(Word ref) throws ScenarioException {
    if (ref.cutAt("@").size() != 2) {
      throw ref.isNo("file; write NAME@STAMP, such as demo.mfz@100");
    }
    return ref.cutAt("@").get(1).cutAt("#").get(0);
  }

  /** The file that {@code ref} means. */
  SimFile known(Word ref) throws ScenarioException {
    SimFile file = byWords.get(ref.text());
    if (file == null) {
      throw ref.wrong(
          "there is no file " + ref + "; there are: " + String.join(", ", byWords.keySet()));
    }
    return file;
  }

  /** As the scenario calls it; with stamp and digest where it does not know it. */
  String words(Version version) {
    return words.getOrDefault(version, version.toString());
  }

  /** What {@code tile} has live, or {@code -}. */
  String words(SimTile tile) {
    String words =
        tile.live().values().stream()
            .map(file -> words(file.version()))
            .collect(Collectors.joining(" "));
    return words.isEmpty() ? "-" : words;
  }
}
