package dev.tilecast.transport.itc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.BulkLimits;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.Urgency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The device's threads over a device and a time that a test plays. */
@Timeout(300)
final class ItcDeviceTest implements LinkEvents {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @TempDir private Path folder;
  private final HandTime time = new HandTime();
  private final PlayedNode node = new PlayedNode(time);
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private ItcLink east;
  private ItcLink west;

  @BeforeEach
  void plug() throws IOException {
    status("02000100");
    statistics(1, 0);
    ItcSettings settings =
        new ItcSettings(
            folder,
            folder.resolve("status"),
            folder.resolve("statistics"),
            Set.of(Direction.ET, Direction.WT),
            510,
            65536,
            BulkLimits.NONE,
            5);
    List<ItcLink> links = new ItcDevice(settings, node, time, told::add).links();
    east = links.get(0);
    west = links.get(1);
    assertThat(east.direction()).isEqualTo(Direction.ET);
  }

  @AfterEach
  void close() {
    east.close();
    west.close();
  }

  private void start() throws InterruptedException {
    east.start(this);
    west.start(this);
  }

  private void startUp() throws InterruptedException {
    start();
    assertThat(List.of(time.next(heard), time.next(heard)))
        .containsExactlyInAnyOrder("ET up", "WT up");
  }

  @Test
  void carriesPacketsBothWays() throws Exception {
    startUp();

    east.send(packet(Direction.ET, 7), Urgency.BULK);
    assertThat(time.next(node.handed).hex()).isEqualTo("828807");
    node.put("8288" + "09");
    assertThat(time.next(heard)).isEqualTo("ET 828809");
    node.put("86" + "88");
    assertThat(time.next(heard)).isEqualTo("WT 8688");

    east.close();
    west.close();
    assertThat(east.counters()).isEqualTo(new LinkCounters(1, 3, 1, 3, 0, 1));
  }

  @Test
  void followsTheStatusFileAndDropsWhatWaitedForTheOldNeighbor() throws Exception {
    startUp();
    CountDownLatch hold = node.hold();
    for (int i = 0; i < 4; i++) {
      west.send(packet(Direction.WT, i), Urgency.BULK);
    }
    time.next(node.handed);

    status("00000100");
    assertThat(time.next(heard)).isEqualTo("WT down: nobody is there");
    assertThat(west.counters().dropped()).isEqualTo(3);
    west.send(packet(Direction.WT, 9), Urgency.URGENT);
    assertThat(west.counters().dropped()).isEqualTo(4);
    assertThat(west.hasRoom(8)).isFalse();

    status("02000100");
    assertThat(time.next(heard)).isEqualTo("WT up");
    hold.countDown();
    west.send(packet(Direction.WT, 5), Urgency.BULK);
    assertThat(time.next(node.handed).hex()).isEqualTo("868805");
  }

  @Test
  void whoReachesNobodyIsDownAtOnce() throws Exception {
    startUp();
    node.answer(PacketNode.Written.UNREACHABLE);
    long before = time.nanoTime();
    east.send(packet(Direction.ET, 1), Urgency.BULK);

    assertThat(time.next(heard)).isEqualTo("ET down: the driver reaches nobody there");
    assertThat(time.nanoTime() - before).isLessThan(ItcDevice.POLL_NANOS);
    assertThat(time.next(heard)).isEqualTo("ET up");
    assertThat(east.furtherCounters()).containsEntry("itc_unreachable", 1L);
    assertThat(east.counters().dropped()).isEqualTo(1);
  }

  @Test
  void understandsInAnyLanguageThatNobodyIsReached() throws Exception {
    startUp();
    node.answer(new IOException("Keine Route zum Zielrechner"));
    status("02000000");
    east.send(packet(Direction.ET, 1), Urgency.BULK);

    assertThat(time.next(heard)).startsWith("ET down");
    assertThat(west.furtherCounters()).containsEntry("itc_opens", 1L);
    assertThat(told).isEmpty();
  }

  @Test
  void comesBackAfterAWriteThatFailed() throws Exception {
    startUp();
    node.answer(new IOException("Input/output error"));
    east.send(packet(Direction.ET, 1), Urgency.BULK);

    assertThat(time.next(told)).contains("cannot be written: Input/output error");
    assertThat(time.next(told)).contains("has ended");
    assertThat(time.next(heard)).contains("down: " + folder + " has ended");
    assertThat(time.next(heard)).contains("down");
    assertThat(time.next(heard)).contains("up");
    assertThat(east.furtherCounters()).containsEntry("itc_opens", 2L);
  }

