package dev.tilecast.testbed.disk;

import dev.tilecast.engine.message.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file that is open, or a folder that is open to be synced. */
final class RecordingChannel extends FileChannel {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final RecordingFileSystem fileSystem;
  private final Inode inode;
  private final boolean readable;
  private final boolean writable;
  private final boolean append;
  private long position;
  private boolean locked;

  RecordingChannel(
      RecordingFileSystem fileSystem,
      Inode inode,
      boolean readable,
      boolean writable,
      boolean append) {
    this.fileSystem = fileSystem;
    this.inode = inode;
    this.readable = readable;
    this.writable = writable;
    this.append = append;
  }

  private void requireReadable() throws IOException {
    requireOpen();
    if (!readable) {
      throw new NonReadableChannelException();
    }
    if (inode.folder) {
      throw new IOException("Is a directory");
    }
  }

  private void requireWritable() throws IOException {
    requireOpen();
    if (!writable) {
      throw new NonWritableChannelException();
    }
  }

  private void requireOpen() throws IOException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public synchronized int read(ByteBuffer into) throws IOException {
    int count = read(into, position);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int count = read(into[i]);
      if (count < 0) {
        return total == 0 ? -1 : total;
      }
      total += count;
    }
    return total;
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    requireReadable();
    return fileSystem.read(inode, at, into);
  }

  @Override
  public synchronized int write(ByteBuffer from) throws IOException {
    int count = write(from, append ? size() : position);
    position = append ? size() : position + count;
    return count;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      total += write(from[i]);
    }
    return total;
  }

  @Override
  public int write(ByteBuffer from, long at) throws IOException {
    requireWritable();
    byte[] bytes = new byte[from.remaining()];
    from.duplicate().get(bytes);
    if (bytes.length > 0) {
      fileSystem.write(inode, at, Bytes.copyOf(bytes));
    }
    // A write that found no room has taken nothing.
    from.position(from.limit());
    return bytes.length;
  }

  @Override
  public synchronized long position() throws IOException {
    requireOpen();
    return position;
  }

  @Override
  public synchronized FileChannel position(long newPosition) throws IOException {
    requireOpen();
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return fileSystem.length(inode);
  }

  @Override
  public synchronized FileChannel truncate(long length) throws IOException {
    requireWritable();
    fileSystem.truncate(inode, length);
    position = Math.min(position, length);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    requireOpen();
    fileSystem.force(inode);
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
    long done = 0;
    while (done < count) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, count - done));
      if (read(buffer, at + done) < 0) {
        break;
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        done += target.write(buffer);
      }
    }
    return done;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
    long done = 0;
    while (done < count) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, count - done));
      if (source.read(buffer) < 0) {
        break;
      }
      done += write(buffer.flip(), at + done);
    }
    return done;
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long at, long length) {
    throw new UnsupportedOperationException("a file in memory cannot be mapped");
  }

  @Override
  public FileLock lock(long at, long length, boolean shared) throws IOException {
    return tryLock(at, length, shared);
  }

  /** Locks are of whole files, and fall with the channel. */
  @Override
  public synchronized FileLock tryLock(long at, long length, boolean shared) throws IOException {
    requireOpen();
    if (!fileSystem.lock(inode)) {
      throw new OverlappingFileLockException();
    }
    locked = true;
    return new FileLock(this, at, length, shared) {
      @Override
      public boolean isValid() {
        return locked && isOpen();
      }

      @Override
      public void release() {
        unlock();
      }
    };
  }

  private synchronized void unlock() {
    if (locked) {
      locked = false;
      fileSystem.unlock(inode);
    }
  }

  @Override
  protected void implCloseChannel() {
    unlock();
  }
}
