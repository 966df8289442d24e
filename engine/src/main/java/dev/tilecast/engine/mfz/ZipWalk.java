package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.mfz.ZipInput.Data;
import dev.tilecast.engine.mfz.ZipInput.DataSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A strict walk over one zip: local headers from front to back, then a central directory that must
 * say the same, then the end record, then nothing. No reader of zips in the libraries is safe here:
 * some believe the central directory, some the local headers, and tools differ in what they skip.
 */
final class ZipWalk {
  private static final long LOCAL = 0x04034b50L;
  private static final long DESCRIPTOR = 0x08074b50L;
  private static final long CENTRAL = 0x02014b50L;
  private static final long END = 0x06054b50L;

  private static final int FLAG_STREAMED = 0x8;
  private static final int FLAG_UTF8 = 0x800;

  /** Two bits that say how hard the packer tried mean nothing to a reader. */
  private static final int FLAGS_ALLOWED = FLAG_STREAMED | FLAG_UTF8 | 0x6;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int VERSION_MAX = 20;
  private static final int HOST_UNIX = 3;
  private static final int FILE_TYPE = 0xF000;
  private static final int REGULAR_FILE = 0x8000;
  private static final int DOS_FOLDER = 0x10;

  /** The Info-ZIP fields of times and of owners: what re-zipping a package leaves behind. */
  private static final int EXTRA_TIMES = 0x5455;

  private static final int EXTRA_OWNERS = 0x7875;
  private static final int EXTRA_BYTES_MAX = 64;

  /** Chooses what is done with the data of the entry of this name. */
  @FunctionalInterface
  interface SinkOf {
    DataSink sink(String name, int index) throws RefusedException;
  }

  private final ZipInput in;
  private final int entriesMax;
  private final int nameBytesMax;

  /**
   * @param entriesMax after so many entries the walk refuses the zip
   */
  ZipWalk(ZipInput in, int entriesMax, int nameBytesMax) {
    this.in = in;
    this.entriesMax = entriesMax;
    this.nameBytesMax = nameBytesMax;
  }

  private RefusedException refuse(Rule rule, String message) {
    return new RefusedException(rule, in.zipName() + ": " + message);
  }

  /** Walks the whole zip. */
  List<ZipEntryRecord> all(SinkOf sinks) throws IOException, RefusedException {
    List<ZipEntryRecord> entries = new ArrayList<>();
    long signature = in.u32();
    while (signature == LOCAL) {
      if (entries.size() == entriesMax) {
        throw refuse(Rule.ENTRY_COUNT, "more than " + entriesMax + " entries");
      }
      entries.add(local(sinks, entries.size()));
      signature = in.u32();
    }
    long directoryAt = in.position() - 4;
    for (ZipEntryRecord entry : entries) {
      if (signature != CENTRAL) {
        throw refuse(
            Rule.ZIP_DIRECTORY, "the central directory does not list '" + entry.name() + "'");
      }
      central(entry);
      signature = in.u32();
    }
    if (signature == CENTRAL) {
      throw refuse(Rule.ZIP_DIRECTORY, "the central directory lists an entry that is not there");
    }
    if (signature != END) {
      throw refuse(
          Rule.ZIP_LAYOUT,
          "at byte "
              + (in.position() - 4)
              + " stands neither an entry nor the end record (found "
              + String.format("%08x", signature)
              + ")");
    }
    end(entries.size(), directoryAt, in.position() - 4 - directoryAt);
    return entries;
  }

  /** Walks the first entry only, and says nothing of the rest. */
  ZipEntryRecord first(SinkOf sinks) throws IOException, RefusedException {
    if (in.u32() != LOCAL) {
      throw refuse(Rule.ZIP_LAYOUT, "it does not begin with an entry");
    }
    return local(sinks, 0);
  }

