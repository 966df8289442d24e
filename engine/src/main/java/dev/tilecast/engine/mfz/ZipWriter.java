package dev.tilecast.engine.mfz;

import dev.tilecast.engine.mfz.ZipRecords.Member;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes a zip into a part of a file, member by member; each is deflated if that makes it less. */
final class ZipWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /**
   * From this size on, a member that deflates too well is stored: our own limits would refuse it.
   */
  private static final int REGULAR_BYTES_MIN = 1 << 20;

  /** Something that can be read more than once. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  private final FileChannel channel;
  private final long zipAt;
  private final InspectionLimits limits;
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final byte[] plain = new byte[BUFFER_BYTES];
  private final byte[] packed = new byte[BUFFER_BYTES];
  private final List<Member> members = new ArrayList<>();
  private long at;

  /** Begins a zip at byte {@code zipAt} of the file. */
  ZipWriter(FileChannel channel, long zipAt, InspectionLimits limits) {
    this.channel = channel;
    this.zipAt = zipAt;
    this.at = zipAt;
    this.limits = limits;
  }

  /** Where the next byte goes. */
  long position() {
    return at;
  }

  void add(String name, int dosDateTime, Content content) throws IOException, MakeException {
    long headerAt = at;
    Member member = deflated(name, dosDateTime, headerAt, content);
    boolean tooRegular =
        member.size() > REGULAR_BYTES_MIN
            && member.size() / limits.ratioMax() >= member.storedSize();
    if (member.storedSize() >= member.size() || tooRegular) {
      at = headerAt;
      member = stored(name, dosDateTime, headerAt, content);
    }
    long end = at;
    at = headerAt;
    write(member.local(), member.localBytes());
    at = end;
    members.add(member);
  }

  private Member deflated(String name, int dosDateTime, long headerAt, Content content)
      throws IOException, MakeException {
    long dataAt = headerAt + ZipRecords.LOCAL_BYTES + name.length();
    CRC32 crc = new CRC32();
    at = dataAt;
    deflater.reset();
    long size = 0;
    try (InputStream in = content.open()) {
      for (int got = in.read(plain); got > 0; got = in.read(plain)) {
        crc.update(plain, 0, got);
        size += got;
        deflater.setInput(plain, 0, got);
        while (!deflater.needsInput()) {
          write(packed, deflater.deflate(packed));
        }
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      write(packed, deflater.deflate(packed));
    }
    return new Member(
        name, DEFLATED, dosDateTime, crc.getValue(), at - dataAt, size, headerAt - zipAt);
  }

  private Member stored(String name, int dosDateTime, long headerAt, Content content)
      throws IOException, MakeException {
    long dataAt = headerAt + ZipRecords.LOCAL_BYTES + name.length();
    CRC32 crc = new CRC32();
    at = dataAt;
    try (InputStream in = content.open()) {
      for (int got = in.read(plain); got > 0; got = in.read(plain)) {
        crc.update(plain, 0, got);
        write(plain, got);
      }
    }
    long size = at - dataAt;
    return new Member(name, STORED, dosDateTime, crc.getValue(), size, size, headerAt - zipAt);
  }

  /** Writes the central directory; the zip ends at {@link #position()} then. */
  void finish() throws IOException, MakeException {
    long directoryAt = at - zipAt;
    for (Member member : members) {
      byte[] record = member.central();
      write(record, record.length);
    }
    byte[] end = ZipRecords.end(members.size(), at - zipAt - directoryAt, directoryAt);
    write(end, end.length);
  }

  private void write(byte[] bytes, int length) throws IOException, MakeException {
    if (at + length > limits.fileBytesMax()) {
      throw new MakeException(
          "the file would be longer than the "
              + limits.fileBytesMax()
              + " bytes that tiles take; pack less into it");
    }
    ByteBuffer out = ByteBuffer.wrap(bytes, 0, length);
    while (out.hasRemaining()) {
      at += channel.write(out, at);
    }
  }

  @Override
  public void close() {
    deflater.end();
  }
}
