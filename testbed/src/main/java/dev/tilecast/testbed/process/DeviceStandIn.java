package dev.tilecast.testbed.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.transport.Direction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Packet devices without the hardware: a program that plays the drivers and the wires of some
 * tiles, and a library by which a daemon takes it for {@code /dev/itc/bulk} (SCENARIOS.md, Packet
 * devices). Both are small C programs, built here.
 */
public final class DeviceStandIn implements AutoCloseable {
  private static final String SWITCH = "itcswitch";
  private static final String SHIM = "libitcshim.so";

  /** What stands in front of {@code /A/packets.sock} in the address of a socket. */
  private static final int FOLDER_BYTES_MAX = 80;

  private static final long BUILD_SECONDS_MAX = 60;

  private final Path folder;
  private final Process process;
  private final List<String> tiles;

  private DeviceStandIn(Path folder, Process process, List<String> tiles) {
    this.folder = folder;
    this.process = process;
    this.tiles = tiles;
  }

  /** Why there can be none on this machine; or empty. */
  public static Optional<String> obstacle() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("packet devices are played on Linux only");
    }
    try {
      return run(List.of("cc", "--version"), Path.of("")).isEmpty()
          ? Optional.of("the C compiler 'cc' does not work")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of("there is no C compiler 'cc'; install one, such as gcc");
    }
  }

  /**
   * Builds it in {@code folder} and starts it.
   *
   * @param folder is made, where it does not exist
   * @param options as at the head of {@code itcswitch.c}: {@code --topo line:3} and so on
   * @throws IOException where there is no compiler, or the options are none
   */
  public static DeviceStandIn start(Path folder, List<String> options) throws IOException {
    Path root = Files.createDirectories(folder).toRealPath();
    if (root.toString().getBytes(UTF_8).length > FOLDER_BYTES_MAX) {
      throw new IOException(
          "the path of " + root + " is too long for sockets below it; use one of at most 80 bytes");
    }
    build(root, SWITCH, List.of());
    build(root, SHIM, List.of("-shared", "-fPIC", "-ldl"));
    List<String> command = new ArrayList<>(List.of(root.resolve(SWITCH).toString()));
    command.add(root.toString());
    command.addAll(options);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    ChildProcesses.add(process);
    String said = readLine(process);
    List<String> words = List.of(said.split(" ", -1));
    if (!words.get(0).equals("ready")) {
      process.destroyForcibly();
      ChildProcesses.remove(process);
      throw new IOException(said);
    }
    return new DeviceStandIn(root, process, words.subList(1, words.size()));
  }

  private static String readLine(Process process) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    return String.valueOf(line);
  }

  private static void build(Path root, String name, List<String> flags) throws IOException {
    String source = name.equals(SHIM) ? "itcshim.c" : name + ".c";
    try (InputStream in = DeviceStandIn.class.getResourceAsStream(source)) {
      if (in == null) {
        throw new NoSuchFileException(source);
      }
      Files.copy(in, root.resolve(source), StandardCopyOption.REPLACE_EXISTING);
    }
    List<String> command = new ArrayList<>(List.of("cc", "-O2", "-o", name, source));
    command.addAll(flags);
    if (run(command, root).isEmpty()) {
      throw new IOException("'" + String.join(" ", command) + "' fails in " + root);
    }
  }

  /** What a command said, where it went well. */
  private static Optional<String> run(List<String> command, Path where) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(where.toAbsolutePath().toFile())
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      return process.waitFor(BUILD_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0
          ? Optional.of(said)
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The names of its tiles, in order. */
  public List<String> tiles() {
    return tiles;
  }

  /** The directions in which {@code tile} has a wire that is up. */
  public List<Direction> directions(String tile) throws IOException {
    String digits = Files.readString(folder.resolve(tile).resolve("status"));
    return Arrays.stream(Direction.values())
        .filter(direction -> digits.charAt(7 - direction.code()) != '0')
        .toList();
  }

  /** What makes a program use the device of {@code tile}, in front of its command line. */
  public List<String> prefix(String tile) {
    return List.of("env", "ITC_TILE=" + folder.resolve(tile), "LD_PRELOAD=" + folder.resolve(SHIM));
  }

  /** The section of a tile's settings by which its daemon uses it. */
  public String settings(String tile, Collection<Direction> directions) {
    String names =
        directions.stream()
            .map(direction -> '"' + direction.name() + '"')
            .collect(Collectors.joining(", "));
    return """

        [itc]
        status = "%s"
        statistics = "%s"
        directions = [%s]
        """
        .formatted(
            folder.resolve(tile).resolve("status"),
            folder.resolve(tile).resolve("statistics"),
            names);
  }

  /**
   * Carries out a command, such as {@code down A.ET}.
   *
   * @return what it answered
   */
  public String tell(String command) throws IOException {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("ctl.sock")))) {
      channel.write(ByteBuffer.wrap((command + "\n").getBytes(UTF_8)));
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    } catch (ConnectException | NoSuchFileException e) {
      throw new IOException(
          "the devices in " + folder + " are played no more; start them again", e);
    }
  }

  /** Waits for its end. */
  public void await() throws InterruptedException {
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
    ChildProcesses.remove(process);
  }
}
