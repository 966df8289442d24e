package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.LinkEvents;
import dev.tilecast.transport.ServiceForm;
import dev.tilecast.transport.local.LocalClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A service for programs that speak in lines of text, such as scripts of a shell. */
@Command(
    description = {
      "Be the program of service NN: what neighbors send comes as lines of standard output, and",
      "lines of standard input are sent to them, until the daemon ends."
    },
    sortOptions = false)
final class ServiceCommand implements Callable<Integer>, LinkEvents {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NN", description = "The number of the service, 1 to 63 but for 8.")
  private int service;

  @Mixin private HomeOption home;

  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  ServiceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, FailedException, NoDaemonException {
    if (service < 1 || service > ServiceForm.SERVICE_MAX) {
      throw new ParameterException(
          spec.commandLine(), "a service is 1 to 63; " + service + " is none");
    }
    try (LocalClient client =
        LocalClient.open(home.path(terminal).resolve("run"), service, this, this::ended)) {
      Thread input = new Thread(() -> read(client), "input");
      input.setDaemon(true);
      input.start();
      return end.get();
    } catch (ExecutionException e) {
      throw new FailedException(e.getCause().getMessage());
    } catch (NoSuchFileException | ConnectException e) {
      // Says in its own words that nobody answers; a daemon that does has no such socket.
      home.client(terminal).report();
      throw noSocket(service);
    }
  }

  /** A daemon answers, and the socket is not there. */
  static FailedException noSocket(int service) {
    return new FailedException(
        "the daemon has no socket for service "
            + service
            + ": 8 is its own, and a home with a long path has none at all");
  }

  private void ended(boolean refused, String why) {
    if (refused) {
      end.completeExceptionally(new IOException(why));
    } else {
      terminal.note(why);
      end.complete(ExitCode.NO_DAEMON);
    }
  }

  @Override
  public void up(Direction direction) {
    say(direction + " up");
  }

  @Override
  public void down(Direction direction, String why) {
    say(direction + " down");
  }

  @Override
  public void received(Direction from, byte[] packet) {
    say(from + " packet " + PacketText.of(packet, 2));
  }

  /** Whoever reads no more needs no program. */
  private synchronized void say(String line) {
    terminal.line(line);
    if (terminal.out().checkError()) {
      end.complete(ExitCode.DONE);
    }
  }

  /** The end of the input is not that of the program, which may only want to hear. */
  private void read(LocalClient client) {
    try {
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        send(client, line);
      }
    } catch (IOException e) {
      terminal.note("the input cannot be read: " + e.getMessage());
    }
  }

  private void send(LocalClient client, String line) {
    int blank = line.indexOf(' ');
    Optional<Direction> to = Direction.ofText(blank < 0 ? line : line.substring(0, blank));
    Optional<byte[]> content = PacketText.parse(blank < 0 ? "" : line.substring(blank + 1));
    if (to.isEmpty() || content.isEmpty()) {
      terminal.note("'" + line + "' is not sent; write DIRECTION TEXT, with \\xNN for other bytes");
      return;
    }
    try {
      client.send(to.get(), content.get());
    } catch (IOException e) {
      terminal.note("'" + line + "' is not sent: " + e.getMessage());
    }
  }
}
