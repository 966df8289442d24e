package dev.tilecast.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a link told, in order, for a test to wait for. */
final class Heard implements LinkEvents {
  static final long PATIENCE_SECONDS = 30;

  /** One event: exactly one of the three kinds. */
  sealed interface Event {}

  record Up() implements Event {}

  record Down(String why) implements Event {}

  static final class Packet implements Event {
    private final byte[] bytes;

    Packet(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  @Override
  public void up(Direction direction) {
    events.add(new Up());
  }

  @Override
  public void down(Direction direction, String why) {
    events.add(new Down(why));
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    events.add(new Packet(packet));
  }

  int waiting() {
    return events.size();
  }

  Event next() throws InterruptedException {
    Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(event).as("an event within %d s", PATIENCE_SECONDS).isNotNull();
    return event;
  }

  /** The next up, past any downs that tell of attempts. */
  void awaitUp() throws InterruptedException {
    Event event = next();
    while (event instanceof Down) {
      event = next();
    }
    assertThat(event).isInstanceOf(Up.class);
  }

  /** The next down, past any packets. */
  String awaitDown() throws InterruptedException {
    Event event = next();
    while (event instanceof Packet) {
      event = next();
    }
    assertThat(event).isInstanceOf(Down.class);
    return ((Down) event).why();
  }

  Packet nextPacket() throws InterruptedException {
    Event event = next();
    assertThat(event).isInstanceOf(Packet.class);
    return (Packet) event;
  }
}
