package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.Counted;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads a zip from front to back, little-endian, and knows where it is. */
final class ZipInput implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int INFLATED_BYTES = 64 * 1024;

  /** Takes the data of one entry, piece by piece. */
  @FunctionalInterface
  interface DataSink {
    void accept(byte[] bytes, int offset, int length) throws RefusedException;
  }

  /** What became of the data of one entry. */
  record Data(long crc, long storedSize, long size) {}

  private final ByteSource source;
  private final String zipName;
  private final InspectionLimits limits;
  private final byte[] buffer;
  private final byte[] inflated;
  private final Inflater inflater = new Inflater(true);
  private int at;
  private int end;
  private long passed;
  private long storedTotal;
  private long sizeTotal;

  /**
   * Reads {@code source}, and closes it in the end.
   *
   * @param zipBytes how long it is: short ones get short buffers
   * @param zipName what messages call it
   */
  ZipInput(ByteSource source, long zipBytes, String zipName, InspectionLimits limits) {
    this.source = source;
    this.zipName = zipName;
    this.limits = limits;
    this.buffer = new byte[(int) Math.max(1, Math.min(zipBytes, BUFFER_BYTES))];
    this.inflated = new byte[(int) Math.max(1024, Math.min(4 * zipBytes, INFLATED_BYTES))];
  }

  String zipName() {
    return zipName;
  }

  /** Bytes of the zip before the next one. */
  long position() {
    return passed + at;
  }

  private boolean fill() throws IOException, RefusedException {
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      passed += at;
      end -= at;
      at = 0;
    }
    if (end == buffer.length) {
      return false;
    }
    int got = source.read(buffer, end, buffer.length - end);
    end += Math.max(got, 0);
    return got > 0;
  }

  private void require(int bytes) throws IOException, RefusedException {
    while (end - at < bytes) {
      if (!fill()) {
        throw truncated();
      }
    }
  }

  private RefusedException truncated() {
    return new RefusedException(
        Rule.ZIP_TRUNCATED,
        zipName + " ends at byte " + (passed + end) + ", in the middle of a record");
  }

  boolean atEnd() throws IOException, RefusedException {
    return at == end && !fill();
  }

  int u16() throws IOException, RefusedException {
    require(2);
    int value = (buffer[at] & 0xFF) | (buffer[at + 1] & 0xFF) << 8;
    at += 2;
    return value;
  }

  long u32() throws IOException, RefusedException {
    long low = u16();
    return low | (long) u16() << 16;
  }

  /** The next {@code length} bytes, at most 65535. */
  byte[] bytes(int length) throws IOException, RefusedException {
    require(length);
    byte[] taken = Arrays.copyOfRange(buffer, at, at + length);
    at += length;
    return taken;
  }

  /** Passes {@code length} stored bytes. */
  Data stored(long length, DataSink sink) throws IOException, RefusedException {
    CRC32 crc = new CRC32();
    long left = length;
    countIn(length, length);
    while (left > 0) {
      if (at == end && !fill()) {
        throw truncated();
      }
      int part = (int) Math.min(end - at, left);
      crc.update(buffer, at, part);
      sink.accept(buffer, at, part);
      at += part;
      left -= part;
    }
    return new Data(crc.getValue(), length, length);
  }

  /** Passes one deflated run, which ends where deflate says so. */
  Data deflated(DataSink sink) throws IOException, RefusedException {
    CRC32 crc = new CRC32();
    long from = position();
    long size = 0;
    inflater.reset();
    while (!inflater.finished()) {
      if (at == end && !fill()) {
        throw truncated();
      }
      inflater.setInput(buffer, at, end - at);
      while (!inflater.finished() && !inflater.needsInput()) {
        int got = inflate();
        size += got;
        long taken = position() - from + (end - at) - inflater.getRemaining();
        requireRatio(sizeTotal + size, storedTotal + taken);
        crc.update(inflated, 0, got);
        sink.accept(inflated, 0, got);
      }
      at = end - inflater.getRemaining();
    }
    countIn(position() - from, size);
    return new Data(crc.getValue(), position() - from, size);
  }

  private int inflate() throws RefusedException {
    try {
      int got = inflater.inflate(inflated);
      if (got == 0 && inflater.needsDictionary()) {
        throw new RefusedException(Rule.ZIP_DATA, zipName + ": deflated data wants a dictionary");
      }
      return got;
    } catch (DataFormatException e) {
      throw new RefusedException(
          Rule.ZIP_DATA, zipName + ": broken deflated data: " + e.getMessage());
    }
  }

  private void countIn(long stored, long size) throws RefusedException {
    storedTotal += stored;
    sizeTotal += size;
    requireRatio(sizeTotal, storedTotal);
  }

  private void requireRatio(long size, long stored) throws RefusedException {
    if (size > limits.unpackedBytesMax()) {
      throw new RefusedException(
          Rule.UNPACKED_SIZE,
          zipName + " unpacks to more than " + Counted.bytes(limits.unpackedBytesMax()));
    }
    if (limits.ratioExceeded(size, stored)) {
      throw new RefusedException(
          Rule.RATIO,
          zipName
              + " unpacks to over "
              + Counted.bytes(size)
              + " from "
              + stored
              + ", more than "
              + limits.ratioMax()
              + " times as much; a file like that only exists to fill memory or disks");
    }
  }

  @Override
  public void close() {
    inflater.end();
    source.close();
  }
}
