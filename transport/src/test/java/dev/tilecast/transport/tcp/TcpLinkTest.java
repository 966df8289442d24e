package dev.tilecast.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.SendOrder;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class TcpLinkTest {
  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final int MTU = TcpLink.MTU_DEFAULT;

  @TempDir private Path folder;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Heard east = new Heard();
  private final Heard west = new Heard();

  @AfterEach
  void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void manyRandomPacketsArriveWholeInOrderAndMarkedWithOurOwnDirection() throws Exception {
    long seed = 20260119;
    Random random = new Random(seed);
    TcpLink listener = listener();
    TcpLink connector = connector(listener);
    start(listener, connector);
    List<byte[]> sent = new ArrayList<>();

    for (int i = 0; i < 2000; i++) {
      byte[] packet = new byte[2 + random.nextInt(i % 10 == 0 ? MTU - 1 : 300)];
      random.nextBytes(packet);
      sent.add(packet.clone());
      connector.send(packet, Urgency.URGENT);
      byte[] there = west.nextPacket().bytes();
      listener.send(there, Urgency.BULK);
      byte[] back = east.nextPacket().bytes();

      byte[] expected = sent.get(i).clone();
      expected[0] = (byte) ((expected[0] & 0xF8) | Direction.ET.code());
      assertThat(back).as("seed %d, packet %d", seed, i).isEqualTo(expected);
    }
    long bytes = sent.stream().mapToLong(packet -> packet.length).sum();
    awaitSent(connector, 2000);
    assertThat(connector.counters()).isEqualTo(new LinkCounters(2000, bytes, 2000, bytes, 0, 1));
  }

  @Test
  void packetsOfOneUrgencyKeepTheirOrderWhenManyShareOneWrite() throws Exception {
    TcpLink listener = listener();
    TcpLink connector = connector(listener);
    start(listener, connector);

    int next = 0;
    while (next < 20_000) {
      int end = next + SendOrder.BULK_PACKETS_MAX;
      for (int i = next; i < end; i++) {
        connector.send(numbered(i, 600), Urgency.BULK);
      }
      for (; next < end; next++) {
        assertThat(numberOf(west.nextPacket().bytes())).isEqualTo(next);
      }
    }
    assertThat(connector.counters().dropped()).isZero();
  }

  @Test
  void connectsAgainWhenThePeerDiesAndComesBackElsewhere() throws Exception {
    Path address = folder.resolve("run/link-WT.address");
    TcpLink first = listener(address);
    TcpLink connector = keep(connect(new TcpAddress.ConnectByFile(address)));
    first.start(west);
    connector.start(east);
    east.awaitUp();
    west.awaitUp();

    first.close();
    assertThat(east.awaitDown()).isNotEmpty();
    assertThat(address).doesNotExist();

    TcpLink second = listener(address);
    Heard again = new Heard();
    second.start(again);
    again.awaitUp();
    east.awaitUp();
    connector.send(numbered(7, 100), Urgency.URGENT);
    assertThat(numberOf(again.nextPacket().bytes())).isEqualTo(7);
    assertThat(connector.counters().connects()).isEqualTo(2);
  }

  @Test
  void tellsWhatItWaitsForOnceForEachReason() throws Exception {
    Path address = folder.resolve("link.address");
    TcpLink connector = keep(connect(new TcpAddress.ConnectByFile(address)));

    connector.start(east);
    assertThat(east.awaitDown()).contains("waiting for the address file", "link.address");

    Files.writeString(address, "nonsense");
    assertThat(east.awaitDown()).contains("holds no address HOST:PORT");

    Files.writeString(address, "10.1.2.3:7001\n");
    assertThat(east.awaitDown()).contains("10.1.2.3:7001", "not a loopback", "plain = true");

    TcpLink listener = listener(address);
    listener.start(west);
    east.awaitUp();
  }

  @Test
  void whatIsSentWhileTheLinkIsDownIsDroppedAndCounted() throws Exception {
    TcpLink listener = listener();
    listener.start(west);

    listener.send(numbered(1, 100), Urgency.URGENT);
    listener.send(numbered(2, 100), Urgency.BULK);
    assertThat(listener.counters().dropped()).isEqualTo(2);

    TcpLink connector = connector(listener);
    connector.start(east);
    east.awaitUp();
    west.awaitUp();
    listener.send(numbered(3, 100), Urgency.BULK);
    assertThat(numberOf(east.nextPacket().bytes())).isEqualTo(3);
  }

  @Test
  void aPeerThatDoesNotReadCostsTheOldestPacketsWhichAreCounted() throws Exception {
    TcpLink listener = listener();
    listener.start(west);
    try (SocketChannel deaf = dial(listener)) {
      west.awaitUp();
      int sent = 0;
      while (listener.counters().dropped() < 500) {
        listener.send(numbered(sent++, MTU), Urgency.BULK);
      }
      listener.send(numbered(-1, 100), Urgency.URGENT);
      listener.close();

      // The last ones still waited when the link closed: every packet is accounted for.
      LinkCounters counters = listener.counters();
      assertThat(counters.packetsSent() + counters.dropped()).isEqualTo(sent + 1);
      assertThat(deaf.isConnected()).isTrue();
    }
  }

  @Test
  void anUrgentPacketOvertakesTheBulkThatWaits() throws Exception {
    TcpLink listener = listener();
    listener.start(west);
    try (SocketChannel slow = dial(listener)) {
      west.awaitUp();
      int sent = 0;
      while (listener.counters().dropped() == 0) {
        listener.send(numbered(sent++, MTU), Urgency.BULK);
      }
      listener.send(numbered(-1, 100), Urgency.URGENT);

      List<Integer> read = new ArrayList<>();
      while (read.isEmpty() || read.get(read.size() - 1) != sent - 1) {
        read.add(numberOf(readFrame(slow)));
      }
      int after = read.size() - 1 - read.indexOf(-1);
      assertThat(read).contains(-1);
      assertThat(after).isGreaterThan(SendOrder.BULK_PACKETS_MAX / 2);
    }
  }

  @Test
  void aFrameTooShortForAPacketClosesTheConnectionAndSaysSo() throws Exception {
    TcpLink listener = listener();
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      west.awaitUp();
      writeFully(peer, ByteBuffer.wrap(new byte[] {0, 3, (byte) 0x80, 8, 1, 0, 1}));

      assertThat(west.nextPacket().bytes()).containsExactly(0x80 | 6, 8, 1);
      assertThat(west.awaitDown()).contains("frame of 1 bytes", "expected 0 or 2 to 65535");
      assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void anEmptyFrameIsNoPacket() throws Exception {
    TcpLink listener = listener();
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      west.awaitUp();
      writeFully(peer, ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 0, 2, (byte) 0x80, 8, 0, 0}));

      assertThat(west.nextPacket().bytes()).containsExactly(0x80 | 6, 8);
      assertThat(listener.counters().packetsReceived()).isEqualTo(1);
    }
  }

  @Test
  void framesCutAnywhereAreJoined() throws Exception {
    TcpLink listener = listener();
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      west.awaitUp();
      byte[] longest = new byte[65535];
      new Random(5).nextBytes(longest);
      ByteBuffer stream = ByteBuffer.allocate(2 * (2 + 2) + 2 + longest.length);
      stream.putShort((short) 2).put(new byte[] {(byte) 0x82, 8});
      stream.putShort((short) longest.length).put(longest);
      stream.putShort((short) 2).put(new byte[] {(byte) 0x82, 9}).flip();
      while (stream.hasRemaining()) {
        int step = stream.remaining() > 60_000 ? 1 : 8191;
        ByteBuffer piece = stream.slice(stream.position(), Math.min(step, stream.remaining()));
        stream.position(stream.position() + piece.remaining());
        writeFully(peer, piece);
      }

      assertThat(west.nextPacket().bytes()).containsExactly(0x86, 8);
      longest[0] = (byte) ((longest[0] & 0xF8) | 6);
      assertThat(west.nextPacket().bytes()).isEqualTo(longest);
      assertThat(west.nextPacket().bytes()).containsExactly(0x86, 9);
    }
  }

  @Test
  void closeEndsAllThreadsThoughTheWriterIsStuck() throws Exception {
    TcpLink listener = listener();
    listener.start(west);
    try (SocketChannel deaf = dial(listener)) {
      west.awaitUp();
      while (listener.counters().dropped() == 0) {
        listener.send(numbered(0, MTU), Urgency.BULK);
      }

      long begin = System.nanoTime();
      listener.close();

      assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(1));
      assertThat(deaf.isOpen()).isTrue();
      assertThat(threadsOf(Direction.WT)).isEmpty();
    }
  }

  @Test
  void closeEndsALinkThatNeverCameUp() throws Exception {
    TcpLink connector = keep(connect(new TcpAddress.ConnectByFile(folder.resolve("absent"))));
    connector.start(east);
    east.awaitDown();

    connector.close();

    assertThat(threadsOf(Direction.ET)).isEmpty();
  }

  @Test
  void nothingIsToldAfterClose() throws Exception {
    TcpLink listener = listener();
    TcpLink connector = connector(listener);
    start(listener, connector);
    for (int i = 0; i < 200; i++) {
      connector.send(numbered(i, MTU), Urgency.BULK);
    }
    west.nextPacket();

    listener.close();
    int told = west.waiting();
    assertThat(east.awaitDown()).isNotEmpty();
    connector.close();

    assertThat(west.waiting()).isEqualTo(told);
  }

  @Test
  void aLinkMayBeClosedByWhatItTells() throws Exception {
    TcpLink listener = listener();
    CountDownLatch done = new CountDownLatch(1);
    listener.start(
        new LinkEvents() {
          @Override
          public void up(Direction direction) {
            listener.close();
            done.countDown();
          }

          @Override
          public void down(Direction direction, String why) {
            throw new AssertionError("told after close: " + why);
          }

          @Override
          public void received(Direction direction, byte[] packet) {
            throw new AssertionError("told after close");
          }
        });
    try (SocketChannel peer = dial(listener)) {
      assertThat(done.await(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void aNewerConnectionReplacesTheOlder() throws Exception {
    TcpLink listener = listener();
    listener.start(west);
    try (SocketChannel older = dial(listener)) {
      west.awaitUp();
      try (SocketChannel newer = dial(listener)) {
        assertThat(west.awaitDown()).contains("newer connection");
        west.awaitUp();
        assertThat(older.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        writeFully(newer, ByteBuffer.wrap(new byte[] {0, 2, (byte) 0x80, 8}));
        assertThat(west.nextPacket().bytes()).containsExactly(0x86, 8);
        assertThat(listener.counters().connects()).isEqualTo(2);
      }
    }
  }

  @Test
  void aConnectionToItsOwnEndIsNoticed() throws Exception {
    try (SocketChannel channel = SocketChannel.open()) {
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      assertThat(channel.connect(channel.getLocalAddress())).isTrue();
      assertThat(Connection.isToItself(channel)).isTrue();
    }
    TcpLink listener = listener();
    try (SocketChannel channel = dial(listener)) {
      assertThat(Connection.isToItself(channel)).isFalse();
    }
  }

  @Test
  void aPortInUseIsToldAtOnceWithItsAddress() throws Exception {
    try (ServerSocketChannel taken = ServerSocketChannel.open()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      HostPort address = HostPort.of((InetSocketAddress) taken.getLocalAddress());

      assertThatThrownBy(() -> listen(address, Optional.empty(), false))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on " + address)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void plainTextLeavesTheMachineOnlyWhenAsked() throws Exception {
    HostPort everywhere = new HostPort("0.0.0.0", 0);

    assertThatThrownBy(() -> listen(everywhere, Optional.empty(), false))
        .hasMessageContaining("0.0.0.0:0")
        .hasMessageContaining("without authentication")
        .hasMessageContaining("plain = true");
    TcpLink allowed = keep(listen(everywhere, Optional.empty(), true));
    assertThat(allowed.boundAddress().orElseThrow().port()).isPositive();
  }

  @Test
  void refusesPacketsAndSizesThatCannotBe() throws Exception {
    TcpLink listener = listener();

    assertThat(listener.serviceForm()).isEqualTo(ServiceForm.PLAIN);
    assertThatThrownBy(() -> listener.send(new byte[1], Urgency.BULK))
        .hasMessageContaining("packet of 1 bytes");
    assertThatThrownBy(() -> listener.send(new byte[MTU + 1], Urgency.BULK))
        .hasMessageContaining("expected 2 to " + MTU);
    assertThatThrownBy(
            () ->
                TcpLink.open(
                    Direction.ET,
                    new TcpAddress.Listen(ANY_PORT, Optional.empty()),
                    254,
                    new LinkSecurity.Plain(false),
                    new SplittableRandom(1)))
        .hasMessageContaining("254");
  }

  private void start(TcpLink listener, TcpLink connector) throws InterruptedException {
    listener.start(west);
    connector.start(east);
    west.awaitUp();
    east.awaitUp();
  }

  private TcpLink listener() throws IOException {
    return keep(listen(ANY_PORT, Optional.empty(), false));
  }

  private TcpLink listener(Path addressFile) throws IOException {
    return keep(listen(ANY_PORT, Optional.of(addressFile), false));
  }

  private TcpLink connector(TcpLink listener) throws IOException {
    return keep(connect(new TcpAddress.Connect(listener.boundAddress().orElseThrow())));
  }

  private static TcpLink listen(HostPort at, Optional<Path> addressFile, boolean plain)
      throws IOException {
    TcpAddress address = new TcpAddress.Listen(at, addressFile);
    LinkSecurity security = new LinkSecurity.Plain(plain);
    return TcpLink.open(Direction.WT, address, MTU, security, new SplittableRandom(1));
  }

  private static TcpLink connect(TcpAddress address) throws IOException {
    LinkSecurity security = new LinkSecurity.Plain(false);
    return TcpLink.open(Direction.ET, address, MTU, security, new SplittableRandom(2));
  }

  private TcpLink keep(TcpLink link) {
    opened.push(link);
    return link;
  }

  private static SocketChannel dial(TcpLink listener) throws IOException {
    return SocketChannel.open(listener.boundAddress().orElseThrow().resolve());
  }

  private static byte[] numbered(int number, int length) {
    return ByteBuffer.allocate(length).putShort((short) 0x8208).putInt(number).array();
  }

  private static int numberOf(byte[] packet) {
    return ByteBuffer.wrap(packet).getInt(2);
  }

  private static void writeFully(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static byte[] readFrame(SocketChannel channel) throws IOException {
    ByteBuffer head = readFully(channel, 2);
    return readFully(channel, Short.toUnsignedInt(head.getShort())).array();
  }

  private static ByteBuffer readFully(SocketChannel channel, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      assertThat(channel.read(bytes)).isPositive();
    }
    return bytes.flip();
  }

  private static void awaitSent(TcpLink link, long packets) {
    // The writer counts after the write, so the peer may have the packet a moment earlier.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Heard.PATIENCE_SECONDS);
    while (link.counters().packetsSent() < packets) {
      assertThat(System.nanoTime()).as("time until %d are sent", packets).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static List<String> threadsOf(Direction direction) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("link-" + direction))
        .toList();
  }
}
