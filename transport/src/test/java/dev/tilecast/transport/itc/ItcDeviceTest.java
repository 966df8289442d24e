package dev.tilecast.transport.itc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The device's threads over a device that a test plays. */
@Timeout(60)
final class ItcDeviceTest implements LinkEvents, PacketNode, PacketNode.Opened {
  private static final byte[] END = {};

  @TempDir private Path folder;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> toRead = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
  private volatile Written answer = Written.TAKEN;

  @Test
  void followsTheStatusFileCarriesPacketsAndComesBackAfterTheDevice() throws Exception {
    Path status = say("00000100");
    ItcSettings settings =
        new ItcSettings(
            folder, status, folder.resolve("none"), Set.of(Direction.ET), 510, 65536, 5);
    ItcLink east = new ItcDevice(settings, this, ItcTime.real(), heard::add).links().get(0);
    east.start(this);
    try {
      assertThat(next(heard)).isEqualTo("up");
      east.send(new byte[] {(byte) 0x82, (byte) 0x88, 7}, Urgency.BULK);
      assertThat(next(written)).isEqualTo("828807");
      toRead.add(new byte[] {(byte) 0x82, (byte) 0x88, 9});
      assertThat(next(heard)).isEqualTo("828809");

      answer = Written.UNREACHABLE;
      east.send(new byte[] {(byte) 0x82, (byte) 0x88}, Urgency.BULK);
      assertThat(next(heard)).contains("reaches nobody");
      assertThat(next(heard)).isEqualTo("up");

      toRead.add(END);
      assertThat(next(heard)).contains("has ended");
      assertThat(next(heard)).isEqualTo("up");
      assertThat(east.furtherCounters()).containsEntry("itc_opens", 2L);

      say("garbage");
      assertThat(next(heard)).contains("says 'garbage'", "eight hex digits");
      say("00000000");
      assertThat(next(heard)).isEqualTo("nobody is there");
    } finally {
      east.close();
    }
  }

  /** Renamed into place, so that no look finds it half written. */
  private Path say(String status) throws IOException {
    Path next = Files.writeString(folder.resolve("status.next"), status + "\n");
    return Files.move(next, folder.resolve("status"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String next(BlockingQueue<String> from) throws InterruptedException {
    return String.valueOf(from.poll(30, TimeUnit.SECONDS));
  }

  @Override
  public Opened open() {
    toRead.clear();
    return this;
  }

  @Override
  public boolean isThere() {
    return true;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    try {
      byte[] packet = toRead.take();
      into.put(packet);
      return packet.length == 0 ? -1 : packet.length;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public Written write(byte[] packet) {
    written.add(HexFormat.of().formatHex(packet));
    return answer;
  }

  @Override
  public void close() {
    toRead.add(END);
  }

  @Override
  public void up(Direction direction) {
    heard.add("up");
  }

  @Override
  public void down(Direction direction, String why) {
    heard.add(why);
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    heard.add(HexFormat.of().formatHex(packet));
  }
}
