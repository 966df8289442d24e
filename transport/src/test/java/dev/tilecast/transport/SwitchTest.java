package dev.tilecast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SwitchTest {
  private final RecordedLink east = new RecordedLink(Direction.ET, ServiceForm.PLAIN);
  private final RecordedLink west = new RecordedLink(Direction.WT, ServiceForm.BULK);
  private final RecordedEvents ours = new RecordedEvents();
  private final RecordedEvents other = new RecordedEvents();
  private final Switch packets = new Switch(List.of(east, west));

  @Test
  void eachPacketReachesTheServiceThatItNames() {
    packets.register(8, ours);
    packets.register(9, other);
    packets.start();

    east.bring(0x82, 0x08, 1);
    east.bring(0x82, 0x09, 2);
    west.bring(0x86, 0x88, 3);

    assertThat(ours.told).containsExactly("ET 820801", "WT 868803");
    assertThat(other.told).containsExactly("ET 820902");
    assertThat(packets.faults(Direction.ET)).isEmpty();
  }

  @Test
  void whatIsForNobodyIsCountedPerDirectionAndReason() {
    packets.register(8, ours);
    packets.start();

    east.bring(0x82);
    east.bring(0x02, 0x08);
    east.bring(0x8A, 0x08);
    east.bring(0xA2, 0x08);
    east.bring(0x92, 0x08);
    east.bring(0xC2, 0x08);
    east.bring(0x82, 0x88);
    east.bring(0x82, 0x07);
    east.bring(0x82, 0x00);
    int[] tooLong = new int[RecordedLink.MTU + 1];
    tooLong[0] = 0x86;
    tooLong[1] = 0x88;
    west.bring(tooLong);
    west.bring(0x86, 0xC8);
    west.bring(0x86, 0x08);

    assertThat(ours.told).isEmpty();
    assertThat(packets.faults(Direction.ET))
        .isEqualTo(
            Map.of(
                PacketFault.TOO_SHORT, 1L,
                PacketFault.NOT_STANDARD, 1L,
                PacketFault.ERROR_BIT, 1L,
                PacketFault.MFM_PACKET, 1L,
                PacketFault.OVERRUN_BIT, 1L,
                PacketFault.LOCAL_PACKET, 1L,
                PacketFault.OTHER_FORM, 1L,
                PacketFault.UNKNOWN_SERVICE, 2L));
    assertThat(packets.faults(Direction.WT))
        .isEqualTo(
            Map.of(
                PacketFault.TOO_LONG, 1L,
                PacketFault.UNKNOWN_SERVICE, 1L,
                PacketFault.OTHER_FORM, 1L));
    assertThat(packets.faults(Direction.NT)).isEmpty();
    assertThat(PacketFault.UNKNOWN_SERVICE.counter()).isEqualTo("unknown-service");
  }

  @Test
  void everyServiceHearsOfLinks() {
    packets.register(8, ours);
    packets.register(63, other);
    packets.start();

    packets.up(Direction.ET);
    packets.down(Direction.ET, "unplugged");

    assertThat(ours.told).containsExactly("ET up", "ET down: unplugged");
    assertThat(other.told).isEqualTo(ours.told);
  }

  @Test
  void sendsByTheLinkOfTheDirection() {
    packets.start();

    packets.send(Direction.WT, new byte[] {(byte) 0x86, (byte) 0x88}, Urgency.BULK);

    assertThat(west.sent).containsExactly("BULK 8688");
    assertThat(east.sent).isEmpty();
    assertThatThrownBy(() -> packets.send(Direction.NT, new byte[2], Urgency.BULK))
        .hasMessageContaining("NT");
  }

  @Test
  void refusesTwoLinksOfOneDirectionAndServicesThatAreTaken() {
    assertThatThrownBy(() -> new Switch(List.of(east, east))).hasMessageContaining("ET");
    packets.register(8, ours);
    assertThatThrownBy(() -> packets.register(8, other)).hasMessageContaining("taken");
    assertThatThrownBy(() -> packets.register(0, other)).hasMessageContaining("service 0");
  }

  @Test
  void aServiceThatIsReleasedIsFreeForAnother() {
    packets.register(8, ours);
    packets.start();
    packets.release(8, other);
    assertThat(packets.isFree(8)).isFalse();

    packets.release(8, ours);
    assertThat(packets.isFree(8)).isTrue();
    east.bring(0x82, 0x08, 1);
    packets.register(8, other);
    east.bring(0x82, 0x08, 2);
    packets.up(Direction.ET);

    assertThat(ours.told).isEmpty();
    assertThat(other.told).containsExactly("ET 820802", "ET up");
    assertThat(packets.faults(Direction.ET)).containsEntry(PacketFault.UNKNOWN_SERVICE, 1L);
  }

  @Test
  void packetsOfTheSimulationGoToWhoeverHasThem() {
    RecordedLink east = new RecordedLink(Direction.ET, ServiceForm.PLAIN);
    Switch packets = new Switch(List.of(east));
    RecordedEvents simulation = new RecordedEvents();
    packets.start();
    east.bring(0xA2, 0x08, 1);
    packets.registerMfm(simulation);
    assertThat(east.expectsMfm).isTrue();
    packets.releaseMfm(new RecordedEvents());
    assertThat(east.expectsMfm).as("somebody else's release").isTrue();
    assertThatThrownBy(() -> packets.registerMfm(new RecordedEvents()))
        .isInstanceOf(IllegalStateException.class);
    east.bring(0xA2, 0xFF, 2);
    east.bring(0xB2, 0x08, 3);
    packets.releaseMfm(simulation);
    assertThat(east.expectsMfm).isFalse();
    east.bring(0xA2, 0x08, 4);

    assertThat(simulation.told).containsExactly("ET a2ff02");
    assertThat(packets.faults(Direction.ET))
        .containsOnly(
            Map.entry(PacketFault.MFM_PACKET, 2L), Map.entry(PacketFault.OVERRUN_BIT, 1L));
  }

  @Test
  void whoOnlyWatchesHearsOfLinksAndGetsNoPackets() {
    packets.watch(ours);
    packets.start();

    packets.up(Direction.ET);
    east.bring(0x82, 0x08, 1);
    packets.down(Direction.ET, "pulled");

    assertThat(ours.told).containsExactly("ET up", "ET down: pulled");
  }

  @Test
  void closesEveryLink() {
    packets.start();

    packets.close();

    assertThat(east.closed).isTrue();
    assertThat(west.closed).isTrue();
    assertThat(packets.directions()).containsExactly(Direction.ET, Direction.WT);
    assertThat(packets.link(Direction.ET)).containsSame(east);
    assertThat(packets.link(Direction.NT)).isEmpty();
  }

  /** A link that keeps what is sent, and brings what a test wants. */
  private static final class RecordedLink implements Link {
    static final int MTU = 255;

    private final Direction direction;
    private final ServiceForm form;
    final List<String> sent = new ArrayList<>();
    final List<LinkEvents> events = new ArrayList<>();
    boolean closed;
    boolean expectsMfm;

    RecordedLink(Direction direction, ServiceForm form) {
      this.direction = direction;
      this.form = form;
    }

    void bring(int... bytes) {
      byte[] packet = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        packet[i] = (byte) bytes[i];
      }
      events.get(0).received(direction, packet);
    }

    @Override
    public Direction direction() {
      return direction;
    }

    @Override
    public int mtu() {
      return MTU;
    }

    @Override
    public ServiceForm serviceForm() {
      return form;
    }

    @Override
    public void start(LinkEvents receiver) {
      events.add(receiver);
    }

    @Override
    public boolean hasMfmRoom() {
      return true;
    }

    @Override
    public boolean hasRoom(int service) {
      return true;
    }

    @Override
    public void send(byte[] packet, Urgency urgency) {
      sent.add(urgency + " " + RecordedEvents.hex(packet));
    }

    @Override
    public void expectMfm(boolean expected) {
      expectsMfm = expected;
    }

    @Override
    public LinkCounters counters() {
      return new LinkCounters(sent.size(), 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
