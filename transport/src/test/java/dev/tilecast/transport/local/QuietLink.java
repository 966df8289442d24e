package dev.tilecast.transport.local;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Urgency;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A link that only keeps what is sent by it. */
final class QuietLink implements Link {
  final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
  private final Direction direction;

  QuietLink(Direction direction) {
    this.direction = direction;
  }

  @Override
  public Direction direction() {
    return direction;
  }

  @Override
  public int mtu() {
    return 255;
  }

  @Override
  public ServiceForm serviceForm() {
    return ServiceForm.PLAIN;
  }

  @Override
  public void start(LinkEvents events) {}

  @Override
  public void send(byte[] packet, Urgency urgency) {
    sent.add(packet);
  }

  @Override
  public boolean hasRoom(int service) {
    return true;
  }

  @Override
  public boolean hasMfmRoom() {
    return true;
  }

  @Override
  public LinkCounters counters() {
    return new LinkCounters(0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {}
}
