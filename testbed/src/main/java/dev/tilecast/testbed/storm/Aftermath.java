package dev.tilecast.testbed.storm;

import dev.tilecast.engine.mfz.Inspection;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.ProcessTile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is left on the disks, and how the daemons end. Belongs to one thread. */
final class Aftermath {
  /** A tile promises two seconds; that is measured elsewhere, on a machine with nothing else. */
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  /** What only a daemon that has met an error of its own writes. */
  private static final Pattern FAULT =
      Pattern.compile("\\S+ failed: .*|Exception in thread .*|\\tat .*|.*OutOfMemoryError.*");

  private final List<ProcessTile> tiles;
  private final int tinyTile;
  private final Ledger ledger;
  private final Violations violations;

  Aftermath(List<ProcessTile> tiles, int tinyTile, Ledger ledger, Violations violations) {
    this.tiles = List.copyOf(tiles);
    this.tinyTile = tinyTile;
    this.ledger = ledger;
    this.violations = violations;
  }

  /**
   * Hashes and inspects every file in {@code live/} of every tile.
   *
   * @return each name's version as it is on the tiles with room, all of them alike
   */
  List<Published> requireSameBytes(Inspector inspector) throws IOException {
    List<Published> live = new ArrayList<>();
    for (String name : ledger.names()) {
      Optional<Published> common = Optional.empty();
      for (int i = 0; i < tiles.size(); i++) {
        Path file = tiles.get(i).home().resolve("live").resolve(name);
        Optional<Published> found = verified(file, inspector);
        if (i == tinyTile) {
          continue;
        }
        if (i > 0 && !found.equals(common)) {
          violations.add(
              file + " is " + found + ", tile " + tiles.get(0).label() + " has " + common);
        }
        common = found;
      }
      common.ifPresent(live::add);
    }
    return live;
  }

  private Optional<Published> verified(Path file, Inspector inspector) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Optional<Published> found = ledger.ofFile(Ledger.sha256(file));
    Inspection inspection = inspector.inspect(file, Optional.of(file.getFileName().toString()));
    if (inspection instanceof Inspection.Refused refused) {
      violations.add(file + " is live and does not verify: " + refused.message());
    } else if (found.isEmpty()) {
      violations.add(file + " is not, byte for byte, a version that was made");
    }
    return found;
  }

  /** Stops every daemon by SIGTERM; gives how long that took. */
  long stop() throws InterruptedException {
    long startNanos = System.nanoTime();
    tiles.forEach(ProcessTile::terminate);
    for (ProcessTile tile : tiles) {
      try {
        int exitCode = tile.awaitExit(STOP_MAX);
        if (exitCode != 0) {
          violations.add(
              "tile " + tile.label() + " ended with exit code " + exitCode + " after SIGTERM");
        }
      } catch (ExpectationException e) {
        violations.add("after SIGTERM " + e.getMessage());
      }
    }
    return System.nanoTime() - startNanos;
  }

  /** Reads every log for errors of our own. */
  void requireNoFaults() throws IOException {
    for (int i = 0; i < tiles.size(); i++) {
      Path diary = tiles.get(i).diary();
      for (String line : Files.readAllLines(diary)) {
        boolean full = i == tinyTile && line.contains("No space left on device");
        if (FAULT.matcher(line).matches() && !full) {
          violations.add(diary + " says: " + line);
        }
      }
    }
  }
}
