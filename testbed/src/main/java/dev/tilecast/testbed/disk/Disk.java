package dev.tilecast.testbed.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Files and folders as they are at one instant. Every operation can be applied to every disk, also
 * to one that lacks what came before it: names are set and deleted one by one, so any selection of
 * operations gives a disk. Not thread-safe.
 */
public final class Disk {
  static final long ROOT = 1;

  private final TreeMap<Long, Inode> inodes = new TreeMap<>();

  private Disk() {}

  /** A disk with a root folder and nothing in it. */
  public static Disk empty() {
    Disk disk = new Disk();
    Inode root = Inode.fresh(ROOT, true, "rwxr-xr-x", 0);
    root.links = 1;
    disk.inodes.put(ROOT, root);
    return disk;
  }

  /** A disk of its own with the same content. What has no name any more is left out. */
  public Disk copy() {
    Disk copy = new Disk();
    Deque<Inode> todo = new ArrayDeque<>();
    todo.add(inode(ROOT));
    while (!todo.isEmpty()) {
      Inode next = todo.remove();
      if (copy.inodes.putIfAbsent(next.number, next.copy()) == null) {
        next.entries.values().forEach(number -> todo.add(inode(number)));
      }
    }
    return copy;
  }

  Inode inode(long number) {
    Inode inode = inodes.get(number);
    if (inode == null) {
      throw new IllegalStateException("no inode " + number);
    }
    return inode;
  }

  long unusedNumber() {
    return inodes.lastKey() + 1;
  }

  /** When anything of it last changed. */
  long newestNanos() {
    return inodes.values().stream().mapToLong(inode -> inode.ctimeNanos).max().orElse(0);
  }

  /** What the content of all files takes. */
  public long usedBytes() {
    return inodes.values().stream()
        .filter(inode -> inode.links > 0)
        .mapToLong(inode -> inode.content.usedBytes())
        .sum();
  }

  /** Makes the file or folder of an operation that makes one, without a name. */
  void allocate(Operation operation) {
    if (operation instanceof Operation.Create op) {
      inodes.putIfAbsent(
          op.inode(), Inode.fresh(op.inode(), false, op.permissions(), op.timeNanos()));
    } else if (operation instanceof Operation.MakeFolder op) {
      inodes.putIfAbsent(
          op.inode(), Inode.fresh(op.inode(), true, op.permissions(), op.timeNanos()));
    }
  }

  void apply(Operation operation) {
    if (operation instanceof Operation.Write op) {
      inode(op.inode()).content.write(op.offset(), op.bytes().toBuffer());
      inode(op.inode()).written(op.timeNanos());
    } else if (operation instanceof Operation.Truncate op) {
      inode(op.inode()).content.truncate(op.length());
      inode(op.inode()).written(op.timeNanos());
    } else if (operation instanceof Operation.Permissions op) {
      inode(op.inode()).permissions = op.permissions();
      inode(op.inode()).changed(op.timeNanos());
    } else if (operation instanceof Operation.Create op) {
      allocate(op);
      put(op.folder(), op.name(), op.inode(), op.timeNanos());
    } else if (operation instanceof Operation.MakeFolder op) {
      allocate(op);
      put(op.folder(), op.name(), op.inode(), op.timeNanos());
    } else if (operation instanceof Operation.Link op) {
      put(op.folder(), op.name(), op.inode(), op.timeNanos());
    } else if (operation instanceof Operation.Rename op) {
      put(op.toFolder(), op.toName(), op.inode(), op.timeNanos());
      remove(op.fromFolder(), op.fromName(), op.inode(), op.timeNanos());
    } else if (operation instanceof Operation.Unlink op) {
      remove(op.folder(), op.name(), op.inode(), op.timeNanos());
    } else if (!(operation instanceof Operation.Force)
        && !(operation instanceof Operation.ForceFailed)
        && !(operation instanceof Operation.SyncFolder)) {
      throw new AssertionError(operation);
    }
  }

  private void put(long folder, String name, long number, long timeNanos) {
    Long before = inode(folder).entries.put(name, number);
    if (before != null) {
      inode(before).links--;
    }
    inode(folder).written(timeNanos);
    inode(number).links++;
    inode(number).changed(timeNanos);
  }

  /** The name goes only if it still is that of the same file. */
  private void remove(long folder, String name, long number, long timeNanos) {
    if (inode(folder).entries.remove(name, number)) {
      inode(folder).written(timeNanos);
      inode(number).links--;
      inode(number).changed(timeNanos);
    }
  }

  /** A digest of every path, with its bytes and permissions; times do not count. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest(inode(ROOT), "", digest, new HashSet<>());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void digest(Inode folder, String path, MessageDigest digest, Set<Long> above) {
    if (!above.add(folder.number)) {
      throw new IllegalStateException("folder " + path + " contains itself");
    }
    for (Map.Entry<String, Long> entry : folder.entries.entrySet()) {
      Inode inode = inode(entry.getValue());
      String here = path + "/" + entry.getKey();
      String line = here + "\0" + inode.permissions + "\0" + inode.content.length() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      if (inode.folder) {
        digest(inode, here, digest, above);
      } else {
        digest.update(inode.content.toArray());
      }
    }
  }

  /** Fails as a full disk does, where {@code bytes} more do not fit into {@code capacityBytes}. */
  void requireRoom(long bytes, long capacityBytes) throws IOException {
    if (bytes > 0 && usedBytes() + bytes > capacityBytes) {
      throw new IOException("No space left on device");
    }
  }
}
