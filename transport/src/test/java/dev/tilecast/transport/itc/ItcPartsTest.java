package dev.tilecast.transport.itc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the device's threads are made of, without a thread. */
final class ItcPartsTest {
  @TempDir private Path folder;

  @Test
  void noPacketThatIsSentCanReachAnotherProgramsChannel() {
    ItcDevice device =
        new ItcDevice(ItcSettings.T2, new NodeFile(folder), ItcTime.real(), text -> {});
    ItcLink east =
        device.links().stream()
            .filter(link -> link.direction() == Direction.ET)
            .findFirst()
            .orElseThrow();
    int taken = 0;
    for (int head = 0; head < 65536; head++) {
      byte[] packet = {(byte) (head >> 8), (byte) head};
      try {
        east.send(packet, Urgency.URGENT);
        taken++;
        assertThat(head >> 8).isEqualTo(0x82);
        assertThat(head & 0xFF).isBetween(0x81, 0xBF).isNotEqualTo(0x83).isNotIn(0xB0, 0xB8);
      } catch (IllegalArgumentException e) {
        assertThat(head).isNotEqualTo(0x8288);
      }
    }
    assertThat(taken).isEqualTo(63 - 10);
  }

  @Test
  void readsTheDriversFiles() {
    assertThat(StatusText.up("20000010\n").orElseThrow())
        .containsEntry(Direction.NW, true)
        .containsEntry(Direction.NE, true)
        .containsEntry(Direction.ET, false);
    assertThat(StatusText.up("2000001")).isEmpty();
    assertThat(StatusText.up("nonsense")).isEmpty();
    StatusText.Counts counts =
        StatusText.counts("dir psan sfan svcbsent\n2 7 1 4294967295\n6 x 1 5\n9 1 1 1\n3 4\n");
    assertThat(counts.syncs())
        .containsOnly(Map.entry(Direction.ET, 7L), Map.entry(Direction.SE, 4L));
    assertThat(counts.bytesSent())
        .containsOnly(Map.entry(Direction.ET, 4294967295L), Map.entry(Direction.WT, 5L));
    assertThat(StatusText.counts("dir\tpsan\r\n\r\n  2\t 8 \n3 -1\n4 12345678901\n22 1\n").syncs())
        .containsOnly(Map.entry(Direction.ET, 8L));
    assertThat(StatusText.counts("").bytesSent()).isEmpty();
    assertThat(StatusText.counts("psan dir\n1 2\n").syncs()).isEmpty();
  }

  @Test
  void aMissingNodeNeverBecomesAPlainFile() {
    Path missing = folder.resolve("bulk");

    assertThatThrownBy(() -> new NodeFile(missing).open()).hasMessageContaining("not there");
    assertThat(missing).doesNotExist();
    assertThatThrownBy(() -> new NodeFile(folder).open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no character device");
  }

  /** On a terminal's control device, which is a character device that anybody may open. */
  @Test
  @EnabledOnOs(OS.LINUX)
  @Timeout(60)
  void whoWaitsToReadStopsNoWriteAndIsFreedByTheClose() throws Exception {
    PacketNode.Opened device = new NodeFile(Path.of("/dev/ptmx")).open();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              ByteBuffer in = ByteBuffer.allocateDirect(512);
              try {
                while (device.read(in) >= 0) {
                  heard.add(UTF_8.decode(in.flip()).toString());
                  in.clear();
                }
              } catch (IOException e) {
                heard.add("closed");
              }
            });
    reader.start();
    while (!isReading(reader)) {
      Thread.onSpinWait();
    }

    // The terminal echoes.
    assertThat(device.write("packet".getBytes(UTF_8))).isEqualTo(PacketNode.Written.TAKEN);
    assertThat(heard.take()).isEqualTo("packet");
    device.close();
    assertThat(heard.take()).isEqualTo("closed");
    reader.join();
  }

  private static boolean isReading(Thread reader) {
    return Arrays.stream(reader.getStackTrace())
        .anyMatch(frame -> frame.isNativeMethod() && frame.getMethodName().startsWith("read"));
  }
}