  @Test
  void waitsForADeviceThatIsTakenOrVanishes() throws Exception {
    node.refuse("is in use");
    start();
    assertThat(time.next(heard)).isEqualTo("ET down: is in use");
    assertThat(time.next(heard)).isEqualTo("WT down: is in use");
    assertThat(time.next(heard)).isEqualTo("ET up");
    assertThat(time.nanoTime()).isGreaterThanOrEqualTo(ItcDevice.RETRY_NANOS);
    assertThat(time.next(heard)).isEqualTo("WT up");

    node.vanish();
    assertThat(time.next(heard)).contains("ET down: " + folder + " has ended");
    assertThat(time.next(heard)).startsWith("WT down");
    assertThat(time.next(heard)).isEqualTo("ET up");
  }

  @Test
  void whatCameBeforeTheLinksAreUpIsOfAFormerNeighbor() throws Exception {
    node.put("828801");
    node.put("868802");
    node.put("838803");
    startUp();
    node.put("828804");

    assertThat(time.next(heard)).isEqualTo("ET 828804");
    assertThat(east.furtherCounters())
        .containsEntry("itc_drained", 1L)
        .containsEntry("itc_from_unwired", 1L);
  }

  @Test
  void aLinkThatBouncedBetweenTwoLooksGoesDownAndUp() throws Exception {
    startUp();
    statistics(2, 0);

    assertThat(time.next(heard)).isEqualTo("ET down: it dropped for a moment");
    assertThat(time.next(heard)).isEqualTo("ET up");
    assertThat(east.furtherCounters()).containsEntry("itc_bounces", 1L);
    assertThat(west.furtherCounters()).containsEntry("itc_bounces", 0L);
  }

  @Test
  void aStatusFileOfGarbageChangesNothingAndIsToldOnce() throws Exception {
    startUp();
    status("what");
    assertThat(time.next(told))
        .contains("status says 'what', expected eight hex digits; links stay");
    while (west.furtherCounters().get("itc_status_garbage") < 3) {
      time.pass();
    }
    Files.delete(folder.resolve("status"));
    assertThat(time.next(told)).contains("cannot be read");
    status("02000000");
    assertThat(time.next(heard)).isEqualTo("ET down: nobody is there");
    assertThat(told).isEmpty();
  }

  @Test
  void aWriteThatDoesNotComeBackIsTold() throws Exception {
    startUp();
    CountDownLatch hold = node.hold();
    long before = time.nanoTime();
    east.send(packet(Direction.ET, 1), Urgency.BULK);

    assertThat(time.next(told))
        .isEqualTo("a packet to ET has waited 5 s in the driver, and all others behind it");
    assertThat(time.nanoTime() - before).isGreaterThanOrEqualTo(5 * SECOND);
    node.put("868809");
    assertThat(time.next(heard)).isEqualTo("WT 868809");
    status("00000100");
    assertThat(time.next(heard)).startsWith("WT down");
    status("02000100");
    assertThat(time.next(heard)).isEqualTo("WT up");
    // Several looks later.
    assertThat(told).isEmpty();
    assertThat(east.furtherCounters()).containsEntry("itc_stuck", 1L);
    hold.countDown();
    west.send(packet(Direction.WT, 2), Urgency.BULK);
    time.next(node.handed);
    assertThat(time.next(node.handed).hex()).isEqualTo("868802");
  }

  @Test
  void aPacketForWhichTheDriverHasNoRoomIsTriedAgainBeforeAllOthers() throws Exception {
    startUp();
    node.answer(PacketNode.Written.LATER);
    CountDownLatch hold = node.hold();
    east.send(packet(Direction.ET, 1), Urgency.BULK);
    PlayedNode.Handed first = time.next(node.handed);
    east.send(packet(Direction.ET, 2), Urgency.URGENT);
    hold.countDown();

    PlayedNode.Handed again = time.next(node.handed);
    assertThat(again.hex()).isEqualTo(first.hex());
    assertThat(again.at() - first.at()).isGreaterThanOrEqualTo(8 * MILLI);
    assertThat(time.next(node.handed).hex()).isEqualTo("828802");
    assertThat(east.furtherCounters()).containsEntry("itc_later", 1L);
    assertThat(east.counters().dropped()).isZero();
  }

