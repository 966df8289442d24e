package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSettings;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A neighbor that says HELLO, remembers what it hears, and serves one file as far as it is told.
 */
final class Script implements Software {
  private static final long HELLO_NANOS = 5_000_000_000L;
  private static final int MTU = 255;

  private final SimTile tile;
  private final Direction toward;
  private final Deque<Message> arrived = new ArrayDeque<>();
  private final List<Message> heard = new ArrayList<>();
  private Optional<SimFile> serves = Optional.empty();
  private long servesUntil = Long.MAX_VALUE;
  private long helloAt;
  private long bootHeard;

  Script(SimTile tile, Direction toward) {
    this.tile = tile;
    this.toward = toward;
    this.helloAt = tile.nanos();
  }

  /** Everything that came, in its order. */
  List<Message> heard() {
    return heard;
  }

  /** What came of one kind. */
  <T extends Message> List<T> heard(Class<T> kind) {
    return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Has {@code file}, of which it gives the bytes before {@code until}, and says so. */
  void offer(SimFile file, long until) {
    serves = Optional.of(file);
    servesUntil = until;
    advertise(file);
  }

  private void advertise(SimFile file) {
    ManifestHead head = file.manifest().head();
    send(
        new Message.Advertisement(
            file.name(),
            file.version().stamp(),
            file.version().innerDigest().prefix(Message.Advertisement.DIGEST_PREFIX_BYTES),
            file.id(),
            head.fileLength(),
            head.fingerprint().prefix(Message.Advertisement.SIGNER_BYTES),
            false,
            1000));
  }

  /** Has no file any more. */
  void withdraw() {
    serves = Optional.empty();
  }

  void send(Message message) {
    tile.send(toward, message, Urgency.URGENT);
  }

  void sendRaw(byte[] packet) {
    tile.port(toward).send(packet, Urgency.URGENT);
  }

  @Override
  public void start() {
    hello();
  }

  @Override
  public void up(Direction direction) {
    hello();
  }

  @Override
  public void down(Direction direction, String why) {
    // Its links are perfect: the other end was switched off.
  }

  @Override
  public void received(Direction from, byte[] packet) {
    if (Codec.decode(packet) instanceof Decoded.Good good) {
      arrived.add(good.message());
    } else {
      throw new AssertionError("the tile sent what is no message");
    }
  }

  @Override
  public void turn() {
    for (Message next = arrived.poll(); next != null; next = arrived.poll()) {
      heard.add(next);
      answer(next);
    }
    if (tile.nanos() >= helloAt) {
      hello();
    }
  }

  private void hello() {
    helloAt = tile.nanos() + HELLO_NANOS;
    TileSettings settings =
        new TileSettings(tile.tileId(), 7, tile.model().group(), tile.model().limits());
    send(
        new Message.Hello(
            Codec.VERSION,
            Codec.VERSION,
            7,
            settings.tileId(),
            settings.groupId(),
            MTU,
            10,
            Bytes.copyOf(new byte[Codec.ROOT_BYTES])));
  }

  private void answer(Message message) {
    if (message instanceof Message.Hello hello && hello.bootId() != bootHeard) {
      bootHeard = hello.bootId();
      hello();
      serves.ifPresent(this::advertise);
    } else if (message instanceof Message.ManifestWant want && isServed(want.key())) {
      manifest(serves.orElseThrow(), want);
    } else if (message instanceof Message.Want want && isServed(want.key())) {
      want.ranges().forEach(range -> data(serves.orElseThrow(), range));
    }
  }

  private boolean isServed(int key) {
    return serves.map(file -> file.id().firstInt() == key).orElse(false);
  }

  private void manifest(SimFile file, Message.ManifestWant want) {
    Bytes unit =
        want.unit() == Message.ManifestWant.HEAD
            ? file.manifest().head().encode()
            : file.manifest().pages().get(want.unit()).encode();
    int payload = Codec.partBytes(MTU);
    int end = Math.min(unit.length(), want.offset() + want.length());
    for (int at = want.offset(); at < end; at += payload) {
      Bytes part = unit.slice(at, Math.min(end, at + payload));
      send(new Message.ManifestPart(want.key(), want.unit(), at, unit.length(), part));
    }
  }

  private void data(SimFile file, Message.Range range) {
    long end = Math.min(range.end(), servesUntil);
    int payload = Codec.dataBytes(MTU);
    for (long at = range.offset(); at < end; at += payload) {
      int from = Math.toIntExact(at);
      int to = Math.toIntExact(Math.min(at + payload, end));
      send(new Message.Data(file.id().firstInt(), at, file.content().slice(from, to)));
    }
  }

  @Override
  public long dueAtNanos() {
    return helloAt;
  }

  @Override
  public boolean isIdle() {
    return arrived.isEmpty();
  }

  @Override
  public void look() {
    // It publishes nothing.
  }

  @Override
  public void trust(Trust now) {
    // It judges nothing.
  }

  @Override
  public Optional<TileReport> report() {
    return Optional.empty();
  }

  @Override
  public void end() {
    arrived.clear();
  }
}