  private ZipEntryRecord local(SinkOf sinks, int index) throws IOException, RefusedException {
    long headerAt = in.position() - 4;
    int version = in.u16();
    int flags = in.u16();
    int method = in.u16();
    int time = in.u16();
    int dosDateTime = in.u16() << 16 | time;
    long crc = in.u32();
    long storedSize = in.u32();
    long size = in.u32();
    int nameBytes = in.u16();
    int extraBytes = in.u16();
    requirePlain(version, flags, method);
    String name = name(nameBytes);
    requireExtra(name, in.bytes(extraBytes));
    boolean streamed = (flags & FLAG_STREAMED) != 0;
    if (streamed && method == STORED) {
      throw refuse(Rule.ZIP_FLAGS, "'" + name + "' is stored and streamed, so nothing ends it");
    }
    if (streamed && (crc != 0 || storedSize != 0 || size != 0)) {
      throw refuse(
          Rule.ZIP_DESCRIPTOR, "'" + name + "' is streamed, yet its header has sizes or a CRC");
    }
    long dataAt = in.position();
    DataSink sink = sinks.sink(name, index);
    Data data = method == STORED ? in.stored(storedSize, sink) : in.deflated(sink);
    if (streamed) {
      if (in.u32() != DESCRIPTOR) {
        throw refuse(
            Rule.ZIP_DESCRIPTOR, "the data of '" + name + "' is not followed by a data descriptor");
      }
      crc = in.u32();
      storedSize = in.u32();
      size = in.u32();
    }
    requireTrue(name, data, crc, storedSize, size);
    return new ZipEntryRecord(
        name, flags, method, dosDateTime, crc, storedSize, size, headerAt, dataAt);
  }

  private void requirePlain(int version, int flags, int method) throws RefusedException {
    if ((version & 0xFF) > VERSION_MAX) {
      throw refuse(Rule.ZIP_FLAGS, "an entry needs zip version " + (version & 0xFF) + ", over 20");
    }
    if ((flags & ~FLAGS_ALLOWED) != 0) {
      throw refuse(
          Rule.ZIP_FLAGS, "an entry has the flags " + String.format("%04x", flags) + " set");
    }
    if (method != STORED && method != DEFLATED) {
      throw refuse(
          Rule.ZIP_METHOD, "an entry has method " + method + "; 0 and 8 are what MFZ files use");
    }
  }

  private String name(int bytes) throws IOException, RefusedException {
    if (bytes == 0 || bytes > nameBytesMax) {
      throw refuse(
          Rule.PATH_LENGTH,
          "a name of " + Counted.bytes(bytes) + "; 1 to " + nameBytesMax + " are allowed there");
    }
    return new String(in.bytes(bytes), ISO_8859_1);
  }

  private void requireExtra(String name, byte[] extra) throws RefusedException {
    if (extra.length > EXTRA_BYTES_MAX) {
      throw refuse(
          Rule.ZIP_EXTRA, "'" + name + "' has " + Counted.bytes(extra.length) + " of extra fields");
    }
    int at = 0;
    while (at < extra.length) {
      if (extra.length - at < 4) {
        throw refuse(Rule.ZIP_EXTRA, "'" + name + "' has broken extra fields");
      }
      int id = (extra[at] & 0xFF) | (extra[at + 1] & 0xFF) << 8;
      int length = (extra[at + 2] & 0xFF) | (extra[at + 3] & 0xFF) << 8;
      at += 4 + length;
      if ((id != EXTRA_TIMES && id != EXTRA_OWNERS) || at > extra.length) {
        throw refuse(
            Rule.ZIP_EXTRA, "'" + name + "' has the extra field " + String.format("%04x", id));
      }
    }
  }

