package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.testbed.world.Mint;
import dev.tilecast.testbed.world.TileModel;
import java.util.ArrayList;
import java.util.List;

/** What a scenario can say of a tile. */
final class TileWords {
  static final Settings<TileModel> SETTINGS =
      new Settings<TileModel>()
          .with("group", (tile, word) -> tile.inGroup(word.text()))
          .with(
              "turn", (tile, word) -> tile.slow(word.span(), tile.inspectNanos(), tile.diskNanos()))
          .with(
              "inspect", (tile, word) -> tile.slow(tile.turnNanos(), word.span(), tile.diskNanos()))
          .with(
              "sync", (tile, word) -> tile.slow(tile.turnNanos(), tile.inspectNanos(), word.span()))
          .with("largest", (tile, word) -> tile.within(largest(tile.limits(), word)))
          .with("transfers", (tile, word) -> tile.within(transfers(tile.limits(), word)))
          .with("names", (tile, word) -> tile.within(names(tile.limits(), word)))
          .with("scrub", (tile, word) -> tile.scrubbing(word.span()));

  private TileWords() {}

  private static Limits largest(Limits limits, Word word) throws ScenarioException {
    return new Limits(word.bytes(), limits.transfersMax(), limits.catalogNamesMax());
  }

  private static Limits transfers(Limits limits, Word word) throws ScenarioException {
    return new Limits(limits.fileBytesMax(), word.whole(1, 64), limits.catalogNamesMax());
  }

  private static Limits names(Limits limits, Word word) throws ScenarioException {
    return new Limits(limits.fileBytesMax(), limits.transfersMax(), word.whole(1, 4096));
  }

  /** Known handles, each with the patterns of names that it may publish: {@code beta=phys-*}. */
  static Trust trust(List<Word> words) throws ScenarioException {
    List<Trust.Signer> signers = new ArrayList<>();
    for (Word word : words) {
      List<Word> parts = word.cutAt("=");
      List<Glob> globs = new ArrayList<>();
      if (parts.size() == 1) {
        globs.add(Glob.ALL);
      } else {
        for (Word glob : parts.get(1).cutAt("|")) {
          if (!Glob.isValid(glob.text())) {
            throw glob.isNo("pattern of names; write one such as phys-*.mfz");
          }
          globs.add(new Glob(glob.text()));
        }
      }
      signers.add(Mint.signer(parts.get(0).text(), globs));
    }
    return new Trust(signers);
  }
}
