package dev.tilecast.engine.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.transport.Direction;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Messages to packets and back (PROTOCOL.md, Packets). A packet is two header bytes (direction,
 * service), one byte of protocol version and kind, the body, and a CRC-32C of everything from the
 * service byte on: the link itself rewrites the direction. All numbers are big-endian.
 */
public final class Codec {
  /** The protocol version that this code speaks. */
  public static final int VERSION = 1;

  /** Bytes of a packet that are not body. */
  public static final int OVERHEAD_BYTES = 2 + 1 + 4;

  /** Body bytes of DATA before the payload. */
  public static final int DATA_HEAD_BYTES = 4 + 4;

  /** Body bytes of MANIFEST_PART before the part. */
  public static final int PART_HEAD_BYTES = 4 + 2 + 2 + 2;

  /** The shortest MTU that any message fits into. */
  public static final int MTU_MIN = 255;

  /** The longest packet on any link. */
  public static final int MTU_MAX = 65535;

  private static final int HEADER_BYTES = 2;
  private static final int CHECKSUM_BYTES = 4;
  private static final int TILE_ID_BYTES = 16;
  private static final int GROUP_ID_BYTES = 16;

  /** Bytes of a catalog root. */
  public static final int ROOT_BYTES = 12;

  private static final int SEALED_FLAG = 1;
  private static final int HELD_MAX = 1000;

  private Codec() {}

  /** Bytes of a file that one DATA packet of at most {@code mtu} bytes carries. */
  public static int dataBytes(int mtu) {
    return mtu - OVERHEAD_BYTES - DATA_HEAD_BYTES;
  }

  /** Bytes of a manifest that one MANIFEST_PART packet of at most {@code mtu} bytes carries. */
  public static int partBytes(int mtu) {
    return mtu - OVERHEAD_BYTES - PART_HEAD_BYTES;
  }

  /** How many MANIFEST_PART packets of at most {@code mtu} bytes carry {@code bytes}. */
  public static int parts(int bytes, int mtu) {
    return (bytes + partBytes(mtu) - 1) / partBytes(mtu);
  }

  /**
   * The packet that carries {@code message}.
   *
   * @param to the direction that it leaves by
   * @param serviceByte the second header byte, a property of the link (PACKETS.md)
   */
  public static byte[] encode(Message message, Direction to, int serviceByte) {
    byte[] packet = frame(bodyBytes(message), message.kind(), to, serviceByte);
    ByteBuffer body = bodyOf(packet);
    putBody(message, body);
    if (body.hasRemaining()) {
      throw new AssertionError(message + " left " + body.remaining() + " bytes");
    }
    putChecksum(packet);
    return packet;
  }

  /**
   * A packet with its header, without its body of {@code bodyBytes} and its checksum. Messages of
   * service 10 lie in the same frame.
   */
  public static byte[] frame(int bodyBytes, int kind, Direction to, int serviceByte) {
    byte[] packet = new byte[OVERHEAD_BYTES + bodyBytes];
    packet[0] = (byte) (0x80 | to.code());
    packet[1] = (byte) serviceByte;
    packet[HEADER_BYTES] = (byte) (VERSION << 4 | kind);
    return packet;
  }

  /** What lies between the header and the checksum of {@code packet}. */
  public static ByteBuffer bodyOf(byte[] packet) {
    return ByteBuffer.wrap(packet).slice(HEADER_BYTES + 1, packet.length - OVERHEAD_BYTES);
  }

  /** Completes {@code packet}, whose body has been put. */
  public static void putChecksum(byte[] packet) {
    int end = packet.length - CHECKSUM_BYTES;
    ByteBuffer.wrap(packet).putInt(end, checksum(packet, end));
  }

  /**
   * The message in {@code packet}; whatever is wrong with it is a value, never an exception. The
   * bytes of DATA are those of the packet itself, which nobody may change any more.
   */
  public static Decoded decode(byte[] packet) {
    Optional<Fault> fault = faultOf(packet);
    if (fault.isPresent()) {
      return new Decoded.Bad(fault.get());
    }
    try {
      return takeBody(kindOf(packet), bodyOf(packet));
    } catch (BufferUnderflowException | MalformedException e) {
      return new Decoded.Bad(Fault.MALFORMED);
    }
  }

