package dev.tilecast.testbed.disk;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.message.Bytes;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One way in which the power fails.
 *
 * @param operation how many operations were done
 * @param bytes of the next one, where that is a write, 0 where it had not begun
 * @param survival what is left of what was not synced
 * @param seed from which {@link Survival#REORDERED} draws
 */
public record PowerCut(int operation, int bytes, Survival survival, long seed) {
  /** What a disk writes at once. */
  public static final int SECTOR_BYTES = 512;

  /** Whole kept, whole lost, the first sectors, any sectors: each for one write in four. */
  private static final int FATES = 4;

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,9})(?:\\+([0-9]{1,9}))?/([a-z]+)(?:#([0-9]{1,18}))?");

  public PowerCut {
    requireNonNull(survival);
    if (operation < 0 || bytes < 0) {
      throw new IllegalArgumentException("cut at operation " + operation + ", byte " + bytes);
    }
  }

  /** As it is typed: {@code 37/kept}, {@code 37+512/bytes}, {@code 37/reordered#3}. */
  public String text() {
    return operation
        + (bytes > 0 ? "+" + bytes : "")
        + "/"
        + survival.text()
        + (survival == Survival.REORDERED ? "#" + seed : "");
  }

  /** The cut that {@code text} spells, or empty. */
  public static Optional<PowerCut> ofText(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int operation = Integer.parseInt(parts.group(1));
    int bytes = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    long seed = parts.group(4) == null ? 0 : Long.parseLong(parts.group(4));
    return Survival.ofText(parts.group(3))
        .map(survival -> new PowerCut(operation, bytes, survival, seed));
  }

  /** Whether there is such a point in {@code journal}. */
  public boolean fits(List<Journal.Entry> journal) {
    return bytes == 0
        ? operation <= journal.size()
        : operation < journal.size()
            && journal.get(operation).operation() instanceof Operation.Write write
            && bytes < write.bytes().length();
  }

  /**
   * The disk that is left when the power fails like this in the middle of {@code journal}, which
   * began at {@code start}.
   */
  public Disk image(Disk start, List<Journal.Entry> journal) {
    Disk disk = start.copy();
    for (int i = 0; i < operation; i++) {
      disk.allocate(journal.get(i).operation());
    }
    boolean[] synced = synced(journal);
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + operation * 8191L + bytes);
    for (int i = 0; i < operation; i++) {
      Operation done = journal.get(i).operation();
      if (synced[i]) {
        disk.apply(done);
      } else {
        applyUnsynced(disk, done, random);
      }
    }
    if (bytes > 0) {
      Operation.Write torn = (Operation.Write) journal.get(operation).operation();
      applyUnsynced(disk, part(torn, 0, bytes), random);
    }
    return disk.copy();
  }

  /** Of each operation, whether what it did was ordered to be on the disk before the cut. */
  private boolean[] synced(List<Journal.Entry> journal) {
    boolean[] synced = new boolean[operation];
    Set<Long> forced = new HashSet<>();
    for (int i = operation - 1; i >= 0; i--) {
      Operation done = journal.get(i).operation();
      if (done instanceof Operation.Force op) {
        forced.add(op.inode());
      } else if (done instanceof Operation.ForceFailed op) {
        // A later one tries what was written after this one only, whatever it says.
        forced.remove(op.inode());
      } else if (done instanceof Operation.SyncFolder op) {
        forced.add(op.folder());
      } else if (done instanceof Operation.Write op) {
        synced[i] = forced.contains(op.inode());
      } else if (done instanceof Operation.Truncate op) {
        synced[i] = forced.contains(op.inode());
      } else if (done instanceof Operation.Permissions op) {
        synced[i] = forced.contains(op.inode());
      } else if (done instanceof Operation.Create op) {
        synced[i] = forced.contains(op.folder());
      } else if (done instanceof Operation.MakeFolder op) {
        synced[i] = forced.contains(op.folder());
      } else if (done instanceof Operation.Link op) {
        synced[i] = forced.contains(op.folder());
      } else if (done instanceof Operation.Unlink op) {
        synced[i] = forced.contains(op.folder());
      } else if (done instanceof Operation.Rename op) {
        // One entry of the file system's own journal: whoever keeps one half keeps the other.
        synced[i] = forced.contains(op.toFolder()) || forced.contains(op.fromFolder());
      } else {
        throw new AssertionError(done);
      }
    }
    return synced;
  }

  private void applyUnsynced(Disk disk, Operation done, SplittableRandom random) {
    boolean isBytes =
        done instanceof Operation.Write
            || done instanceof Operation.Truncate
            || done instanceof Operation.Permissions;
    boolean kept =
        switch (survival) {
          case LOST -> false;
          case NAMES -> !isBytes;
          case BYTES -> isBytes;
          case KEPT -> true;
          case REORDERED -> {
            if (done instanceof Operation.Write write) {
              torn(disk, write, random);
              yield false;
            }
            yield random.nextBoolean();
          }
        };
    if (kept) {
      disk.apply(done);
    }
  }

  private static void torn(Disk disk, Operation.Write write, SplittableRandom random) {
    int fate = random.nextInt(FATES);
    if (fate == 0) {
      return;
    }
    if (fate == 1) {
      disk.apply(write);
      return;
    }
    int length = write.bytes().length();
    int intoSector = (int) (write.offset() % SECTOR_BYTES);
    int sectors = (intoSector + length + SECTOR_BYTES - 1) / SECTOR_BYTES;
    int first = random.nextInt(sectors + 1);
    for (int sector = 0; sector < sectors; sector++) {
      boolean kept = fate == 2 ? sector < first : random.nextBoolean();
      if (kept) {
        int from = Math.max(0, sector * SECTOR_BYTES - intoSector);
        int to = Math.min(length, (sector + 1) * SECTOR_BYTES - intoSector);
        disk.apply(part(write, from, to));
      }
    }
  }

  private static Operation.Write part(Operation.Write write, int from, int to) {
    ByteBuffer bytes = write.bytes().toBuffer().position(from).limit(to);
    byte[] kept = new byte[to - from];
    bytes.get(kept);
    return new Operation.Write(
        write.inode(), write.offset() + from, Bytes.copyOf(kept), write.timeNanos());
  }
}
