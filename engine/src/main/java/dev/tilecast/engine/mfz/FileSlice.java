package dev.tilecast.engine.mfz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A run of bytes of an open file. Closing it leaves the file open. */
final class FileSlice implements ByteSource {
  private final FileChannel channel;
  private final long end;
  private long at;

  FileSlice(FileChannel channel, long from, long to) {
    this.channel = channel;
    this.at = from;
    this.end = to;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int wanted = (int) Math.min(length, end - at);
    if (wanted == 0) {
      return -1;
    }
    int got = channel.read(ByteBuffer.wrap(into, offset, wanted), at);
    at += Math.max(got, 0);
    return got;
  }

  @Override
  public void close() {}
}
