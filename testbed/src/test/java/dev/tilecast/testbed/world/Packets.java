package dev.tilecast.testbed.world;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.ServiceForm;

/** Messages of ours in packets that are not for us. */
final class Packets {
  private static final int SERVICE = 8;

  private Packets() {}

  static byte[] ofService(Message message, Direction to, int service) {
    return Codec.encode(message, to, form().byteOf(service));
  }

  /** With one of the bits set that a header must not have. */
  static byte[] withReservedBits(Message message, Direction to) {
    byte[] packet = ofService(message, to, SERVICE);
    packet[0] |= 0x10;
    return packet;
  }

  private static ServiceForm form() {
    return DeviceSettings.INDEPENDENT.form();
  }
}
