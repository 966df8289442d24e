package dev.tilecast.engine.sending;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Fault;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages of service 10 to packets and back, in the frame of service 8. The service byte is the
 * plain number on every link: programs at both ends see it so, whatever the link makes of it.
 */
public final class FileCodec {
  /** The number of the service. */
  public static final int SERVICE = 10;

  /** Bytes of a file in one packet: what is left of 255, which get through on every link. */
  public static final int DATA_BYTES = Codec.MTU_MIN - Codec.OVERHEAD_BYTES - 4 - 4;

  private FileCodec() {}

  /** What a packet turned out to be. */
  public sealed interface Decoded {
    /** A message. */
    record Good(FileMessage message) implements Decoded {}

    /** No message, and why. */
    record Bad(Fault fault) implements Decoded {}
  }

  /** The packet that carries {@code message} toward {@code to}. */
  public static byte[] encode(FileMessage message, Direction to) {
    byte[] packet = Codec.frame(bodyBytes(message), message.kind(), to, SERVICE);
    ByteBuffer body = Codec.bodyOf(packet);
    put(message, body);
    if (body.hasRemaining()) {
      throw new AssertionError(message + " left " + body.remaining() + " bytes");
    }
    Codec.putChecksum(packet);
    return packet;
  }

  /** The message in {@code packet}; whatever is wrong with it is a value, never an exception. */
  public static Decoded decode(byte[] packet) {
    Optional<Fault> fault = Codec.faultOf(packet);
    if (fault.isPresent()) {
      return new Decoded.Bad(fault.get());
    }
    int kind = Codec.kindOf(packet);
    if (kind < FileMessage.Offer.KIND || kind > FileMessage.Checking.KIND) {
      return new Decoded.Bad(Fault.UNKNOWN_KIND);
    }
    try {
      return take(kind, Codec.bodyOf(packet))
          .<Decoded>map(Decoded.Good::new)
          .orElse(new Decoded.Bad(Fault.MALFORMED));
    } catch (BufferUnderflowException e) {
      return new Decoded.Bad(Fault.MALFORMED);
    }
  }

  private static int bodyBytes(FileMessage message) {
    if (message instanceof FileMessage.Offer m) {
      return m.bodyBytes();
    } else if (message instanceof FileMessage.Want m) {
      return 4 + 4 + 2 + 1 + 8 * m.ranges().size();
    } else if (message instanceof FileMessage.Data m) {
      return 4 + 4 + m.bytes().length();
    } else if (message instanceof FileMessage.Done || message instanceof FileMessage.Checking) {
      return 4;
    } else if (message instanceof FileMessage.Refuse) {
      return 4 + 1;
    }
    throw new AssertionError(message);
  }

  private static void put(FileMessage message, ByteBuffer out) {
    if (message instanceof FileMessage.Offer m) {
      m.put(out);
    } else if (message instanceof FileMessage.Want m) {
      out.putInt(m.key()).putInt(m.heldBytes()).putShort((short) m.window());
      out.put((byte) m.ranges().size());
      m.ranges().forEach(range -> out.putInt((int) range.offset()).putInt(range.length()));
    } else if (message instanceof FileMessage.Data m) {
      out.putInt(m.key()).putInt(m.offset());
      m.bytes().putInto(out);
    } else if (message instanceof FileMessage.Done m) {
      out.putInt(m.key());
    } else if (message instanceof FileMessage.Checking m) {
      out.putInt(m.key());
    } else if (message instanceof FileMessage.Refuse m) {
      out.putInt(m.key()).put((byte) m.objection().code());
    } else {
      throw new AssertionError(message);
    }
  }

  /** Empty where a value is out of bounds. */
  private static Optional<FileMessage> take(int kind, ByteBuffer in) {
    return switch (kind) {
      case FileMessage.Offer.KIND -> takeOffer(in);
      case FileMessage.Want.KIND -> takeWant(in);
      case FileMessage.Data.KIND -> takeData(in);
      case FileMessage.Done.KIND -> Optional.of(new FileMessage.Done(in.getInt()));
      case FileMessage.Checking.KIND -> Optional.of(new FileMessage.Checking(in.getInt()));
      case FileMessage.Refuse.KIND -> takeRefuse(in);
      default -> throw new AssertionError(kind);
    };
  }

  private static Optional<FileMessage> takeOffer(ByteBuffer in) {
    int length = in.getInt();
    byte[] digest = takeBytes(in, FileMessage.Offer.DIGEST_BYTES);
    String name = new String(takeBytes(in, in.get() & 0xFF), US_ASCII);
    if (length < 0 || length > FileMessage.Offer.LENGTH_MAX || !FileName.isValid(name)) {
      return Optional.empty();
    }
    return Optional.of(new FileMessage.Offer(new FileName(name), length, Bytes.wrap(digest)));
  }

  private static Optional<FileMessage> takeWant(ByteBuffer in) {
    int key = in.getInt();
    int held = in.getInt();
    int window = in.getShort() & 0xFFFF;
    int count = in.get() & 0xFF;
    if (held < 0 || window < 1 || count < 1 || count > FileMessage.Want.RANGES_MAX) {
      return Optional.empty();
    }
    List<Message.Range> ranges = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int offset = in.getInt();
      int length = in.getInt();
      if (!isWithin(offset, length)) {
        return Optional.empty();
      }
      ranges.add(new Message.Range(offset, length));
    }
    return Optional.of(new FileMessage.Want(key, held, window, ranges));
  }

  private static Optional<FileMessage> takeData(ByteBuffer in) {
    int key = in.getInt();
    int offset = in.getInt();
    byte[] bytes = takeBytes(in, in.remaining());
    return isWithin(offset, bytes.length)
        ? Optional.of(new FileMessage.Data(key, offset, Bytes.wrap(bytes)))
        : Optional.empty();
  }

  private static Optional<FileMessage> takeRefuse(ByteBuffer in) {
    int key = in.getInt();
    // A reason that only later versions know says no more than that it ends.
    Objection objection = Objection.ofCode(in.get() & 0xFF).orElse(Objection.STOPPED);
    return Optional.of(new FileMessage.Refuse(key, objection));
  }

  private static boolean isWithin(int offset, int length) {
    return offset >= 0 && length >= 1 && (long) offset + length <= FileMessage.Offer.LENGTH_MAX;
  }

  private static byte[] takeBytes(ByteBuffer in, int length) {
    byte[] taken = new byte[length];
    in.get(taken);
    return taken;
  }
}