  /** What is wrong with {@code packet} around its body: length, checksum, version. */
  public static Optional<Fault> faultOf(byte[] packet) {
    if (packet.length < OVERHEAD_BYTES || packet.length > MTU_MAX) {
      return Optional.of(Fault.LENGTH);
    }
    int bodyEnd = packet.length - CHECKSUM_BYTES;
    if (ByteBuffer.wrap(packet).getInt(bodyEnd) != checksum(packet, bodyEnd)) {
      return Optional.of(Fault.CHECKSUM);
    }
    int version = (packet[HEADER_BYTES] & 0xFF) >>> 4;
    if (version != VERSION) {
      return Optional.of(version > VERSION ? Fault.NEWER_VERSION : Fault.NO_VERSION);
    }
    return Optional.empty();
  }

  /** The kind of the message in {@code packet}, which has no fault around its body. */
  public static int kindOf(byte[] packet) {
    return packet[HEADER_BYTES] & 0x0F;
  }

  private static int checksum(byte[] packet, int end) {
    CRC32C crc = new CRC32C();
    crc.update(packet, 1, end - 1);
    return (int) crc.getValue();
  }

  private static int bodyBytes(Message message) {
    if (message instanceof Message.Hello) {
      return 1 + 8 + TILE_ID_BYTES + GROUP_ID_BYTES + 2 + 2 + ROOT_BYTES;
    } else if (message instanceof Message.Advertisement m) {
      return 1 + m.name().text().length() + 8 + 16 + 32 + 4 + 8 + 1 + 2;
    } else if (message instanceof Message.Digest m) {
      int prefix = (m.prefix().depth() + 1) / 2;
      return 1 + prefix + 4 + 4 + 2 + 2 + m.digests().size() * ROOT_BYTES;
    } else if (message instanceof Message.ManifestWant) {
      return 4 + 2 + 2 + 2;
    } else if (message instanceof Message.ManifestPart m) {
      return PART_HEAD_BYTES + m.bytes().length();
    } else if (message instanceof Message.Want m) {
      return 4 + 2 + 1 + m.ranges().size() * 8;
    } else if (message instanceof Message.Data m) {
      return DATA_HEAD_BYTES + m.bytes().length();
    } else if (message instanceof Message.Have m) {
      return 4 + 2 + 1 + m.runs().size() * 4;
    } else if (message instanceof Message.None) {
      return 4 + 1;
    }
    throw new AssertionError(message);
  }

  private static void putBody(Message message, ByteBuffer out) {
    if (message instanceof Message.Hello m) {
      putHello(m, out);
    } else if (message instanceof Message.Advertisement m) {
      putAdvertisement(m, out);
    } else if (message instanceof Message.Digest m) {
      putDigest(m, out);
    } else if (message instanceof Message.ManifestWant m) {
      out.putInt(m.key()).putShort((short) m.unit());
      out.putShort((short) m.offset()).putShort((short) m.length());
    } else if (message instanceof Message.ManifestPart m) {
      out.putInt(m.key()).putShort((short) m.unit());
      out.putShort((short) m.offset()).putShort((short) m.total());
      m.bytes().putInto(out);
    } else if (message instanceof Message.Want m) {
      out.putInt(m.key()).putShort((short) m.window()).put((byte) m.ranges().size());
      m.ranges().forEach(range -> out.putInt((int) range.offset()).putInt(range.length()));
    } else if (message instanceof Message.Data m) {
      out.putInt(m.key()).putInt((int) m.offset());
      m.bytes().putInto(out);
    } else if (message instanceof Message.Have m) {
      out.putInt(m.key()).putShort((short) m.held()).put((byte) m.runs().size());
      m.runs().forEach(run -> out.putShort((short) run.first()).putShort((short) run.count()));
    } else if (message instanceof Message.None m) {
      out.putInt(m.key()).put((byte) m.reason().code());
    } else {
      throw new AssertionError(message);
    }
  }

