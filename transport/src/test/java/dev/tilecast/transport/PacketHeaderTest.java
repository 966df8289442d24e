package dev.tilecast.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PacketHeaderTest {
  private static final int MTU = 255;

  @Test
  void spellsDirectionAndServiceInBothForms() {
    byte[] packet = new byte[4];

    PacketHeader.toService(Direction.SE, 8, ServiceForm.PLAIN).writeInto(packet);
    assertThat(packet).containsExactly(0x83, 0x08, 0, 0);

    PacketHeader.toService(Direction.NW, 8, ServiceForm.BULK).writeInto(packet);
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

  @ParameterizedTest
  @CsvSource({
    "00, 7F, NonStandard, NOT_STANDARD",
    "80, 87, Routed, ",
    "88, 8F, Routed, ERROR_BIT",
    "90, 9F, Routed, OVERRUN_BIT",
    "A0, A7, Routed, MFM_PACKET",
    "A8, AF, Routed, ERROR_BIT",
    "B0, BF, Routed, OVERRUN_BIT",
    "C0, FF, Local, LOCAL_PACKET",
  })
  void everyPairOfBytesIsOneHeaderAndGivesTheSameBytesBack(
      String from, String to, String kind, PacketFault fault) {
    for (int first = Integer.parseInt(from, 16); first <= Integer.parseInt(to, 16); first++) {
      for (int second = 0; second < 256; second++) {
        byte[] bytes = {(byte) first, (byte) second};
        PacketHeader header = PacketHeader.of(bytes);
        byte[] back = new byte[2];
        header.writeInto(back);

        assertThat(back).containsExactly(bytes);
        assertThat(header.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(header.second()).isEqualTo(second);
        assertThat(fault(ServiceForm.PLAIN, first, second))
            .isEqualTo(expected(fault, second < 0x40));
        assertThat(fault(ServiceForm.BULK, first, second))
            .isEqualTo(expected(fault, second >= 0x80));
      }
    }
  }

  private static Optional<PacketFault> expected(PacketFault ofFirst, boolean ofForm) {
    Optional<PacketFault> expected = Optional.ofNullable(ofFirst);
    return expected.isPresent() || ofForm ? expected : Optional.of(PacketFault.OTHER_FORM);
  }

  @Test
  void readsEachFieldOfByte0() {
    assertThat(PacketHeader.of(new byte[] {(byte) 0xB6, 0x41}))
        .isEqualTo(new PacketHeader.Routed(Direction.WT, true, true, false, 0x41));
    assertThat(PacketHeader.of(new byte[] {(byte) 0x8A, 0x08}))
        .isEqualTo(new PacketHeader.Routed(Direction.ET, false, false, true, 0x08));
    assertThat(PacketHeader.of(new byte[] {(byte) 0xC4, 0x01}))
        .isEqualTo(new PacketHeader.Local(false, 4, 0x01));
    assertThat(PacketHeader.of(new byte[] {(byte) 0xE3, 0x01}))
        .isEqualTo(new PacketHeader.Local(true, 3, 0x01));
    assertThat(PacketHeader.of(new byte[] {'h', 'i'}))
        .isEqualTo(new PacketHeader.NonStandard('h', 'i'));
    assertThatThrownBy(() -> new PacketHeader.Local(false, 32, 0)).hasMessageContaining("32");
    assertThatThrownBy(() -> new PacketHeader.NonStandard(128, 0)).hasMessageContaining("128");
  }

  @Test
  void byte1HasSixBitsOfServiceInOneFormAndSevenInTheOther() {
    for (int second = 0; second < 256; second++) {
      byte signed = (byte) second;
      assertThat(ServiceForm.PLAIN.serviceOf(signed)).isEqualTo(second % 64);
      assertThat(ServiceForm.PLAIN.upperOf(signed)).isEqualTo(second / 64);
      assertThat(ServiceForm.BULK.serviceOf(signed)).isEqualTo(second % 128);
      assertThat(ServiceForm.BULK.upperOf(signed)).isEqualTo(second / 128);
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
  void thereAre63ServicesThatBothFormsSpell() {
    for (int service = 1; service <= 63; service++) {
      assertThat(ServiceForm.PLAIN.byteOf(service)).isEqualTo(service);
      assertThat(ServiceForm.BULK.byteOf(service)).isEqualTo(0x80 + service);
      assertThat(ServiceForm.BULK.serviceOf(0x80 + service)).isEqualTo(service);
    }
    assertThatThrownBy(() -> ServiceForm.BULK.byteOf(0)).hasMessageContaining("service 0");
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
