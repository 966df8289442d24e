package dev.tilecast.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.SendOrder;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class TlsLinkTest {
  private static final int MTU = TcpLink.MTU_DEFAULT;
  private static final LinkKey OURS = LinkKey.generate(new SecureRandom());
  private static final LinkKey THEIRS = LinkKey.generate(new SecureRandom());
  private static final LinkKey FOREIGN = LinkKey.generate(new SecureRandom());
  private static final LinkSecurity PLAIN = new LinkSecurity.Plain(false);
  private static final Timing BRIEF = timing(TimeUnit.MILLISECONDS.toNanos(100));

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
  void pairedTilesTalk() throws Exception {
    long seed = 20260301;
    Random random = new Random(seed);
    TcpLink listener = listener(tls(OURS, THEIRS), Timing.STANDARD);
    TcpLink connector = connector(listener, tls(THEIRS, OURS), Timing.STANDARD);
    start(listener, connector);

    for (int i = 0; i < 500; i++) {
      byte[] packet = new byte[2 + random.nextInt(i % 5 == 0 ? MTU - 1 : 300)];
      random.nextBytes(packet);
      byte[] expected = packet.clone();
      expected[0] = (byte) ((expected[0] & 0xF8) | Direction.ET.code());
      connector.send(packet.clone(), Urgency.URGENT);
      listener.send(west.nextPacket().bytes(), Urgency.BULK);

      assertThat(east.nextPacket().bytes()).as("seed %d, packet %d", seed, i).isEqualTo(expected);
    }
    assertThat(listener.counters().connects()).isEqualTo(1);
    assertThat(listener.counters().foreignKeys()).isZero();
    assertThat(listener.counters().handshakesFailed()).isZero();
  }

  @Test
  void manyPacketsAtOnceKeepTheirOrderInBothDirections() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), Timing.STANDARD);
    TcpLink connector = connector(listener, tls(THEIRS, OURS), Timing.STANDARD);
    start(listener, connector);

    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < SendOrder.BULK_PACKETS_MAX; i++) {
        connector.send(numbered(i, MTU), Urgency.BULK);
        listener.send(numbered(i, MTU), Urgency.BULK);
      }
      for (int i = 0; i < SendOrder.BULK_PACKETS_MAX; i++) {
        assertThat(ByteBuffer.wrap(west.nextPacket().bytes()).getInt(2)).isEqualTo(i);
        assertThat(ByteBuffer.wrap(east.nextPacket().bytes()).getInt(2)).isEqualTo(i);
      }
    }
  }

  @Test
  void whoListensRefusesAForeignKeyAndBothSayWhichKeysWereThere() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), Timing.STANDARD);
    TcpLink connector = connector(listener, tls(FOREIGN, OURS), Timing.STANDARD);
    listener.start(west);
    connector.start(east);

    assertThat(west.awaitDown())
        .contains(FOREIGN.fingerprint().hex(), THEIRS.fingerprint().hex(), "links pair");
    assertThat(east.awaitDown())
        .contains("handshake failed", FOREIGN.fingerprint().hex(), OURS.fingerprint().hex());
    assertThat(listener.counters().foreignKeys()).isPositive();
    assertThat(listener.counters().connects()).isZero();
    assertThat(connector.counters().connects()).isZero();
    assertThat(connector.counters().handshakesFailed()).isPositive();
  }

  @Test
  void whoConnectsRefusesAForeignKey() throws Exception {
    TcpLink listener = listener(tls(FOREIGN, THEIRS), Timing.STANDARD);
    TcpLink connector = connector(listener, tls(THEIRS, OURS), Timing.STANDARD);
    listener.start(west);
    connector.start(east);

    assertThat(east.awaitDown())
        .contains(FOREIGN.fingerprint().hex(), OURS.fingerprint().hex(), "links pair");
    assertThat(west.awaitDown()).contains("handshake failed");
    assertThat(connector.counters().foreignKeys()).isPositive();
    assertThat(connector.counters().connects()).isZero();
    assertThat(listener.counters().connects()).isZero();
  }

  @Test
  void aStrangerDoesNotDisturbTheNeighbor() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), Timing.STANDARD);
    TcpLink connector = connector(listener, tls(THEIRS, OURS), Timing.STANDARD);
    start(listener, connector);
    Heard stranger = new Heard();
    TcpLink foreign = connector(listener, tls(FOREIGN, OURS), Timing.STANDARD);
    foreign.start(stranger);
    stranger.awaitDown();

    connector.send(numbered(5, 100), Urgency.URGENT);

    assertThat(ByteBuffer.wrap(west.nextPacket().bytes()).getInt(2)).isEqualTo(5);
    assertThat(listener.counters().connects()).isEqualTo(1);
    assertThat(listener.counters().foreignKeys()).isPositive();
  }

  @Test
  void plainTextAtAListenerWithTlsIsToldAsThat() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), Timing.STANDARD);
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      writeFully(peer, ByteBuffer.wrap(new byte[] {0, 3, (byte) 0x80, 8, 1}));

      assertThat(west.awaitDown()).contains("the TLS handshake failed", "SSL message");
    }
    assertThat(listener.counters().handshakesFailed()).isEqualTo(1);
    assertThat(listener.counters().packetsReceived()).isZero();
  }

  @Test
  void tlsAtAPlainListenerIsToldAsThatOnBothSides() throws Exception {
    TcpLink listener = listener(PLAIN, Timing.STANDARD);
    TcpLink connector = connector(listener, tls(THEIRS, OURS), BRIEF);
    listener.start(west);
    connector.start(east);

    assertThat(east.awaitDown()).contains("the TLS handshake failed");
    west.awaitUp();
    assertThat(west.awaitDown()).contains("it speaks TLS", "plain text", "links pair");
    assertThat(connector.counters().connects()).isZero();
    assertThat(listener.counters().packetsReceived()).isZero();
  }

  @Test
  void anOlderTlsIsRefused() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), Timing.STANDARD);
    listener.start(west);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    HostPort at = listener.boundAddress().orElseThrow();
    try (SSLSocket peer =
        (SSLSocket) context.getSocketFactory().createSocket(at.host(), at.port())) {
      peer.setEnabledProtocols(new String[] {"TLSv1.2"});

      Assertions.assertThatThrownBy(peer::startHandshake).isInstanceOf(SSLException.class);
    }
    assertThat(west.awaitDown()).contains("the TLS handshake failed", "TLSv1.2");
    assertThat(listener.counters().handshakesFailed()).isEqualTo(1);
  }

  @Test
  void thePinDecidesAndNotTheDatesOfACertificate() throws Exception {
    LinkKey expired = LinkKey.generate(new SecureRandom(), "19800101000000Z", "19810101000000Z");
    LinkKey notYet = LinkKey.generate(new SecureRandom(), "29800101000000Z", "29810101000000Z");
    TcpLink listener = listener(tls(expired, notYet), Timing.STANDARD);
    TcpLink connector = connector(listener, tls(notYet, expired), Timing.STANDARD);

    start(listener, connector);

    connector.send(numbered(1, 100), Urgency.URGENT);
    assertThat(ByteBuffer.wrap(west.nextPacket().bytes()).getInt(2)).isEqualTo(1);
  }

  @Test
  void aHandshakeThatNeverEndsIsEnded() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), BRIEF);
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      assertThat(west.awaitDown()).contains("the TLS handshake failed", "not done in time");
      assertThat(endOf(peer)).isTrue();
    }
    assertThat(listener.counters().handshakesFailed()).isEqualTo(1);
  }

  @Test
  void fewHandshakesGoOnAtOnceAndTheOldestMakesRoom() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), timing(TimeUnit.HOURS.toNanos(1)));
    listener.start(west);
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < Handshakes.AT_ONCE_MAX; i++) {
      SocketChannel peer = dial(listener);
      opened.push(peer);
      silent.add(peer);
    }
    TcpLink connector = connector(listener, tls(THEIRS, OURS), Timing.STANDARD);
    connector.start(east);

    west.awaitUp();
    east.awaitUp();
    assertThat(endOf(silent.get(0))).isTrue();
    connector.send(numbered(1, 100), Urgency.URGENT);
    assertThat(ByteBuffer.wrap(west.nextPacket().bytes()).getInt(2)).isEqualTo(1);
  }

  @Test
  void closeEndsHandshakesThatGoOn() throws Exception {
    TcpLink listener = listener(tls(OURS, THEIRS), timing(TimeUnit.HOURS.toNanos(1)));
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      while (threadsOf("link-WT-tls").isEmpty()) {
        Thread.onSpinWait();
      }

      listener.close();

      assertThat(endOf(peer)).isTrue();
      assertThat(threadsOf("link-WT")).isEmpty();
    }
  }

  @Test
  void aPeerThatVanishesIsNoticedThoughNobodySaysAnything() throws Exception {
    AtomicLong now = new AtomicLong();
    TcpLink listener = listener(PLAIN, timing(now));
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      west.awaitUp();

      now.addAndGet(Pulse.SILENCE_NANOS);

      assertThat(west.awaitDown()).contains("nothing has come for 45 s", "gone");
      assertThat(endOf(peer)).isTrue();
    }
    assertThat(listener.counters().vanished()).isEqualTo(1);
  }

  @Test
  void aPeerThatVanishesIsNoticedThoughTheWriterIsStuck() throws Exception {
    AtomicLong now = new AtomicLong();
    TcpLink listener = listener(PLAIN, timing(now));
    listener.start(west);
    try (SocketChannel deaf = dial(listener)) {
      west.awaitUp();
      while (listener.counters().dropped() < 500) {
        listener.send(numbered(0, MTU), Urgency.BULK);
      }

      now.addAndGet(Pulse.SILENCE_NANOS);
      listener.send(numbered(0, MTU), Urgency.BULK);

      assertThat(west.awaitDown()).contains("nothing has come for 45 s");
      assertThat(deaf.isOpen()).isTrue();
    }
  }

  @Test
  void emptyFramesKeepACalmLinkUpAndAreFew() throws Exception {
    AtomicLong now = new AtomicLong();
    TcpLink listener = listener(PLAIN, timing(now));
    listener.start(west);
    try (SocketChannel peer = dial(listener)) {
      west.awaitUp();
      for (int i = 0; i < 20; i++) {
        now.addAndGet(Pulse.KEEPALIVE_NANOS);
        ByteBuffer frame = ByteBuffer.allocate(2);
        while (frame.hasRemaining()) {
          assertThat(peer.read(frame)).isPositive();
        }
        assertThat(frame.array()).containsExactly(0, 0);
        // Ours, and a packet behind it that tells when it has been heard.
        writeFully(peer, ByteBuffer.wrap(new byte[] {0, 0, 0, 2, (byte) 0x80, 8}));
        west.nextPacket();
      }
    }
    assertThat(listener.counters().vanished()).isZero();
    assertThat(listener.counters().connects()).isEqualTo(1);
    assertThat(listener.counters().packetsSent()).isZero();
  }

  @Test
  void tlsMayLeaveTheMachine() throws Exception {
    TcpAddress everywhere = new TcpAddress.Listen(new HostPort("0.0.0.0", 0), Optional.empty());

    TcpLink link =
        TcpLink.open(Direction.WT, everywhere, MTU, tls(OURS, THEIRS), new SplittableRandom(1));
    opened.push(link);

    assertThat(link.boundAddress().orElseThrow().port()).isPositive();
  }

  @Test
  void aKeyIsTheSameAfterItsTextWasRead() throws Exception {
    assertThat(LinkKey.parse(OURS.text()).fingerprint()).isEqualTo(OURS.fingerprint());
    assertThat(Fingerprint.parse(OURS.fingerprint().hex().toUpperCase(java.util.Locale.ROOT)))
        .contains(OURS.fingerprint());

    String mixed =
        OURS.text().substring(0, OURS.text().indexOf("-----BEGIN CERT"))
            + THEIRS.text().substring(THEIRS.text().indexOf("-----BEGIN CERT"));
    for (String text : List.of("", OURS.text().substring(9), OURS.text().replace("A", ""), mixed)) {
      Assertions.assertThatThrownBy(() -> LinkKey.parse(text))
          .isInstanceOf(GeneralSecurityException.class);
    }
    Files.writeString(folder.resolve("key"), OURS.text());
    assertThat(Files.size(folder.resolve("key"))).isLessThan(LinkKey.TEXT_BYTES_MAX);
  }

  private static Timing timing(long handshakeNanos) {
    return new Timing(System::nanoTime, Timing.STANDARD.lookNanos(), handshakeNanos);
  }

  private static Timing timing(AtomicLong now) {
    return new Timing(now::get, TimeUnit.MILLISECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(5));
  }

  private static LinkSecurity tls(LinkKey own, LinkKey neighbor) {
    return new LinkSecurity.Tls(own, neighbor.fingerprint());
  }

  private TcpLink listener(LinkSecurity security, Timing timing) throws IOException {
    TcpAddress at = new TcpAddress.Listen(new HostPort("127.0.0.1", 0), Optional.empty());
    return keep(TcpLink.open(Direction.WT, at, MTU, security, new SplittableRandom(1), timing));
  }

  private TcpLink connector(TcpLink to, LinkSecurity security, Timing timing) throws IOException {
    TcpAddress at = new TcpAddress.Connect(to.boundAddress().orElseThrow());
    return keep(TcpLink.open(Direction.ET, at, MTU, security, new SplittableRandom(2), timing));
  }

  private TcpLink keep(TcpLink link) {
    opened.push(link);
    return link;
  }

  private void start(TcpLink listener, TcpLink connector) throws InterruptedException {
    listener.start(west);
    connector.start(east);
    west.awaitUp();
    east.awaitUp();
  }

  private static SocketChannel dial(TcpLink listener) throws IOException {
    return SocketChannel.open(listener.boundAddress().orElseThrow().resolve());
  }

  /** Whether the far end closes, past what it says before. */
  private static boolean endOf(SocketChannel peer) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(4096);
      while (peer.read(bytes.clear()) >= 0) {
        assertThat(bytes.position()).isPositive();
      }
      return true;
    } catch (IOException e) {
      return e.getMessage().contains("reset");
    }
  }

  private static void writeFully(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static byte[] numbered(int number, int length) {
    return ByteBuffer.allocate(length).putShort((short) 0x8208).putInt(number).array();
  }

  private static List<String> threadsOf(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }
}
