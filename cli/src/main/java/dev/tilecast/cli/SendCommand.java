package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.cli.sending.Sending;
import dev.tilecast.cli.sending.SentFile;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.sending.FileCodec;
import dev.tilecast.engine.sending.FileName;
import dev.tilecast.engine.sending.Objection;
import dev.tilecast.engine.sending.Sender;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Any file, to one neighbor that takes it. */
@Command(
    description = {
      "Send any FILE to the neighbor in DIRECTION, which must be running: tilecast receive.",
      "Interrupted, it goes on where it was when the same is sent again."
    },
    sortOptions = false)
final class SendCommand implements Callable<Integer>, ServiceLoop.FilesProgram {
  private static final long DRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "Any file, up to 1 GiB.")
  private Path path;

  @Parameters(
      index = "1",
      paramLabel = "DIRECTION",
      converter = DirectionArgument.class,
      description = "NT NE ET SE ST SW WT or NW.")
  private Direction direction;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The name that it gets there (default: its own).")
  private String as;

  @Option(
      names = "--wait",
      paramLabel = "T",
      defaultValue = "10s",
      converter = TimeSpan.class,
      description = "How long the neighbor may take to begin (default: 10s); exit 4 after that.")
  private Duration wait;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  private Optional<Sending> sending = Optional.empty();

  /** Empty until its state was heard. */
  private Optional<Boolean> linkIsUp = Optional.empty();

  SendCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws IOException, InterruptedException, FailedException, NoDaemonException {
    FileName name = name();
    if (wait.toMillis() < 1000) {
      throw new ParameterException(spec.commandLine(), "--wait must be 1s or more");
    }
    try (ServiceLoop loop = open()) {
      loop.requireLink(direction);
      return send(loop, name);
    }
  }

  private int send(ServiceLoop loop, FileName name)
      throws IOException, InterruptedException, FailedException {
    try (SentFile file = SentFile.open(path, name, this::drawReading)) {
      // Before that nobody has heard of it, and an interrupt may end it at once.
      loop.endInOrder();
      long begin = System.nanoTime();
      Sending begun = new Sending(file, direction, wait.toNanos(), loop::send, begin);
      sending = Optional.of(begun);
      long drawAt = begin;
      while (begun.ending().isEmpty()) {
        long now = System.nanoTime();
        begun.tick(now);
        if (loop.isEnding()) {
          begun.stop(Objection.STOPPED);
        } else if (now - drawAt >= 0) {
          draw(begun, file, now - begin);
          drawAt = terminal.interactive() ? now + DRAW_NANOS : Long.MAX_VALUE;
        }
        if (begun.ending().isEmpty()) {
          loop.hear(Math.min(begun.wakeAtNanos(), drawAt));
        }
      }
      terminal.progressEnds();
      return end(begun, file, System.nanoTime() - begin);
    }
  }

  private FileName name() {
    Path last = path.getFileName();
    String name = as != null ? as : last == null ? "" : last.toString();
    if (!FileName.isValid(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "'"
              + name
              + "' is no name for a file there: 1 to 64 printable ASCII characters, no slash or"
              + " backslash, no dot, dash or blank at its front, no blank at its end; use --as");
    }
    return new FileName(name);
  }

  private ServiceLoop open() throws IOException, FailedException, NoDaemonException {
    return ServiceLoop.open(terminal, home, FileCodec.SERVICE, this);
  }

  @Override
  public void connected(Direction to, long now) {
    if (to == direction) {
      linkIsUp = Optional.of(true);
    }
  }

  @Override
  public void disconnected(Direction to) {
    if (to == direction) {
      linkIsUp = Optional.of(false);
    }
  }

  private boolean isDown() {
    return linkIsUp.equals(Optional.of(false));
  }

  @Override
  public void received(Direction from, byte[] packet, long now) {
    sending.ifPresent(it -> it.received(from, packet, now));
  }

  private void drawReading(long bytes) {
    terminal.progress("reading " + path + ": " + InWords.bytes(bytes));
  }

  private void draw(Sending begun, SentFile file, long nanos) {
    if (!terminal.interactive()) {
      return;
    }
    int length = file.offer().length();
    String text = "waiting for " + direction + " to take it";
    if (begun.servedBytes() > 0) {
      long left = (long) ((double) nanos / begun.servedBytes() * (length - begun.heldThere()));
      text =
          ProgressBar.of(begun.heldThere(), length)
              + " of "
              + InWords.bytes(length)
              + " to "
              + direction
              + ", "
              + InWords.bytes((long) (begun.servedBytes() * 1e9 / Math.max(1, nanos)))
              + "/s, "
              + InWords.span(left)
              + " left";
    }
    terminal.progress(isDown() ? text + "; " + direction + " is down" : text);
  }

  /** Says how it ended before anything is closed: whoever interrupts it waits for no more. */
  private int end(Sending ended, SentFile file, long nanos) {
    Sender.Ending ending = ended.ending().orElseThrow();
    if (ending instanceof Sender.Ending.Delivered) {
      delivered(ended, file, nanos);
      return ExitCode.DONE;
    } else if (ending instanceof Sender.Ending.Refused refused
        && refused.objection() != Objection.BUSY) {
      return fail(
          ExitCode.FAILED,
          direction
              + " does not take "
              + file.offer().name()
              + ": "
              + refusal(refused.objection()));
    } else if (ending instanceof Sender.Ending.Stopped stopped) {
      return fail(ExitCode.FAILED, stop(stopped.objection(), ended));
    } else if (ending instanceof Sender.Ending.Insatiable) {
      return fail(
          ExitCode.FAILED,
          direction
              + " asks again and again for what it was sent; see its disk, and the errors of the"
              + " link there: tilecast neighbors");
    }
    return fail(ExitCode.TIMED_OUT, silence(ending));
  }

  private int fail(int exitCode, String why) {
    terminal.note(why);
    if (json.wanted()) {
      JsonObject failure = new JsonObject();
      failure.addProperty("error", why);
      terminal.json(failure);
    }
    return exitCode;
  }

  private void delivered(Sending ended, SentFile file, long nanos) {
    int length = file.offer().length();
    if (json.wanted()) {
      JsonObject answer = new JsonObject();
      answer.addProperty("direction", direction.name());
      answer.addProperty("name", file.offer().name().text());
      answer.addProperty("bytes", length);
      answer.addProperty("sha256", file.offer().sha256().toHex());
      answer.addProperty("sentBytes", ended.servedBytes());
      answer.addProperty("badPackets", ended.damaged());
      answer.addProperty("seconds", nanos / 1e9);
      terminal.json(answer);
      return;
    }
    terminal.line(
        direction
            + " has "
            + file.offer().name()
            + ", "
            + InWords.bytes(length)
            + ", in "
            + InWords.span(nanos)
            + (ended.servedBytes() < length
                ? "; " + InWords.bytes(length - ended.servedBytes()) + " were there already"
                : ""));
  }

  private static String refusal(Objection why) {
    return why.words()
        + switch (why) {
          case NO_ROOM -> " there; its tilecast receive says for what, and what to do";
          case TOO_LARGE -> " there; raise its --max-bytes";
          case NAME_TAKEN -> " there, and nothing is overwritten; send it --as another one";
          case NOT_ALLOWED -> "; add this direction, as that tile sees it, to its tilecast receive";
          case WRONG_CHECKSUM -> "; the file is changing, or the disk of one tile is bad";
          case STOPPED -> " there; what has come is kept, send it again";
          case DISK_FAILED -> " there; its tilecast receive says how";
          case BUSY, CHANGED -> "; send it again";
        };
  }

  private String stop(Objection why, Sending ended) {
    return switch (why) {
      case CHANGED -> path + " has changed while it was sent; send it again when it is complete";
      case DISK_FAILED -> path + " cannot be read: " + ended.trouble();
      default -> "stopped; " + direction + " keeps what it has, send it again to go on";
    };
  }

  private String silence(Sender.Ending ending) {
    String link = isDown() ? " (the link is down; see: tilecast neighbors)" : "";
    if (ending instanceof Sender.Ending.Unanswered) {
      return direction
          + " has not answered for "
          + InWords.span(wait.toNanos())
          + link
          + "; run tilecast receive on that tile";
    } else if (ending instanceof Sender.Ending.Silent) {
      return direction + " has fallen silent" + link + "; send it again to go on";
    }
    return direction + " takes another file from here just now; send it again later";
  }
}
