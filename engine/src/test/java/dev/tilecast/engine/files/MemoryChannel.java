package dev.tilecast.engine.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A file in memory that is read and written at offsets only, takes any number of bytes at once, and
 * can be full.
 */
final class MemoryChannel extends FileChannel {
  final byte[] bytes;

  /** Where each write began, and how many bytes it had. */
  final List<String> writes = new ArrayList<>();

  boolean isFull;

  MemoryChannel(int length) {
    bytes = new byte[length];
  }

  @Override
  public int read(ByteBuffer into, long at) {
    int count = (int) Math.min(into.remaining(), bytes.length - at);
    if (count <= 0) {
      return -1;
    }
    into.put(bytes, (int) at, count);
    return count;
  }

  @Override
  public int write(ByteBuffer from, long at) throws IOException {
    if (isFull) {
      throw new IOException("No space left on device");
    }
    int count = from.remaining();
    writes.add(at + "+" + count);
    from.get(bytes, (int) at, count);
    return count;
  }

  @Override
  public int read(ByteBuffer into) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel position(long newPosition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public FileChannel truncate(long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void force(boolean metaData) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel src, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void implCloseChannel() {
    // Nothing is held.
  }
}
