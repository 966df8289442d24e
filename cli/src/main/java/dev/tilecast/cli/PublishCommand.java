package dev.tilecast.cli;

import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.AdminClient;
import dev.tilecast.engine.admin.AnswerJson;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drops a file into the inbox, and tells what became of it. */
@Command(
    description = "Drop FILE into this tile's inbox and wait for the verdict.",
    sortOptions = false)
final class PublishCommand implements Callable<Integer> {
  private static final long COPY_BYTES = 4L << 20;

  private final Terminal terminal;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Option(
      names = "--timeout",
      paramLabel = "T",
      converter = TimeSpan.class,
      defaultValue = "5m",
      description = "How long to wait for the verdict (default: 5m); exit 4 when it is over.")
  private Duration timeout;

  @Parameters(paramLabel = "FILE", description = "The MFZ, under the name that it is signed for.")
  private Path file;

  PublishCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException {
    String name = name();
    if (Files.isDirectory(file)) {
      throw new FailedException(file + " is a folder; pack it with: tilecast make");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new FailedException(file + " is no regular file; publish the MFZ file itself");
    }
    if (!Name.isValid(name)) {
      throw new FailedException(
          "'"
              + name
              + "' cannot be published: a name begins with a letter or digit, has at most 96 of"
              + " letters, digits, '.', '_' and '-', and ends in .mfz. The file must be called what"
              + " it is signed for; see: tilecast verify "
              + file);
    }
    AdminClient client = home.client(terminal);
    // Nothing is copied for a daemon that is not there to judge it.
    client.reportJson();
    drop(name);
    long startNanos = System.nanoTime();
    Optional<Verdict> verdict =
        client.dropped(
            name,
            timeout,
            () ->
                terminal.progress(
                    "waiting for the verdict on "
                        + name
                        + ", "
                        + InWords.span(System.nanoTime() - startNanos)));
    terminal.progressEnds();
    return tell(name, verdict);
  }

  /** What it is called in the inbox. */
  private String name() {
    return file.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The seal beside the file goes first, so that it is there when the file is looked at. */
  private void drop(String name) throws IOException, FailedException {
    Path inbox = home.path(terminal).resolve("inbox");
    Path seal = Seal.pathFor(file);
    boolean sealed = Files.isRegularFile(seal) && !isFolder(inbox.resolve(name + Seal.SUFFIX));
    if (sealed) {
      drop(seal, inbox, name + Seal.SUFFIX);
    }
    boolean dropped = false;
    try {
      drop(file, inbox, name);
      dropped = true;
    } finally {
      if (sealed && !dropped) {
        // Alone it would wait for a file that does not come.
        Files.deleteIfExists(inbox.resolve(name + Seal.SUFFIX));
      }
    }
    try (FileChannel folder = FileChannel.open(inbox, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private void drop(Path from, Path inbox, String name) throws IOException, FailedException {
    Path target = inbox.resolve(name);
    if (isFolder(target)) {
      throw new FailedException(
          target + " is a folder, so nothing can be dropped under that name; move it away");
    }
    Path part = inbox.resolve("." + name + "." + ProcessHandle.current().pid() + ".part");
    Thread interrupted = new Thread(() -> forget(part));
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      copied(from, part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
      forgetHook(interrupted);
    }
  }

  /** Somebody interrupts the copying: what there is of it must not stay. */
  private static void forget(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // Nobody is left to be told; it is left alone there.
    }
  }

  private static void forgetHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs already.
    }
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** The platform names neither of the two, and it may be the disk of either. */
  private void copied(Path from, Path part) throws FailedException {
    try {
      copy(from, part);
    } catch (IOException e) {
      throw new FailedException(
          "copying "
              + from
              + " to "
              + part
              + ": "
              + Tilecast.words(e)
              + "; nothing was published: put that right, and publish it again");
    }
  }

  private void copy(Path original, Path part) throws IOException {
    long startNanos = System.nanoTime();
    try (FileChannel from = FileChannel.open(original, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(
                part,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
      long size = from.size();
      long done = 0;
      while (done < size) {
        long count = from.transferTo(done, Math.min(COPY_BYTES, size - done), to);
        if (count <= 0) {
          throw new IOException(original + " shrank to " + done + " bytes while it was copied");
        }
        done += count;
        if (System.nanoTime() - startNanos > 1_000_000_000L) {
          terminal.progress(
              "copying " + original + " into the inbox: " + InWords.percent(done, size));
        }
      }
      to.force(true);
    }
    terminal.progressEnds();
  }

  private int tell(String name, Optional<Verdict> verdict) {
    if (json.wanted()) {
      terminal.json(verdict.map(AnswerJson::verdict).orElseGet(PublishCommand::noneYet));
    }
    if (verdict.isEmpty()) {
      terminal.note(
          name
              + " lies in the inbox, but there was no verdict within "
              + InWords.span(timeout.toNanos())
              + "; it is still being worked on. Ask later: tilecast why "
              + name);
      return ExitCode.TIMED_OUT;
    }
    if (verdict.get() instanceof Verdict.Refused refused) {
      terminal.note("refused: " + refused.refusal().text());
      return ExitCode.FAILED;
    }
    if (verdict.get() instanceof Verdict.Live live) {
      succeed("live: ", live.entry(), live.sealUnused());
    } else if (verdict.get() instanceof Verdict.AlreadyLive live) {
      String gist =
          live.sealAdded()
              ? "already live, its seal was added: "
              : "already live, nothing changed: ";
      succeed(gist, live.entry(), live.sealUnused());
    } else if (verdict.get() instanceof Verdict.Mended live) {
      succeed("live again, in the place of a rotten one: ", live.entry(), live.sealUnused());
    } else {
      throw new AssertionError(verdict);
    }
    return ExitCode.DONE;
  }

  private void succeed(String gist, LiveEntry entry, Optional<String> sealUnused) {
    if (!json.wanted()) {
      terminal.line(gist + words(entry));
    }
    sealUnused.or(this::sealNotDropped).ifPresent(why -> unused(why, entry));
  }

  /** Without its seal the file arrives as surely, but later: worth a word, and no failure. */
  private void unused(String why, LiveEntry entry) {
    terminal.note(
        Seal.pathFor(file)
            + " is not used, and the file "
            + (entry.sealed() ? "keeps the seal that it has" : "is passed on without a seal")
            + ": "
            + why
            + (entry.sealed()
                ? ""
                : ". Make it anew with: tilecast seal " + file + " and publish the file again"));
  }

  /** Why what lies where the seal would be could not be dropped with the file. */
  private Optional<String> sealNotDropped() {
    Path seal = Seal.pathFor(file);
    Path target = home.path(terminal).resolve("inbox").resolve(name() + Seal.SUFFIX);
    if (Files.isRegularFile(seal) && isFolder(target)) {
      return Optional.of(target + " is a folder, which has to be moved away");
    }
    if (Files.isRegularFile(seal) || !Files.exists(seal, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (Files.isDirectory(seal)) {
      return Optional.of("it is a folder, which has to be moved away");
    }
    return Optional.of(
        Files.isSymbolicLink(seal)
            ? "it is a link that leads nowhere"
            : "it is no regular file, and has to be moved away");
  }

  private static String words(LiveEntry entry) {
    return entry.version().name()
        + ", stamp "
        + InWords.stamp(entry.version().stamp())
        + ", "
        + InWords.bytes(entry.fileLength())
        + ", signed by "
        + entry.handle();
  }

  private static JsonObject noneYet() {
    JsonObject answer = new JsonObject();
    answer.addProperty("verdict", "none-yet");
    return answer;
  }
}
