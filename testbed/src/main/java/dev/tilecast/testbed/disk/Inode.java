package dev.tilecast.testbed.disk;

import java.util.Map;
import java.util.TreeMap;

/** A file or a folder, whatever it is called. */
final class Inode {
  final long number;
  final boolean folder;
  final Content content;

  /** Of a folder: the number behind each name. */
  final Map<String, Long> entries;

  final long birthNanos;
  String permissions;
  long mtimeNanos;
  long ctimeNanos;

  /** How many names it has. */
  int links;

  private Inode(
      long number,
      boolean folder,
      Content content,
      Map<String, Long> entries,
      String permissions,
      long timeNanos) {
    this.number = number;
    this.folder = folder;
    this.content = content;
    this.entries = entries;
    this.birthNanos = timeNanos;
    this.permissions = permissions;
    this.mtimeNanos = timeNanos;
    this.ctimeNanos = timeNanos;
  }

  static Inode fresh(long number, boolean folder, String permissions, long timeNanos) {
    return new Inode(number, folder, new Content(), new TreeMap<>(), permissions, timeNanos);
  }

  Inode copy() {
    Inode copy =
        new Inode(number, folder, content.copy(), new TreeMap<>(entries), permissions, birthNanos);
    copy.mtimeNanos = mtimeNanos;
    copy.ctimeNanos = ctimeNanos;
    copy.links = links;
    return copy;
  }

  void changed(long timeNanos) {
    ctimeNanos = timeNanos;
  }

  void written(long timeNanos) {
    mtimeNanos = timeNanos;
    ctimeNanos = timeNanos;
  }
}
