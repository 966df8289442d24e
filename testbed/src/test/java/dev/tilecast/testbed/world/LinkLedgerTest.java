package dev.tilecast.testbed.world;

import static dev.tilecast.testbed.world.LinkRig.MILLI;
import static dev.tilecast.testbed.world.LinkRig.SECOND;
import static dev.tilecast.testbed.world.LinkRig.packet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.Urgency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to links, every packet is accounted for, and a seed always gives one world. */
final class LinkLedgerTest {
  /** A ring of tiles on which everything is done that can be done to links. */
  private static final class Ordeal {
    final Timeline timeline;
    final RandomGenerator chance;
    final List<SimPorts> tiles = new ArrayList<>();
    final List<SimLink> links = new ArrayList<>();
    long offered;

    Ordeal(long seed, DeviceSettings device, Trace trace) {
      timeline = new Timeline(seed, trace);
      chance = timeline.fork("ordeal");
      Topology ring = Topology.ring(5);
      for (Place place : ring.places()) {
        tiles.add(new SimPorts(timeline, place.toString(), device));
      }
      for (Cable cable : ring.cables()) {
        links.add(
            SimLink.connect(
                timeline,
                tiles.get(cable.a().x()).port(cable.toward()),
                tiles.get(cable.b().x()).port(cable.toward().opposite()),
                LinkSettings.HOSTILE.withFlaps(5 * SECOND, SECOND)));
      }
      tiles.forEach(this::open);
    }

    void open(SimPorts tile) {
      tile.ports().forEach(port -> port.start(echo(tile)));
    }

    /** Answers every tenth packet, from within the call. */
    LinkEvents echo(SimPorts tile) {
      return new LinkEvents() {
        @Override
        public void up(Direction direction) {
          send(tile.port(direction));
        }

        @Override
        public void down(Direction direction, String why) {
          assertThat(why).isNotEmpty();
        }

        @Override
        public void received(Direction direction, byte[] packet) {
          if (packet[5] % 10 == 0) {
            send(tile.port(direction));
          }
        }
      };
    }

    void send(SimPort port) {
      offered++;
      byte[] packet = packet(6 + chance.nextInt(250), chance.nextInt());
      port.send(packet, chance.nextBoolean() ? Urgency.URGENT : Urgency.BULK);
    }

    Ordeal run(int steps) {
      for (int i = 0; i < steps; i++) {
        SimPorts tile = tiles.get(chance.nextInt(tiles.size()));
        SimLink link = links.get(chance.nextInt(links.size()));
        int what = chance.nextInt(1000);
        if (what < 900) {
          for (int burst = chance.nextInt(20); burst > 0; burst--) {
            send(tile.ports().get(chance.nextInt(2)));
          }
        } else if (what < 990) {
          disturb(what % 9, tile, link);
        } else {
          tile.powerOff();
        }
        timeline.runUntil(timeline.now() + chance.nextLong(20 * MILLI));
      }
      return this;
    }

    private void disturb(int what, SimPorts tile, SimLink link) {
      switch (what) {
        case 0 -> link.pull();
        case 1, 2 -> plug(link);
        case 3 -> link.cutOneWay(chance.nextBoolean() ? link.a() : link.b());
        case 4 -> link.mend();
        case 5 -> tile.hold();
        case 6 -> tile.release();
        case 7 -> link.settings(chance.nextBoolean() ? LinkSettings.HOSTILE : LinkSettings.T2);
        default -> tiles.forEach(this::restore);
      }
    }

    private void plug(SimLink link) {
      SimPort other = tiles.get(chance.nextInt(tiles.size())).port(Direction.WT);
      if (!link.isPlugged() && other.cable().isEmpty()) {
        link.plug(other);
      }
    }

    private void restore(SimPorts tile) {
      if (!tile.isPowered()) {
        tile.powerOn();
        open(tile);
      }
    }

    /** Everything works again, until all that waited has gone. */
    Ordeal calm() {
      tiles.forEach(this::restore);
      tiles.forEach(SimPorts::release);
      for (SimLink link : links) {
        link.mend();
        link.settings(LinkSettings.PERFECT);
        if (!link.isPlugged()) {
          tiles.stream()
              .map(tile -> tile.port(Direction.WT))
              .filter(port -> port.cable().isEmpty())
              .findFirst()
              .ifPresent(link::plug);
        }
      }
      timeline.runUntil(timeline.now() + 10_000 * SECOND);
      return this;
    }

