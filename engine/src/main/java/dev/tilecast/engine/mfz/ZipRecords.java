package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The three kinds of records around the data of a zip, in the one form that we write. */
final class ZipRecords {
  /** 1980-01-01 00:00:00: what DOS times begin with. Equal content must give equal bytes. */
  static final int FIXED_TIME = (1 << 5 | 1) << 16;

  static final int LOCAL_BYTES = 30;

  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final short VERSION = 20;
  private static final short MADE_BY_UNIX = 0x0314;
  private static final int REGULAR_0644 = 0x81A40000;
  private static final short FLAG_UTF8 = 0x800;

  private ZipRecords() {}

  /**
   * One entry, with its sizes in the local header: no data descriptor, no extra field.
   *
   * @param name the raw name, one character a byte (ISO 8859-1)
   * @param method 0 stored, 8 deflated
   * @param headerAt where in the zip it begins
   */
  record Member(
      String name,
      int method,
      int dosDateTime,
      long crc,
      long storedSize,
      long size,
      long headerAt) {
    /** The length of its local header; its data follows. */
    int localBytes() {
      return LOCAL_BYTES + name.length();
    }

    private short flags() {
      return name.chars().anyMatch(c -> c > 0x7F) ? FLAG_UTF8 : 0;
    }

    private void putCommon(ByteBuffer out) {
      out.putShort(VERSION)
          .putShort(flags())
          .putShort((short) method)
          .putShort((short) dosDateTime);
      out.putShort((short) (dosDateTime >>> 16)).putInt((int) crc);
      out.putInt((int) storedSize).putInt((int) size);
      out.putShort((short) name.length()).putShort((short) 0);
    }

    byte[] local() {
      byte[] record = new byte[localBytes()];
      ByteBuffer out = littleEndian(record);
      out.putInt(0x04034b50);
      putCommon(out);
      out.put(name.getBytes(ISO_8859_1));
      return record;
    }

    byte[] central() {
      byte[] record = new byte[CENTRAL_BYTES + name.length()];
      ByteBuffer out = littleEndian(record);
      out.putInt(0x02014b50).putShort(MADE_BY_UNIX);
      putCommon(out);
      out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
      out.putInt(REGULAR_0644).putInt((int) headerAt);
      out.put(name.getBytes(ISO_8859_1));
      return record;
    }
  }

  static byte[] end(int count, long directoryBytes, long directoryAt) {
    byte[] record = new byte[END_BYTES];
    ByteBuffer out = littleEndian(record);
    out.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
    out.putShort((short) count).putShort((short) count);
    out.putInt((int) directoryBytes).putInt((int) directoryAt).putShort((short) 0);
    return record;
  }

  private static ByteBuffer littleEndian(byte[] record) {
    return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
  }
}