  @Test
  void directionsTakeTurnsAndTheUrgentGoesFirst() throws Exception {
    startUp();
    CountDownLatch hold = node.hold();
    west.send(packet(Direction.WT, 0), Urgency.BULK);
    time.next(node.handed);
    for (int i = 1; i <= 3; i++) {
      east.send(packet(Direction.ET, i), Urgency.BULK);
      west.send(packet(Direction.WT, i), Urgency.BULK);
    }
    east.send(packet(Direction.ET, 15), Urgency.URGENT);
    hold.countDown();

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      order.add(time.next(node.handed).hex());
    }
    assertThat(order)
        .containsExactly("82880f", "868801", "828801", "868802", "828802", "868803", "828803");
  }

  /** The driver counts what it has passed on; until it does, nothing more is written. */
  @Test
  void noMoreThanTheSetBytesLieInTheDriver() throws Exception {
    startUp();
    for (int i = 0; i < 6; i++) {
      east.send(new byte[] {(byte) 0x82, (byte) 0x88, (byte) i}, Urgency.BULK);
      east.send(longPacket(), Urgency.BULK);
    }
    for (int i = 0; i < 3; i++) {
      time.next(node.handed);
    }
    long before = time.nanoTime();
    // Whatever comes meanwhile, for longer than any rate would need.
    while (time.nanoTime() - before < 2 * SECOND) {
      time.pass();
    }
    assertThat(node.handed).isEmpty();

    statistics(1, 258);
    time.next(node.handed);
    time.next(node.handed);
    assertThat(node.handed).isEmpty();
  }

  @Test
  void aDriverThatPassesOnNothingIsTold() throws Exception {
    startUp();
    east.send(longPacket(), Urgency.BULK);
    east.send(longPacket(), Urgency.BULK);
    east.send(longPacket(), Urgency.BULK);

    assertThat(time.next(told))
        .contains("the driver has passed on nothing to ET for 5 s", "statistics");
    assertThat(east.furtherCounters()).containsEntry("itc_stuck", 1L);
    statistics(1, 510);
    time.next(node.handed);
    time.next(node.handed);
    time.next(node.handed);
    assertThat(told).isEmpty();
  }

  @Test
  void whatGivesMoreThanAPacketAtOnceIsNoPacketDevice() throws Exception {
    node.put("00".repeat(512));
    start();

    assertThat(time.next(told)).contains("gives 512 bytes at once", "name the right one");
    assertThat(time.next(heard)).contains("512 bytes");
  }

  /** Whoever opens a pipe waits for its other end. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aPipeInPlaceOfTheStatusFileIsGarbage() throws Exception {
    startUp();
    Path pipe = folder.resolve("next");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.move(pipe, folder.resolve("status"), StandardCopyOption.REPLACE_EXISTING);

    assertThat(time.next(told)).contains("status is no plain file");
    status("02000000");
    assertThat(time.next(heard)).isEqualTo("ET down: nobody is there");
  }

  @Test
  void refusesPacketsThatItCannotCarry() {
    assertThatThrownBy(() -> east.send(new byte[1], Urgency.BULK))
        .hasMessageContaining("1 bytes on link ET, expected 2 to 255");
    assertThatThrownBy(() -> east.send(new byte[256], Urgency.BULK))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyPacketIsSentOrDroppedOnceClosed() throws Exception {
    startUp();
    for (int i = 0; i < 300; i++) {
      east.send(longPacket(), i % 2 == 0 ? Urgency.BULK : Urgency.URGENT);
    }
    time.next(node.handed);
    east.close();
    west.close();

    LinkCounters counters = east.counters();
    assertThat(counters.packetsSent() + counters.dropped()).isEqualTo(300);
  }

  private static byte[] packet(Direction to, int content) {
    return new byte[] {(byte) (0x80 | to.code()), (byte) 0x88, (byte) content};
  }

  private static byte[] longPacket() {
    byte[] packet = new byte[ItcLink.MTU];
    packet[0] = (byte) 0x82;
    packet[1] = (byte) 0x88;
    return packet;
  }

  private void status(String text) throws IOException {
    replace("status", text + "\n");
  }

  /** How often ET came up, and what the driver has sent there. */
  private void statistics(int syncs, int bytesSent) throws IOException {
    replace(
        "statistics",
        "dir psan svcbsent\n2 %d %d\n6 1 %d\n".formatted(syncs, bytesSent, bytesSent));
  }

  /** Renamed into place, so that no look finds it half written. */
  private void replace(String name, String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void up(Direction direction) {
    heard.add(direction + " up");
  }

  @Override
  public void down(Direction direction, String why) {
    heard.add(direction + " down: " + why);
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    heard.add(direction + " " + HexFormat.of().formatHex(packet));
  }
}