  private static void putHello(Message.Hello m, ByteBuffer out) {
    out.put((byte) (m.versionMin() << 4 | m.versionMax()));
    out.putLong(m.bootId());
    m.tileId().putInto(out);
    m.groupId().putInto(out);
    out.putShort((short) m.mtu()).putShort((short) m.nextSeconds());
    m.catalogRoot().putInto(out);
  }

  private static void putAdvertisement(Message.Advertisement m, ByteBuffer out) {
    out.put((byte) m.name().text().length());
    out.put(m.name().text().getBytes(US_ASCII));
    out.putLong(m.stamp());
    m.digestPrefix().putInto(out);
    m.manifestId().putInto(out);
    out.putInt((int) m.fileLength());
    m.signer().putInto(out);
    out.put((byte) (m.sealed() ? SEALED_FLAG : 0));
    out.putShort((short) m.heldPermille());
  }

  private static void putDigest(Message.Digest m, ByteBuffer out) {
    boolean entries = m.form() != Message.Digest.Form.CHILDREN;
    out.put((byte) (m.form().ordinal() << 4 | m.prefix().depth()));
    for (int i = 0; i < (m.prefix().depth() + 1) / 2; i++) {
      out.put((byte) (m.prefix().bits() >>> (24 - 8 * i)));
    }
    out.putInt(m.root()).putInt(m.answered()).putShort((short) m.siblings());
    out.putShort((short) (entries ? m.digests().size() : m.children()));
    m.digests().forEach(digest -> digest.putInto(out));
  }

  private static Decoded takeBody(int kind, ByteBuffer in) throws MalformedException {
    return switch (kind) {
      case Message.Hello.KIND -> new Decoded.Good(takeHello(in));
      case Message.Advertisement.KIND -> new Decoded.Good(takeAdvertisement(in));
      case Message.Digest.KIND -> new Decoded.Good(takeDigest(in));
      case Message.ManifestWant.KIND -> new Decoded.Good(takeManifestWant(in));
      case Message.ManifestPart.KIND -> new Decoded.Good(takeManifestPart(in));
      case Message.Want.KIND -> new Decoded.Good(takeWant(in));
      case Message.Data.KIND -> new Decoded.Good(takeData(in));
      case Message.Have.KIND -> new Decoded.Good(takeHave(in));
      case Message.None.KIND -> takeNone(in);
      default -> new Decoded.Bad(Fault.UNKNOWN_KIND);
    };
  }

  private static Message takeHello(ByteBuffer in) throws MalformedException {
    int versions = u8(in);
    long bootId = in.getLong();
    Bytes tileId = take(in, TILE_ID_BYTES);
    Bytes groupId = take(in, GROUP_ID_BYTES);
    int mtu = u16(in);
    int nextSeconds = u16(in);
    require(mtu >= MTU_MIN && nextSeconds >= 1 && (versions >>> 4) <= (versions & 0x0F));
    return new Message.Hello(
        versions >>> 4,
        versions & 0x0F,
        bootId,
        tileId,
        groupId,
        mtu,
        nextSeconds,
        take(in, ROOT_BYTES));
  }

  private static Message takeAdvertisement(ByteBuffer in) throws MalformedException {
    String name = new String(take(in, u8(in)).toArray(), US_ASCII);
    require(Name.isValid(name));
    long stamp = in.getLong();
    Bytes digestPrefix = take(in, Message.Advertisement.DIGEST_PREFIX_BYTES);
    Bytes manifestId = take(in, 32);
    long fileLength = u32(in);
    Bytes signer = take(in, Message.Advertisement.SIGNER_BYTES);
    int flags = u8(in);
    int held = u16(in);
    require(fileLength >= 1 && fileLength <= ManifestHead.FILE_BYTES_MAX && held <= HELD_MAX);
    return new Message.Advertisement(
        new Name(name),
        stamp,
        digestPrefix,
        manifestId,
        fileLength,
        signer,
        (flags & SEALED_FLAG) != 0,
        held);
  }

