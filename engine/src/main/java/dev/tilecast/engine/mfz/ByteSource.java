package dev.tilecast.engine.mfz;

import java.io.IOException;

/** Bytes that come one after the other: a part of a file, or what such a part inflates to. */
interface ByteSource extends AutoCloseable {
  /**
   * Reads at least one byte and at most {@code length}.
   *
   * @return how many, or -1 at the end
   * @throws RefusedException where the bytes cannot be had because the file is malformed
   */
  int read(byte[] into, int offset, int length) throws IOException, RefusedException;

  @Override
  void close();
}
