package dev.tilecast.testbed.storm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.transport.tcp.HostPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What lies between two tiles of a storm. */
@Timeout(60)
final class CableTest {
  private static final int ENDED = -1;

  @TempDir private Path folder;
  private ProcessGrid.Joint joint;
  private ServerSocket far;
  private Cable cable;

  @BeforeEach
  void layCable() throws Exception {
    joint = new ProcessGrid.Joint("0,0-ET", folder.resolve("far"), folder.resolve("cable"));
    far = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Files.writeString(joint.listening(), "127.0.0.1:" + far.getLocalPort() + "\n", US_ASCII);
    cable = new Cable(joint, 100 << 20);
    cable.mend();
  }

  @AfterEach
  void takeCableAway() throws Exception {
    cable.close();
    far.close();
  }

  @Test
  void carriesBytesBothWays() throws Exception {
    try (Socket one = connect();
        Socket other = far.accept()) {
      one.getOutputStream().write(new byte[] {1, 2, 3});
      assertThat(other.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);

      other.getOutputStream().write(4);
      assertThat(one.getInputStream().read()).isEqualTo(4);
    }
  }

  @Test
  void aCutEndsItsConnectionsAndRefusesNewOnes() throws Exception {
    HostPort old = address();
    try (Socket one = connect();
        Socket other = far.accept()) {
      one.getOutputStream().write(1);
      assertThat(other.getInputStream().read()).isEqualTo(1);

      cable.cut();

      assertThat(endOf(one)).isEqualTo(ENDED);
      assertThat(endOf(other)).isEqualTo(ENDED);
    }
    assertThat(joint.connecting()).doesNotExist();
    assertThatThrownBy(() -> new Socket(old.host(), old.port()))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void aMendedCableIsFoundAgain() throws Exception {
    cable.cut();

    cable.mend();

    try (Socket one = connect();
        Socket other = far.accept()) {
      one.getOutputStream().write(5);
      assertThat(other.getInputStream().read()).isEqualTo(5);
    }
  }

  @Test
  void aStalledCableHoldsItsBytesAndDeliversThemWhenItIsMended() throws Exception {
    try (Socket one = connect();
        Socket other = far.accept()) {
      cable.stall();
      one.getOutputStream().write(6);

      other.setSoTimeout(100);
      assertThatThrownBy(() -> other.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      cable.mend();
      other.setSoTimeout(0);
      assertThat(other.getInputStream().read()).isEqualTo(6);
    }
  }

  @Test
  void theEndOfOneEndIsTheEndOfTheOther() throws Exception {
    try (Socket one = connect();
        Socket other = far.accept()) {
      one.shutdownOutput();

      assertThat(endOf(other)).isEqualTo(ENDED);
    }
  }

  @Test
  void whoConnectsWhileNobodyListensIsLetGo() throws Exception {
    Files.delete(joint.listening());

    try (Socket one = connect()) {
      assertThat(endOf(one)).isEqualTo(ENDED);
    }
  }

  private HostPort address() throws IOException {
    return HostPort.parse(Files.readString(joint.connecting(), US_ASCII).strip()).orElseThrow();
  }

  private Socket connect() throws IOException {
    HostPort address = address();
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(address.host(), address.port()));
    return socket;
  }

  /** Whether it ends in order or by a reset is the kernel's choice. */
  private static int endOf(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return ENDED;
    }
  }
}
