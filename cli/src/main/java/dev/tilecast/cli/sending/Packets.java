package dev.tilecast.cli.sending;

import dev.tilecast.engine.sending.FileCodec;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.PacketHeader;
import java.util.Arrays;

/** Messages to what an {@link Outlet} takes. */
final class Packets {
  private Packets() {}

  static void send(Outlet outlet, Direction to, FileMessage message) {
    byte[] packet = FileCodec.encode(message, to);
    outlet.send(to, Arrays.copyOfRange(packet, PacketHeader.BYTES, packet.length));
  }
}
