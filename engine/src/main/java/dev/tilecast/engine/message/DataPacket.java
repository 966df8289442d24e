package dev.tilecast.engine.message;

import dev.tilecast.transport.Direction;
import java.nio.ByteBuffer;

/**
 * A DATA packet that is made around the bytes it carries: they are read to where they are sent
 * from. The same packet as {@link Codec#encode} makes of a {@link Message.Data}.
 */
public final class DataPacket {
  private final byte[] packet;
  private final int length;

  /**
   * A packet without its bytes.
   *
   * @param key of the manifest
   * @param offset in the file of the first byte
   * @param length how many bytes, at most {@link Codec#dataBytes} of the MTU
   * @param to the direction that it leaves by
   * @param serviceByte the second header byte, a property of the link
   */
  public DataPacket(int key, long offset, int length, Direction to, int serviceByte) {
    this.length = length;
    this.packet = Codec.frame(Codec.DATA_HEAD_BYTES + length, Message.Data.KIND, to, serviceByte);
    Codec.bodyOf(packet).putInt(key).putInt((int) offset);
  }

  /** Where its bytes belong, all of them still to be put. */
  public ByteBuffer bytes() {
    ByteBuffer body = Codec.bodyOf(packet);
    return body.slice(Codec.DATA_HEAD_BYTES, length);
  }

  /** The packet, with the checksum of what was put into it. */
  public byte[] finish() {
    Codec.putChecksum(packet);
    return packet;
  }
}
