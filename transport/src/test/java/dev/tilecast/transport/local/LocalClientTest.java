package dev.tilecast.transport.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.Switch;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program's end of the sockets, against the daemon's. */
@Timeout(60)
final class LocalClientTest implements LinkEvents {
  @TempDir private Path folder;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final QuietLink east = new QuietLink(Direction.ET);
  private Switch links = new Switch(List.of(east));
  private LocalSockets sockets;

  @BeforeEach
  void open() throws IOException {
    sockets = LocalSockets.open(folder, links, Rights.ofOwner(), Thread::new);
  }

  @AfterEach
  void close() throws IOException {
    sockets.close();
  }

  private LocalClient connect() throws IOException {
    return LocalClient.open(folder, 5, this, (refused, why) -> heard.add(refused + " " + why));
  }

  private String next() throws InterruptedException {
    return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void sendsAndHears() throws Exception {
    try (LocalClient client = connect()) {
      assertThat(next()).isEqualTo("ET down");
      links.up(Direction.ET);
      assertThat(next()).isEqualTo("ET up");
      client.send(Direction.ET, new byte[] {1, 2});
      assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0x82, 5, 1, 2);
      links.received(Direction.ET, HexFormat.of().parseHex("820509"));
      assertThat(next()).isEqualTo("ET 820509");
    }
  }

  /** Out of memory, for one: nobody must wait for what no thread reads any more. */
  @Test
  void aReaderThatFailsIsTheEndOfTheClient() throws Exception {
    LinkEvents failing =
        new LinkEvents() {
          @Override
          public void up(Direction direction) {}

          @Override
          public void down(Direction direction, String why) {}

          @Override
          public void received(Direction from, byte[] packet) {
            throw new IllegalStateException("the test says so");
          }
        };
    try (LocalClient client =
        LocalClient.open(folder, 5, failing, (refused, why) -> heard.add(refused + " " + why))) {
      links.up(Direction.ET);
      // What it sends shows that it owns the service by now: before, packets for it are nobody's.
      client.send(Direction.ET, new byte[0]);
      assertThat(east.sent.poll(20, TimeUnit.SECONDS)).isNotNull();
      links.received(Direction.ET, HexFormat.of().parseHex("820509"));

      assertThat(next()).isEqualTo("false the reader of the socket has failed");
      assertThatThrownBy(() -> send(client)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aSecondOwnerHearsWhyItIsRefused() throws Exception {
    try (LocalClient first = connect()) {
      assertThat(next()).isEqualTo("ET down");
      try (LocalClient second = connect()) {
        String said = next();
        assertThat(said.endsWith("down") ? next() : said)
            .startsWith("true service 5 has an owner already");
        first.send(Direction.ET, new byte[0]);
        assertThatThrownBy(() -> send(second)).isInstanceOf(IOException.class);
      }
    }
  }

  private static void send(LocalClient client) throws IOException {
    for (int i = 0; i < 100_000; i++) {
      client.send(Direction.ET, new byte[200]);
    }
  }

  /** All its sockets close at once, and each has a thread that notices. */
  @Test
  void theEndOfTheDaemonIsToldOnce() throws Exception {
    for (int i = 0; i < 100; i++) {
      LocalClient client = connect();
      assertThat(next()).isEqualTo("ET down");
      sockets.close();
      assertThat(next()).startsWith("false ");
      links = new Switch(List.of(east));
      open();
      client.close();
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void whereNoDaemonRunsThereIsNoSocket() throws Exception {
    sockets.close();
    assertThatThrownBy(this::connect).isInstanceOf(NoSuchFileException.class);
  }

  @Override
  public void up(Direction direction) {
    heard.add(direction + " up");
  }

  @Override
  public void down(Direction direction, String why) {
    heard.add(direction + " down");
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    heard.add(direction + " " + HexFormat.of().formatHex(packet));
  }
}
