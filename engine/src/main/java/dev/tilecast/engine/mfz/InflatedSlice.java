package dev.tilecast.engine.mfz;

import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a deflated run of bytes inflates to. It is read again from the start as often as it is
 * needed, since it may be too long to keep.
 */
final class InflatedSlice implements ByteSource {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ByteSource deflated;
  private final byte[] buffer;
  private final Inflater inflater = new Inflater(true);

  /** Inflates {@code deflated}, which has {@code deflatedBytes}. */
  InflatedSlice(ByteSource deflated, long deflatedBytes) {
    this.deflated = deflated;
    this.buffer = new byte[(int) Math.max(1, Math.min(deflatedBytes, BUFFER_BYTES))];
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException, RefusedException {
    try {
      while (!inflater.finished()) {
        int got = inflater.inflate(into, offset, length);
        if (got > 0) {
          return got;
        }
        if (inflater.needsDictionary()) {
          throw new RefusedException(Rule.ZIP_DATA, "the deflated data wants a dictionary");
        }
        if (inflater.needsInput() && !inflater.finished()) {
          int read = deflated.read(buffer, 0, buffer.length);
          if (read < 0) {
            throw new RefusedException(Rule.ZIP_DATA, "the deflated data ends too early");
          }
          inflater.setInput(buffer, 0, read);
        }
      }
      return -1;
    } catch (DataFormatException e) {
      throw new RefusedException(Rule.ZIP_DATA, "the deflated data is broken: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    inflater.end();
    deflated.close();
  }
}
