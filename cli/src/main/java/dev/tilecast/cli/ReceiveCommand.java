package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.cli.sending.ReceivedFolder;
import dev.tilecast.cli.sending.Receiving;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.daemon.LimitSettings;
import dev.tilecast.engine.sending.FileCodec;
import dev.tilecast.engine.sending.FileEffect;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.engine.sending.Receiver;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes the files that neighbors send, as long as it runs: nothing is taken without it. */
@Command(
    description = {
      "Take the files that the neighbors in each DIRECTION send, until interrupted.",
      "Nothing that is there is ever overwritten, and nothing is taken from anywhere else."
    },
    sortOptions = false)
final class ReceiveCommand implements Callable<Integer>, ServiceLoop.FilesProgram {
  private static final long DRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final String FOLDER = "received";

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIRECTION",
      converter = DirectionArgument.class,
      description = "NT NE ET SE ST SW WT or NW.")
  private List<Direction> directions;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "Where they go (default: " + FOLDER + " in the tile's home).")
  private Path into;

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      defaultValue = "64M",
      converter = ByteCount.class,
      description = "The longest file that is taken, up to 1G (default: 64M).")
  private long bytesMax;

  @Option(
      names = "--folder-bytes",
      paramLabel = "N",
      defaultValue = "256M",
      converter = ByteCount.class,
      description = "How much may lie in the folder (default: 256M).")
  private long folderBytesMax;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  private Optional<Receiving> receiving = Optional.empty();

  ReceiveCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, FailedException, NoDaemonException {
    if (bytesMax > FileMessage.Offer.LENGTH_MAX) {
      throw new ParameterException(spec.commandLine(), "--max-bytes can be 1G at the most");
    }
    try (ServiceLoop loop = ServiceLoop.open(terminal, home, FileCodec.SERVICE, this)) {
      for (Direction direction : directions) {
        loop.requireLink(direction);
      }
      loop.endInOrder();
      Path path = into == null ? home.path(terminal).resolve(FOLDER) : into;
      try (ReceivedFolder folder =
          new ReceivedFolder(path, folderBytesMax, LimitSettings.DEFAULT.reserveBytes())) {
        return receive(loop, folder);
      }
    }
  }

  private int receive(ServiceLoop loop, ReceivedFolder folder)
      throws IOException, InterruptedException, FailedException {
    Receiver receiver = new Receiver(EnumSet.copyOf(directions), (int) bytesMax);
    Receiving begun = new Receiving(receiver, folder, loop::send, this::tell, this::tellTrouble);
    receiving = Optional.of(begun);
    long drawAt = System.nanoTime();
    while (!loop.isEnding() && !terminal.out().checkError()) {
      long now = System.nanoTime();
      begun.tick(now);
      if (begun.hasWork()) {
        begun.work(now);
      }
      if (now - drawAt >= 0) {
        draw(begun);
        drawAt = now + DRAW_NANOS;
      }
      boolean isWatched = terminal.interactive() && !begun.coming().isEmpty();
      long wakeAt = begun.hasWork() ? now : begun.wakeAtNanos();
      loop.hear(Math.min(wakeAt, isWatched ? drawAt : Long.MAX_VALUE));
    }
    begun.stop(System.nanoTime());
    terminal.progressEnds();
    terminal.note(
        begun.counters().entrySet().stream()
            .map(counter -> counter.getKey() + " " + counter.getValue())
            .collect(Collectors.joining(", ", "counted: ", "")));
    return ExitCode.DONE;
  }

  @Override
  public void connected(Direction direction, long now) {}

  @Override
  public void disconnected(Direction direction) {}

  @Override
  public void received(Direction from, byte[] packet, long now) {
    receiving.ifPresent(it -> it.received(from, packet, now));
  }

  private void draw(Receiving begun) {
    terminal.progress(
        begun.coming().stream()
            .map(
                it ->
                    it.from()
                        + " "
                        + it.name()
                        + " "
                        + ProgressBar.of(it.heldBytes(), it.length())
                        + " of "
                        + InWords.bytes(it.length()))
            .collect(Collectors.joining(", ")));
  }

  private void tell(FileEffect.Told told) {
    terminal.progressEnds();
    if (json.wanted()) {
      JsonObject line = new JsonObject();
      line.addProperty("direction", told.from().name());
      line.addProperty("name", told.name().text());
      line.addProperty("state", InWords.word(told.state()));
      line.addProperty("text", told.text());
      terminal.json(line);
    } else {
      terminal.line(
          told.from() + " " + told.name() + " " + InWords.word(told.state()) + ": " + told.text());
    }
  }

  private void tellTrouble(Direction from, IOException failure) {
    terminal.progressEnds();
    terminal.note("what comes from " + from + " cannot be kept: " + Tilecast.words(failure));
  }
}