  private static Message takeDigest(ByteBuffer in) throws MalformedException {
    int first = u8(in);
    int form = first >>> 4;
    int depth = first & 0x0F;
    require(form < Message.Digest.Form.values().length && depth <= KeyPrefix.DEPTH_MAX);
    int bits = 0;
    for (int i = 0; i < (depth + 1) / 2; i++) {
      bits |= u8(in) << (24 - 8 * i);
    }
    require(KeyPrefix.isValid(depth, bits));
    int root = in.getInt();
    int answered = in.getInt();
    int siblings = u16(in);
    boolean entries = form != Message.Digest.Form.CHILDREN.ordinal();
    int last = u16(in);
    int count = entries ? last : Integer.bitCount(last);
    require(count <= Message.Digest.DIGESTS_MAX && (entries || depth < KeyPrefix.DEPTH_MAX));
    List<Bytes> digests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      digests.add(take(in, ROOT_BYTES));
    }
    return new Message.Digest(
        new KeyPrefix(depth, bits),
        Message.Digest.Form.values()[form],
        root,
        answered,
        siblings,
        entries ? 0 : last,
        digests);
  }

  private static Message takeManifestWant(ByteBuffer in) throws MalformedException {
    Message.ManifestWant want = new Message.ManifestWant(in.getInt(), u16(in), u16(in), u16(in));
    require(want.length() >= 1);
    return want;
  }

  private static Message takeManifestPart(ByteBuffer in) throws MalformedException {
    int key = in.getInt();
    int unit = u16(in);
    int offset = u16(in);
    int total = u16(in);
    Bytes bytes = Bytes.wrapRest(in);
    require(bytes.length() >= 1 && offset + bytes.length() <= total);
    return new Message.ManifestPart(key, unit, offset, total, bytes);
  }

  private static Message takeWant(ByteBuffer in) throws MalformedException {
    int key = in.getInt();
    int window = u16(in);
    int count = u8(in);
    require(window >= 1 && count >= 1 && count <= Message.Want.RANGES_MAX);
    List<Message.Range> ranges = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long offset = u32(in);
      int length = in.getInt();
      require(length >= 1 && offset + length <= ManifestHead.FILE_BYTES_MAX);
      ranges.add(new Message.Range(offset, length));
    }
    return new Message.Want(key, window, ranges);
  }

  private static Message takeData(ByteBuffer in) throws MalformedException {
    int key = in.getInt();
    long offset = u32(in);
    Bytes bytes = Bytes.wrapRest(in);
    require(bytes.length() >= 1 && offset + bytes.length() <= ManifestHead.FILE_BYTES_MAX);
    return new Message.Data(key, offset, bytes);
  }

  private static Message takeHave(ByteBuffer in) throws MalformedException {
    int key = in.getInt();
    int held = u16(in);
    int count = u8(in);
    require(held <= ManifestHead.CHUNKS_MAX && count <= Message.Have.RUNS_MAX);
    List<Message.Run> runs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Message.Run run = new Message.Run(u16(in), u16(in));
      require(run.count() >= 1 && run.end() <= ManifestHead.CHUNKS_MAX);
      runs.add(run);
    }
    return new Message.Have(key, held, runs);
  }

  private static Decoded takeNone(ByteBuffer in) {
    int key = in.getInt();
    // A reason that only later versions know says no more than that it does not come from there.
    Reason reason = Reason.ofCode(u8(in)).orElse(Reason.NOT_HELD);
    return new Decoded.Good(new Message.None(key, reason));
  }

  private static void require(boolean holds) throws MalformedException {
    if (!holds) {
      throw new MalformedException("a value out of bounds");
    }
  }

  private static Bytes take(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] taken = new byte[length];
    in.get(taken);
    return Bytes.wrap(taken);
  }

  private static int u8(ByteBuffer in) {
    return in.get() & 0xFF;
  }

  private static int u16(ByteBuffer in) {
    return in.getShort() & 0xFFFF;
  }

  private static long u32(ByteBuffer in) {
    return in.getInt() & 0xFFFFFFFFL;
  }
}
