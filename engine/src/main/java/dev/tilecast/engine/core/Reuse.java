package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Has chunks of a transfer copied that the tile holds already in other files, so that they are not
 * asked of neighbors (PROTOCOL.md, Pulling). A copy is believed no more than what an earlier run
 * left in staging: each chunk is compared with its digest like any other.
 */
final class Reuse {
  private final TileState tile;
  private final Transfers transfers;

  Reuse(TileState tile, Transfers transfers) {
    this.tile = tile;
    this.transfers = transfers;
  }

  /** Has copied what can be: once all pages are known, and what was kept has been checked. */
  void advance() {
    for (Transfer transfer : transfers.view()) {
      if (transfer.parked || transfer.phase != TileReport.Phase.CHUNKS) {
        continue;
      }
      HeldCopy copy = transfer.copy;
      if (!copy.begun) {
        copy.begun = true;
        copy.awaited =
            tile.catalog.mark(transfer.name).isPresent() || !otherVersions(transfer).isEmpty();
        copy.until = tile.now + limitNanos(transfer);
      }
      boolean settled = transfer.toCheck.isEmpty() && transfer.checking.isEmpty();
      if (copy.phase == HeldCopy.Phase.DUE && transfer.hasAllPages() && settled) {
        ask(transfer);
      }
    }
  }

  private static long limitNanos(Transfer transfer) {
    return Limits.COPY_NANOS
        + transfer.fileLength * 1_000_000_000L / Limits.COPY_BYTES_PER_SECOND_MIN;
  }

  private void ask(Transfer transfer) {
    List<Integer> lacking = lacking(transfer);
    List<Effect.CopyHeld.Staged> staged = staged(transfer, lacking);
    List<LiveEntry> files = files(transfer);
    boolean somewhere = !staged.isEmpty() || !files.isEmpty() || transfer.copy.awaited;
    if (lacking.isEmpty() || !somewhere) {
      transfer.copy.phase = HeldCopy.Phase.DONE;
      return;
    }
    transfer.copy.phase = HeldCopy.Phase.ASKED;
    long cutBytesMax =
        Math.min(Limits.CUT_AGAIN_BYTES_MAX, Limits.CUT_AGAIN_LENGTHS_MAX * transfer.fileLength);
    tile.out.add(new Effect.CopyHeld(transfer.manifest(), lacking, staged, files, cutBytesMax));
  }

  /** Of chunks that are the same, a few: a false manifest may list one a thousand times. */
  private static List<Integer> lacking(Transfer transfer) {
    List<Integer> lacking = new ArrayList<>();
    Map<Bytes, Integer> places = new TreeMap<>();
    for (int i = 0; i < transfer.chunkCount(); i++) {
      boolean isLacking = !transfer.verified.get(i) && !transfer.open.containsKey(i);
      if (isLacking
          && places.merge(transfer.chunk(i).digest(), 1, Integer::sum) <= Limits.COPIES_MAX) {
        lacking.add(i);
      }
    }
    return lacking;
  }

  /** Other transfers of the name, of which something lies in staging. */
  private List<Transfer> otherVersions(Transfer transfer) {
    return transfers.view().stream()
        .filter(other -> other != transfer && other.name.equals(transfer.name))
        .filter(other -> other.mayHold().findAny().isPresent())
        .toList();
  }

  /** What of {@code lacking} other transfers have staged: first those of the same name. */
  private List<Effect.CopyHeld.Staged> staged(Transfer transfer, List<Integer> lacking) {
    List<Transfer> others = new ArrayList<>(otherVersions(transfer));
    transfers.view().stream()
        .filter(other -> !other.name.equals(transfer.name))
        .limit(Limits.REUSE_FILES_MAX)
        .forEach(others::add);
    Map<Bytes, List<Integer>> wanted = new TreeMap<>();
    for (int index : lacking) {
      wanted.computeIfAbsent(transfer.chunk(index).digest(), d -> new ArrayList<>()).add(index);
    }
    List<Effect.CopyHeld.Staged> staged = new ArrayList<>();
    for (Transfer other : others) {
      other
          .mayHold()
          .forEach(
              held -> {
                List<Integer> places = wanted.remove(other.chunk(held).digest());
                if (places != null) {
                  long offset = other.chunkOffset(held);
                  places.forEach(i -> staged.add(new Effect.CopyHeld.Staged(i, other.id, offset)));
                }
              });
    }
    return staged;
  }

  /**
   * The live files to look through: the older version, then those whose lengths are nearest, since
   * their chunks are as long and versions of one thing may bear several names.
   */
  private List<LiveEntry> files(Transfer transfer) {
    Optional<LiveEntry> older = tile.catalog.get(transfer.name);
    List<LiveEntry> files = new ArrayList<>(older.stream().toList());
    if (transfer.fileLength < Limits.REUSE_BYTES_MIN) {
      return files;
    }
    int shortest = ManifestHead.averageChunkBytes(transfer.fileLength) / 2;
    tile.catalog.entries().stream()
        .filter(entry -> !entry.version().name().equals(transfer.name))
        .filter(entry -> entry.fileLength() >= shortest)
        .sorted(
            Comparator.comparingLong(
                (LiveEntry entry) -> Math.abs(entry.fileLength() - transfer.fileLength)))
        .limit(Limits.REUSE_FILES_MAX - files.size())
        .forEach(files::add);
    return files;
  }

  /**
   * Takes the answer of the shell: what was copied is to be checked.
   *
   * @return whether that was an answer to what this transfer waits for
   */
  boolean copied(Transfer transfer, Input.HeldCopied answer) {
    if (transfer.copy.phase != HeldCopy.Phase.ASKED) {
      return false;
    }
    transfer.copy.phase = HeldCopy.Phase.DONE;
    transfer.progressAt = tile.now;
    for (int index : answer.copied()) {
      // What is being pulled meanwhile goes its own way.
      boolean elsewhere =
          transfer.verified.get(index)
              || transfer.checking.get(index)
              || transfer.open.containsKey(index);
      if (!elsewhere) {
        transfer.copy.copied(index);
        transfer.toCheck.set(index);
      }
    }
    if (answer.refusal().isPresent()) {
      transfer.copy.beginAgain();
    }
    return true;
  }

  /** A chunk was found good that was not pulled in this run. */
  void found(Transfer transfer, int index) {
    int length = transfer.chunk(index).length();
    if (transfer.copy.hasCopied(index)) {
      transfer.copy.bytes += length;
      tile.count("chunks_reused");
      tile.count("bytes_reused", length);
    } else {
      transfer.keptBytes += length;
      tile.count("bytes_kept", length);
    }
  }

  long wakeAt() {
    long at = Long.MAX_VALUE;
    for (Transfer transfer : transfers.view()) {
      if (!transfer.parked && transfer.copy.isWithholding(tile.now)) {
        at = Math.min(at, transfer.copy.until);
      }
    }
    return at;
  }
}
