package dev.tilecast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PacketHeaderTest {
  private static final int MTU = 255;

  @Test
  void spellsDirectionAndServiceInBothForms() {
    byte[] packet = new byte[4];

    new PacketHeader(Direction.SE, 8).writeInto(packet, ServiceForm.PLAIN);
    assertThat(packet).containsExactly(0x83, 0x08, 0, 0);

    new PacketHeader(Direction.NW, 8).writeInto(packet, ServiceForm.BULK);
    assertThat(packet).containsExactly(0x87, 0x88, 0, 0);
  }

  @Test
  void theReceivingSideWritesTheDirectionAndNothingElse() {
    for (int first = 0; first < 256; first++) {
      byte[] packet = {(byte) first, 0x08};

      PacketHeader.markReceived(packet, Direction.WT);

      assertThat(packet[0] & 0x07).isEqualTo(Direction.WT.code());
      assertThat(packet[0] & 0xF8).isEqualTo(first & 0xF8);
      assertThat(packet[1]).isEqualTo((byte) 0x08);
    }
  }

  @Test
  void onlyBit7AndTheDirectionMayBeSetInByte0() {
    for (int first = 0; first < 256; first++) {
      Optional<PacketFault> fault = fault(ServiceForm.PLAIN, first, 0x08);

      if (first < 0x80) {
        assertThat(fault).contains(PacketFault.NOT_STANDARD);
      } else if (first > 0x87) {
        assertThat(fault).contains(PacketFault.RESERVED_BITS);
      } else {
        assertThat(fault).isEmpty();
      }
    }
  }

  @Test
  void theUpperTwoBitsOfByte1BelongToTheFormOfTheLink() {
    for (int second = 0; second < 256; second++) {
      assertThat(fault(ServiceForm.PLAIN, 0x80, second).isEmpty())
          .isEqualTo((second & 0xC0) == 0x00);
      assertThat(fault(ServiceForm.BULK, 0x80, second).isEmpty())
          .isEqualTo((second & 0xC0) == 0x80);
    }
  }

  @Test
  void boundsTheLengthOnBothSides() {
    byte[] good = new byte[MTU];
    good[0] = (byte) 0x80;
    byte[] tooLong = new byte[MTU + 1];
    tooLong[0] = (byte) 0x80;

    assertThat(PacketHeader.faultOf(new byte[1], MTU, ServiceForm.PLAIN))
        .contains(PacketFault.TOO_SHORT);
    assertThat(PacketHeader.faultOf(new byte[0], MTU, ServiceForm.PLAIN))
        .contains(PacketFault.TOO_SHORT);
    assertThat(PacketHeader.faultOf(good, MTU, ServiceForm.PLAIN)).isEmpty();
    assertThat(PacketHeader.faultOf(tooLong, MTU, ServiceForm.PLAIN))
        .contains(PacketFault.TOO_LONG);
  }

  @Test
  void thereAre63Services() {
    for (int service = 1; service <= 63; service++) {
      byte[] packet = new byte[2];
      new PacketHeader(Direction.ET, service).writeInto(packet, ServiceForm.BULK);
      assertThat(PacketHeader.serviceOf(packet)).isEqualTo(service);
    }
    assertThatThrownBy(() -> new PacketHeader(Direction.ET, 0)).hasMessageContaining("service 0");
    assertThatThrownBy(() -> ServiceForm.PLAIN.byteOf(64)).hasMessageContaining("service 64");
  }

  @Test
  void oppositeDirectionsAreFourApart() {
    for (Direction direction : Direction.values()) {
      assertThat(direction.opposite().code()).isEqualTo((direction.code() + 4) % 8);
      assertThat(Direction.ofCode(direction.code())).isEqualTo(direction);
      assertThat(Direction.ofText(direction.name())).contains(direction);
    }
    assertThat(Direction.ofText("et")).isEmpty();
  }

  private static Optional<PacketFault> fault(ServiceForm form, int first, int second) {
    return PacketHeader.faultOf(new byte[] {(byte) first, (byte) second}, MTU, form);
  }
}
