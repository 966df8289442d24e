package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.Switch;

/** Turns what the links tell into inputs, on the links' own threads. */
final class Reader implements LinkEvents {
  private final InputQueue inputs;
  private final Switch links;

  Reader(InputQueue inputs, Switch links) {
    this.inputs = inputs;
    this.links = links;
  }

  @Override
  public void up(Direction direction) {
    int mtu = links.link(direction).map(Link::mtu).orElse(Codec.MTU_MIN);
    inputs.answer(new Input.LinkUp(direction, mtu));
  }

  @Override
  public void down(Direction direction, String why) {
    inputs.answer(new Input.LinkDown(direction, why));
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    Decoded decoded = Codec.decode(packet);
    if (decoded instanceof Decoded.Good good) {
      inputs.received(new Input.Received(direction, good.message()));
    } else if (decoded instanceof Decoded.Bad bad) {
      inputs.unreadable(new Input.Unreadable(direction, bad.fault()));
    }
  }
}
