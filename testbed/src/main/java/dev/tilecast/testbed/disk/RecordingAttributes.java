package dev.tilecast.testbed.disk;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What is known of one file or folder at one instant. */
record RecordingAttributes(
    long number,
    boolean folder,
    long length,
    int links,
    String mode,
    long birthNanos,
    long mtimeNanos,
    long ctimeNanos)
    implements PosixFileAttributes {
  private static final long DEVICE = 1;

  static RecordingAttributes of(Inode inode) {
    return new RecordingAttributes(
        inode.number,
        inode.folder,
        inode.content.length(),
        inode.links,
        inode.permissions,
        inode.birthNanos,
        inode.mtimeNanos,
        inode.ctimeNanos);
  }

  /** All of them by the names that programs ask for. */
  Map<String, Object> byName() {
    Map<String, Object> all = new TreeMap<>();
    all.put("size", length);
    all.put("creationTime", creationTime());
    all.put("lastAccessTime", lastAccessTime());
    all.put("lastModifiedTime", lastModifiedTime());
    all.put("isDirectory", isDirectory());
    all.put("isRegularFile", isRegularFile());
    all.put("isSymbolicLink", isSymbolicLink());
    all.put("isOther", isOther());
    all.put("fileKey", fileKey());
    all.put("permissions", permissions());
    all.put("dev", DEVICE);
    all.put("ino", number);
    all.put("nlink", links);
    all.put("ctime", FileTime.from(ctimeNanos, TimeUnit.NANOSECONDS));
    return all;
  }

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(mtimeNanos, TimeUnit.NANOSECONDS);
  }

  /** Reading is not written down, as on a disk mounted with {@code noatime}. */
  @Override
  public FileTime lastAccessTime() {
    return lastModifiedTime();
  }

  @Override
  public FileTime creationTime() {
    return FileTime.from(birthNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean isRegularFile() {
    return !folder;
  }

  @Override
  public boolean isDirectory() {
    return folder;
  }

  @Override
  public boolean isSymbolicLink() {
    return false;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public Object fileKey() {
    return DEVICE + ":" + number;
  }

  @Override
  public UserPrincipal owner() {
    throw new UnsupportedOperationException("this file system has no users");
  }

  @Override
  public GroupPrincipal group() {
    throw new UnsupportedOperationException("this file system has no users");
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return PosixFilePermissions.fromString(mode);
  }
}