    long sum(ToLongFunction<PortCounters> counter) {
      return tiles.stream()
          .flatMap(tile -> tile.ports().stream())
          .mapToLong(port -> counter.applyAsLong(port.allCounters()))
          .sum();
    }
  }

  private static Trace traceOf(long seed, DeviceSettings device) {
    Trace trace = Trace.digestOnly();
    new Ordeal(seed, device, trace).run(4000);
    return trace;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyPacketIsAccountedFor(boolean shared) {
    Map<String, ToLongFunction<PortCounters>> all =
        Map.of(
            "lost", PortCounters::lost,
            "corrupted", PortCounters::corrupted,
            "duplicated", PortCounters::duplicated,
            "reordered", PortCounters::reordered,
            "stale", PortCounters::stale,
            "overrun", PortCounters::overrun,
            "frame errors", PortCounters::frameErrors,
            "bytes of the simulation", PortCounters::mfmBytes);
    Map<String, Long> tried = new TreeMap<>();
    for (long seed = 0; seed < 20; seed++) {
      Ordeal ordeal =
          new Ordeal(
                  seed, shared ? DeviceSettings.T2 : DeviceSettings.INDEPENDENT, Trace.digestOnly())
              .run(2000)
              .calm();

      String what = "seed " + seed;
      assertThat(ordeal.sum(PortCounters::sent) + ordeal.sum(PortCounters::duplicated))
          .as(what)
          .isEqualTo(
              ordeal.sum(PortCounters::received)
                  + ordeal.sum(PortCounters::overrun)
                  + ordeal.sum(PortCounters::lost));
      assertThat(ordeal.offered)
          .as(what)
          .isEqualTo(ordeal.sum(PortCounters::sent) + ordeal.sum(PortCounters::refused));
      assertThat(ordeal.tiles)
          .allSatisfy(
              tile -> {
                assertThat(tile.waiting()).as(what).isZero();
                assertThat(tile.sharedBytes()).as(what).isZero();
                assertThat(tile.ports())
                    .allSatisfy(
                        port -> {
                          assertThat(port.isUp()).as(what + " " + port).isTrue();
                          assertThat(port.waitingBytes()).as(what + " " + port).isZero();
                        });
              });
      assertThat(ordeal.timeline.waiting()).as(what).isZero();
      all.forEach((name, counter) -> tried.merge(name, ordeal.sum(counter), Long::sum));
    }
    assertThat(tried).as("what happened").doesNotContainValue(0L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSeedAlwaysGivesTheSameWorld(boolean shared) {
    DeviceSettings device = shared ? DeviceSettings.T2 : DeviceSettings.INDEPENDENT;

    Trace one = traceOf(4, device);
    Trace other = traceOf(4, device);

    assertThat(one.count()).isEqualTo(other.count()).isGreaterThan(1000);
    assertThat(one.digest()).isEqualTo(other.digest());
    assertThat(traceOf(5, device).digest()).isNotEqualTo(one.digest());
  }

  @Test
  void aLinkMoreChangesNoOtherLink() {
    LinkRig alone = new LinkRig(LinkSettings.HOSTILE);
    LinkRig accompanied = new LinkRig(LinkSettings.HOSTILE);
    SimPorts third = new SimPorts(accompanied.timeline, "2,0", DeviceSettings.INDEPENDENT);
    SimLink.connect(
        accompanied.timeline,
        accompanied.east.port(Direction.ET),
        third.port(Direction.WT),
        LinkSettings.HOSTILE);

    for (int i = 0; i < 200; i++) {
      alone.send(i, i + 1, 200);
      alone.run(SECOND / 20);
      accompanied.send(i, i + 1, 200);
      third.port(Direction.WT).send(packet(200, i), Urgency.BULK);
      accompanied.run(SECOND / 20);
    }

    assertThat(accompanied.atEast.numbers()).isEqualTo(alone.atEast.numbers()).isNotEmpty();
    assertThat(accompanied.atEast.instants).isEqualTo(alone.atEast.instants);
  }
}