  private void requireTrue(String name, Data data, long crc, long storedSize, long size)
      throws RefusedException {
    if (data.storedSize() != storedSize || data.size() != size) {
      throw refuse(
          Rule.ZIP_SIZES,
          "'"
              + name
              + "' says "
              + storedSize
              + " stored and "
              + Counted.bytes(size)
              + ", but has "
              + data.storedSize()
              + " and "
              + data.size());
    }
    if (data.crc() != crc) {
      throw refuse(
          Rule.ZIP_CRC, String.format("'%s' says CRC %08x, but has %08x", name, crc, data.crc()));
    }
  }

  private void central(ZipEntryRecord entry) throws IOException, RefusedException {
    int madeBy = in.u16();
    int version = in.u16();
    int flags = in.u16();
    int method = in.u16();
    int time = in.u16();
    int dosDateTime = in.u16() << 16 | time;
    long crc = in.u32();
    long storedSize = in.u32();
    long size = in.u32();
    int nameBytes = in.u16();
    int extraBytes = in.u16();
    int commentBytes = in.u16();
    int disk = in.u16();
    in.u16(); // internal attributes: whether somebody thinks it is text
    long attributes = in.u32();
    long headerAt = in.u32();
    String name = name(nameBytes);
    requireExtra(name, in.bytes(extraBytes));
    if (commentBytes != 0) {
      throw refuse(Rule.ZIP_COMMENT, "'" + name + "' has a comment");
    }
    requirePlain(version, flags, method);
    if (!name.equals(entry.name())) {
      throw refuse(
          Rule.ZIP_DIRECTORY,
          "the central directory lists '" + name + "' where '" + entry.name() + "' is");
    }
    requireSame(name, "flags", flags, entry.flags());
    requireSame(name, "method", method, entry.method());
    requireSame(name, "time", dosDateTime, entry.dosDateTime());
    requireSame(name, "CRC", crc, entry.crc());
    requireSame(name, "stored size", storedSize, entry.storedSize());
    requireSame(name, "size", size, entry.size());
    requireSame(name, "offset", headerAt, entry.headerAt());
    requireSame(name, "disk", disk, 0);
    requireFile(name, madeBy >>> 8, attributes);
  }

  private void requireSame(String name, String field, long listed, long actual)
      throws RefusedException {
    if (listed != actual) {
      throw refuse(
          Rule.ZIP_DIRECTORY,
          String.format(
              "the central directory gives '%s' the %s %d, but it is %d",
              name, field, listed, actual));
    }
  }

  private void requireFile(String name, int host, long attributes) throws RefusedException {
    int type = (int) (attributes >>> 16) & FILE_TYPE;
    boolean other = host == HOST_UNIX && type != 0 && type != REGULAR_FILE;
    if (other || (attributes & DOS_FOLDER) != 0) {
      throw refuse(
          Rule.PATH_KIND,
          "'" + name + "' is no file (attributes " + String.format("%08x", attributes) + ")");
    }
  }

  private void end(int count, long directoryAt, long directoryBytes)
      throws IOException, RefusedException {
    int disk = in.u16();
    int directoryDisk = in.u16();
    int countHere = in.u16();
    int countAll = in.u16();
    long saidBytes = in.u32();
    long saidAt = in.u32();
    int commentBytes = in.u16();
    if (disk != 0 || directoryDisk != 0 || countHere != count || countAll != count) {
      throw refuse(
          Rule.ZIP_DIRECTORY,
          "the end record says " + countHere + " of " + countAll + " entries; there are " + count);
    }
    if (saidBytes != directoryBytes || saidAt != directoryAt) {
      throw refuse(
          Rule.ZIP_DIRECTORY,
          "the end record says that the directory has "
              + Counted.bytes(saidBytes)
              + " at "
              + saidAt
              + "; it has "
              + directoryBytes
              + " at "
              + directoryAt);
    }
    if (commentBytes != 0) {
      throw refuse(Rule.ZIP_COMMENT, "it has a comment of " + Counted.bytes(commentBytes));
    }
    if (!in.atEnd()) {
      throw refuse(Rule.ZIP_LAYOUT, "bytes follow the end record, at " + in.position());
    }
  }
}
