package dev.tilecast.testbed.disk;

import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;

/** The one disk below a {@link RecordingFileSystem}, and what room it has. */
final class RecordingStore extends FileStore {
  private final RecordingFileSystem fileSystem;

  RecordingStore(RecordingFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String type() {
    return RecordingProvider.SCHEME;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public long getTotalSpace() {
    return fileSystem.capacityBytes();
  }

  @Override
  public long getUsableSpace() {
    return fileSystem.usableBytes();
  }

  @Override
  public long getUnallocatedSpace() {
    return fileSystem.usableBytes();
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return type == BasicFileAttributeView.class || type == PosixFileAttributeView.class;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return fileSystem.supportedFileAttributeViews().contains(name);
  }

  @Override
  public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) {
    throw new UnsupportedOperationException("this file store has no attribute " + attribute);
  }
}
