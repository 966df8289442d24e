package dev.tilecast.transport.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.PacketFault;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.Switch;
import dev.tilecast.transport.Urgency;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class LocalSocketsTest {
  private static final int MTU = 255;

  @TempDir private Path folder;
  private final FakeLink east = new FakeLink(Direction.ET, ServiceForm.BULK, MTU);
  private final FakeLink west = new FakeLink(Direction.WT, ServiceForm.PLAIN, 65535);
  private final Switch links = new Switch(List.of(east, west));
  private LocalSockets sockets;
  private final List<Client> clients = new ArrayList<>();

  /** A link that keeps what is sent, and brings what the test says. */
  private static final class FakeLink implements Link {
    private final Direction direction;
    private final ServiceForm form;
    private final int mtu;
    final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
    volatile boolean room = true;
    volatile boolean mfmRoom = true;
    volatile boolean oneByOne;
    volatile boolean carriesMfm = true;

    FakeLink(Direction direction, ServiceForm form, int mtu) {
      this.direction = direction;
      this.form = form;
      this.mtu = mtu;
    }

    @Override
    public Direction direction() {
      return direction;
    }

    @Override
    public int mtu() {
      return mtu;
    }

    @Override
    public ServiceForm serviceForm() {
      return form;
    }

    @Override
    public void start(LinkEvents events) {}

    @Override
    public void send(byte[] packet, Urgency urgency) {
      // First full, then told: the test makes room again when it has seen the packet.
      mfmRoom = mfmRoom && !oneByOne;
      sent.add(packet);
    }

    @Override
    public boolean hasMfmRoom() {
      return mfmRoom;
    }

    @Override
    public boolean carriesMfm() {
      return carriesMfm;
    }

    @Override
    public boolean hasRoom(int service) {
      return room;
    }

    @Override
    public LinkCounters counters() {
      return new LinkCounters(0, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {}
  }

  /** A program, as it would be written in any language. */
  private static final class Client implements AutoCloseable {
    private final SocketChannel channel;

    Client(Path socket) throws IOException {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
    }

    void send(int... packet) throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(2 + packet.length).putShort((short) packet.length);
      for (int value : packet) {
        frame.put((byte) value);
      }
      raw(frame.flip());
    }

    void raw(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    private ByteBuffer read(int length) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException();
        }
      }
      return bytes.flip();
    }

    byte[] receive() throws IOException {
      return read(read(2).getShort() & 0xFFFF).array();
    }

    /** The reason with which it was closed. */
    String reason() throws IOException {
      String reason = new String(receive(), US_ASCII);
      try {
        assertThat(channel.read(ByteBuffer.allocate(1))).as("what follows a reason").isNegative();
      } catch (IOException e) {
        // Closed with something of ours unread: ended all the same.
      }
      return reason;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    links.register(8, new Silent());
    sockets = LocalSockets.open(folder, links, Rights.ofOwner(), Thread::new);
    links.start();
  }

  @AfterEach
  void close() throws IOException {
    for (Client client : clients) {
      client.close();
    }
    sockets.close();
  }

  private static final class Silent implements LinkEvents {
    @Override
    public void up(Direction direction) {}

    @Override
    public void down(Direction direction, String why) {}

    @Override
    public void received(Direction direction, byte[] packet) {}
  }

  private Client connect(String socket) throws IOException {
    Client client = new Client(folder.resolve(socket));
    clients.add(client);
    return client;
  }

  /** A program that owns service 1: what it sends comes out. */
  private Client owner() throws IOException, InterruptedException {
    Client client = connect("svc/01");
    client.send(0x82, 1, 0);
    assertThat(east.sent.poll(20, TimeUnit.SECONDS)).isNotNull();
    return client;
  }

  private void bring(int... packet) {
    byte[] bytes = new byte[packet.length];
    for (int i = 0; i < packet.length; i++) {
      bytes[i] = (byte) packet[i];
    }
    links.received(Direction.ET, bytes);
  }

  private long counted(LocalCount what) {
    Map<String, Long> counts = new HashMap<>();
    sockets.addCounters(counts);
    return counts.get(what.counter());
  }

  @Test
  void whatAProgramSendsLeavesInTheFormOfItsLink() throws Exception {
    Client client = connect("svc/01");
    client.send(0x82, 0x01, 7, 8, 9);

    byte[] sent = east.sent.poll(20, TimeUnit.SECONDS);

    assertThat(sent).containsExactly(0x82, 0x81, 7, 8, 9);
    assertThat(counted(LocalCount.PACKETS_SENT)).isEqualTo(1);
  }

  @Test
  void itsOwnerGetsThePacketsOfAServiceWithItsPlainNumber() throws Exception {
    Client client = owner();

    bring(0x82, 0x81, 42);
    bring(0x82, 0x82, 43);

    assertThat(client.receive()).containsExactly(0x82, 0x01, 42);
    assertThat(links.faults(Direction.ET)).containsEntry(PacketFault.UNKNOWN_SERVICE, 1L);
  }

  @Test
  void aServiceHasOneOwnerUntilItLeaves() throws Exception {
    Client first = owner();

    assertThat(connect("svc/01").reason()).contains("service 1 has an owner already");

    first.close();
    Client second = successor();
    bring(0x82, 0x81, 5);
    assertThat(second.receive()).containsExactly(0x82, 0x01, 5);
  }

  /** The socket is free again as soon as the end of the one before was read. */
  private Client successor() throws IOException, InterruptedException {
    while (true) {
      Client client = connect("svc/01");
      try {
        client.send(0x82, 1, 1);
      } catch (IOException e) {
        // Refused already.
      }
      if (east.sent.poll(50, TimeUnit.MILLISECONDS) != null) {
        return client;
      }
    }
  }

  @Test
  void ourOwnServiceHasNoSocket() {
    assertThat(folder.resolve("svc/08")).doesNotExist();
    assertThat(folder.resolve("svc/63")).exists();
    assertThat(folder.resolve("tile/ET")).exists();
    assertThat(folder.resolve("tile/NE")).doesNotExist();
  }

  @Test
  void connectingAndDisconnectingAreEventsOfAChannelThatStaysOpen() throws Exception {
    Client client = connect("tile/ET");
    assertThat(client.receive()).containsExactly(0xC4, 2);

    links.up(Direction.ET);
    links.up(Direction.ET);
    links.down(Direction.ET, "pulled");
    links.up(Direction.ET);

    assertThat(client.receive()).containsExactly(0xC4, 1);
    assertThat(client.receive()).containsExactly(0xC4, 2);
    assertThat(client.receive()).containsExactly(0xC4, 1);
    assertThat(connect("tile/ET").receive()).containsExactly(0xC4, 1);
  }

  @Test
  void garbageIsToldAndEnded() throws Exception {
    Client shortFrame = connect("svc/02");
    shortFrame.raw(ByteBuffer.wrap(new byte[] {0, 1, 9}));
    assertThat(shortFrame.reason()).contains("a frame of length 1, expected 2 to 65535");

    Client mfm = connect("svc/02");
    mfm.send(0xA2, 2);
    assertThat(mfm.reason()).contains("byte 0 is 0xa2");

    Client other = connect("svc/02");
    other.send(0x82, 3);
    assertThat(other.reason()).contains("byte 1 is 0x03, expected 0x02");

    Client listener = connect("tile/ET");
    listener.receive();
    listener.send(0x82, 2);
    assertThat(listener.reason()).contains("nothing can be sent here");

    assertThat(counted(LocalCount.PROGRAMS_REFUSED)).isEqualTo(4);
    assertThat(east.sent).isEmpty();
  }

  @Test
  void whatCannotLeaveIsCountedAndDropped() throws Exception {
    Client client = owner();

    client.send(0x81, 1, 1);
    client.send(tooLong());
    east.room = false;
    client.send(0x82, 1, 2);
    awaitCount(LocalCount.NO_ROOM);
    east.room = true;
    client.send(0x82, 1, 3);

    assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0x82, 0x81, 3);
    assertThat(counted(LocalCount.NO_LINK)).isEqualTo(1);
    assertThat(counted(LocalCount.TOO_LONG)).isEqualTo(1);
    assertThat(counted(LocalCount.NO_ROOM)).isEqualTo(1);
  }

  /** Until the thread of the sockets has come so far; bounded by the time-out of the test. */
  private void awaitCount(LocalCount what) {
    while (counted(what) == 0) {
      Thread.onSpinWait();
    }
  }

  private static int[] tooLong() {
    int[] packet = new int[MTU + 1];
    packet[0] = 0x82;
    packet[1] = 1;
    return packet;
  }

  @Test
  void aProgramThatNeverReadsMissesTheOldestAndCostsNoMore() throws Exception {
    Client client = owner();
    int brought = 50_000;
    for (int i = 0; i < brought; i++) {
      links.received(Direction.ET, numbered(0x82, 0x81, MTU, i));
    }
    long missed = counted(LocalCount.MISSED);

    int got = readNumbered(client, MTU, brought - 1);

    assertThat(missed).isPositive();
    assertThat(got + missed).isEqualTo(brought);
  }

  @Test
  void aPacketThatIsWrittenInPartIsWrittenToItsEnd() throws Exception {
    Client client = owner();
    int brought = 2_000;
    for (int i = 0; i < brought; i++) {
      links.received(Direction.WT, numbered(0x86, 0x01, 60_000, i));
    }

    assertThat(readNumbered(client, 60_000, brought - 1)).isLessThan(brought);
  }

  private static byte[] numbered(int first, int second, int length, int number) {
    return ByteBuffer.allocate(length).put((byte) first).put((byte) second).putInt(number).array();
  }

  /** Reads packets of {@code length} whose numbers rise, up to {@code last}; how many they were. */
  private static int readNumbered(Client client, int length, int last) throws IOException {
    int number = -1;
    int got = 0;
    while (number != last) {
      byte[] packet = client.receive();
      assertThat(packet).hasSize(length);
      int next = ByteBuffer.wrap(packet).getInt(2);
      assertThat(next).isGreaterThan(number).isLessThanOrEqualTo(last);
      number = next;
      got++;
    }
    return got;
  }

  @Test
  void theSimulationHasASocketForItsPacketsInAllDirections() throws Exception {
    links.up(Direction.ET);
    Client mfm = connect("mfm");
    mfm.send(0xA2, 0x77, 1);
    assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0xA2, 0x77, 1);

    bring(0xA2, 0x99, 2);
    assertThat(mfm.receive()).containsExactly(0xA2, 0x99, 2);
    assertThat(connect("mfm").reason()).contains("has its socket already");

    mfm.send(0xA3, 0, 3);
    mfm.send(0x82, 1, 4);
    assertThat(mfm.reason()).contains("byte 0 is 0x82, expected 0xa0");
    assertThat(counted(LocalCount.NO_LINK)).isEqualTo(1);
    assertThat(east.sent).isEmpty();
  }

  /** Nothing of the simulation is dropped here: who writes must wait. */
  @Test
  void theSimulationIsNotReadWhileThereIsNoRoomForIt() throws Exception {
    links.up(Direction.ET);
    east.mfmRoom = false;
    Client mfm = connect("mfm");
    Client other = connect("svc/05");
    for (int i = 0; i < 20; i++) {
      mfm.send(0xA2, 0, i);
    }
    other.send(0x82, 5, 99);
    assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0x82, 0x85, 99);
    assertThat(east.sent).isEmpty();

    east.mfmRoom = true;
    for (int i = 0; i < 20; i++) {
      assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0xA2, 0, i);
    }

    east.mfmRoom = false;
    mfm.send(0xA2, 0, 50);
    mfm.send(0xA2, 0, 51);
    links.down(Direction.ET, "pulled");
    east.mfmRoom = true;
    links.up(Direction.ET);
    mfm.send(0xA2, 0, 52);
    byte[] next = east.sent.poll(20, TimeUnit.SECONDS);
    while (next[2] != 52) {
      next = east.sent.poll(20, TimeUnit.SECONDS);
    }
    mfm.close();
    byte[] anew = null;
    while (anew == null) {
      // Until its end is noticed, the socket has its owner.
      connect("mfm").send(0xA2, 0, 60);
      anew = east.sent.poll(100, TimeUnit.MILLISECONDS);
    }
    assertThat(anew).containsExactly(0xA2, 0, 60);
  }

  /** Room for one packet at a time, so that it is held again and again. */
  @Test
  void whatTheSimulationSentBeforeItsEndIsSentAlthoughThereWasNoRoom() throws Exception {
    links.up(Direction.ET);
    east.mfmRoom = false;
    east.oneByOne = true;
    Client mfm = connect("mfm");
    for (int i = 0; i < 100; i++) {
      mfm.send(0xA2, 0, i);
    }
    mfm.close();

    for (int i = 0; i < 100; i++) {
      east.mfmRoom = true;
      assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0xA2, 0, i);
    }
  }

  /** It ends without reading what a neighbor has sent it. */
  @Test
  void whatTheSimulationSentBeforeItsEndIsSentAlthoughItLeftSomethingUnread() throws Exception {
    links.up(Direction.ET);
    east.oneByOne = true;
    Client mfm = connect("mfm");
    for (int i = 0; i < 100; i++) {
      mfm.send(0xA2, 0, i);
    }
    assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0xA2, 0, 0);
    bring(0xA2, 0, 7);
    assertThat(mfm.read(1).get()).isZero();
    mfm.close();

    for (int i = 1; i < 100; i++) {
      east.mfmRoom = true;
      assertThat(east.sent.poll(5, TimeUnit.SECONDS)).as("packet %d", i).isNotNull();
    }
  }

  /** A packet of a neighbor comes for it when it has gone already. */
  @Test
  void whatTheSimulationSentBeforeItsEndIsSentAlthoughSomethingComesForIt() throws Exception {
    links.up(Direction.ET);
    east.mfmRoom = false;
    east.oneByOne = true;
    Client mfm = connect("mfm");
    for (int i = 0; i < 100; i++) {
      mfm.send(0xA2, 0, i);
    }
    mfm.close();

    for (int i = 0; i < 100; i++) {
      bring(0xA2, 0, 7);
      east.mfmRoom = true;
      assertThat(east.sent.poll(5, TimeUnit.SECONDS)).as("packet %d", i).isNotNull();
    }
  }

  @Test
  void whereADeviceCarriesItTheSocketOfTheSimulationSaysSo() throws Exception {
    east.carriesMfm = false;
    west.carriesMfm = false;

    assertThat(connect("mfm").reason()).contains("device nodes of their own");
  }

  @Test
  void onlySoManyHearOfOneDirection() throws Exception {
    for (int i = 0; i < Listeners.MAX; i++) {
      connect("tile/ET").receive();
    }

    assertThat(connect("tile/ET").reason()).contains("programs hear of ET already");

    links.up(Direction.ET);
    for (Client client : clients.subList(0, Listeners.MAX)) {
      assertThat(client.receive()).containsExactly(0xC4, 1);
    }
  }

  @Test
  void socketsThatADeadDaemonLeftAreReplaced() throws Exception {
    sockets.close();
    assertThat(folder.resolve("svc/01")).doesNotExist();
    Files.writeString(folder.resolve("svc/01"), "left over");
    Files.writeString(folder.resolve("tile/NE"), "of a link that is no more");
    Switch other = new Switch(List.of(east));

    sockets = LocalSockets.open(folder, other, Rights.ofOwner(), Thread::new);

    assertThat(folder.resolve("tile/NE")).doesNotExist();
    Client client = connect("svc/01");
    client.send(0x82, 1, 9);
    assertThat(east.sent.poll(20, TimeUnit.SECONDS)).containsExactly(0x82, 0x81, 9);
  }

  @Test
  void theExampleOfThePageWorks() throws Exception {
    String python = "/usr/bin/python3";
    assumeTrue(Files.isExecutable(Path.of(python)), "there is no " + python + " to run it with");
    sockets.close();
    Path run = Files.createDirectory(folder.resolve("run"));
    sockets = LocalSockets.open(run, links, Rights.ofOwner(), Thread::new);
    links.up(Direction.ET);
    Path script = Files.writeString(folder.resolve("neighbors.py"), example());
    Process process =
        new ProcessBuilder(python, script.toString(), folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader()) {
      byte[] hello = east.sent.poll(20, TimeUnit.SECONDS);
      assertThat(hello).containsExactly(0x82, 0x85, 'h', 'e', 'l', 'l', 'o');

      bring(0x82, 0x85, 'w', 'o', 'r', 'l', 'd');

      assertThat(out.readLine()).isEqualTo("from 2 world");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** The code between the fences that follow its name. */
  private static String example() throws IOException {
    String page = Files.readString(Path.of("PACKETS.md"));
    String begun = page.substring(page.indexOf("<!-- example: neighbors.py -->"));
    String code = begun.substring(begun.indexOf("```python") + "```python".length() + 1);
    return code.substring(0, code.indexOf("```"));
  }

  @Test
  void theirFoldersAreForTheirOwnerAlone() throws Exception {
    assertThat(Files.getPosixFilePermissions(folder.resolve("svc"))).hasSize(3);
    assertThat(Files.getPosixFilePermissions(folder.resolve("tile"))).hasSize(3);
  }

  @Test
  void aGroupMayBeLetInAndOutAgain() throws Exception {
    sockets.close();
    String ours = Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
    sockets = LocalSockets.open(folder, links, Rights.ofGroup(ours, folder), Thread::new);

    assertThat(permissions(folder)).isEqualTo("rwx--x---");
    assertThat(permissions(folder.resolve("svc"))).isEqualTo("rwxr-x---");
    assertThat(permissions(folder.resolve("tile/ET"))).isEqualTo("rw-rw----");
    assertThat(permissions(folder.resolve("svc/01"))).isEqualTo("rw-rw----");
    assertThat(Files.readAttributes(folder.resolve("svc/01"), PosixFileAttributes.class).group())
        .hasToString(ours);

    sockets.close();
    sockets = LocalSockets.open(folder, links, Rights.ofOwner(), Thread::new);
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("svc"))).isEqualTo("rwx------");
  }

  @Test
  void aGroupThatIsNotThereIsTold() {
    assertThatThrownBy(() -> Rights.ofGroup("no-such-group", folder))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no group 'no-such-group' on this machine");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aPathThatIsTooLongForASocketIsNoFit() {
    assertThat(LocalSockets.fit(folder)).isTrue();
    assertThat(LocalSockets.fit(folder.resolve("x".repeat(100)))).isFalse();
  }
}
