package dev.tilecast.cli;

import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.Inspection;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Packs, signs and seals. */
@Command(
    description = {
      "Pack FILEs into OUT, signed by HANDLE, with a seal beside it.",
      "The stamp is the clock's, or two seconds past the newest version of that name that this"
          + " command finds: live on the tile of --home, in OUT itself, or shown with --after."
    },
    sortOptions = false)
final class MakeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;

  @Option(
      names = "--after",
      paramLabel = "FILE",
      description = "A version of the same name that the new one must replace.")
  private List<Path> after = new ArrayList<>();

  @Parameters(
      index = "0",
      paramLabel = "HANDLE",
      converter = HandleText.class,
      description = "Whose private key signs.")
  private Handle handle;

  @Parameters(index = "1", paramLabel = "OUT", description = "Its last part becomes the name.")
  private Path out;

  @Parameters(
      index = "2..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Packed under the relative path given; an absolute one under its last part.")
  private List<Path> files;

  MakeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, FailedException, KeyException, MakeException {
    KeyFolder folder = keys.keys(terminal);
    OptionalLong newest = newestStamp(folder);
    long stamp = Maker.stamp(System.currentTimeMillis() / 1000, newest);
    terminal.progress("making " + out);
    Maker.Made made =
        new Maker(folder, InspectionLimits.defaults()).make(handle, out, files, stamp);
    terminal.progressEnds();
    Version version = made.accepted().version().orElseThrow();
    terminal.line(
        "made "
            + out
            + ": "
            + version.name()
            + ", stamp "
            + InWords.stamp(version.stamp())
            + ", "
            + InWords.bytes(made.accepted().fileLength())
            + ", signed by "
            + made.accepted().handle()
            + ", sealed in "
            + Seal.pathFor(out));
    made.accepted().warnings().forEach(terminal::note);
    return ExitCode.DONE;
  }

  private OptionalLong newestStamp(KeyFolder folder) throws IOException, FailedException {
    String name = out.toAbsolutePath().normalize().getFileName().toString();
    OptionalLong newest = OptionalLong.empty();
    Inspector inspector = new Inspector(folder.load(), InspectionLimits.defaults());
    for (Path file : after) {
      newest = greater(newest, stampOf(inspector, file, name));
    }
    if (Files.isRegularFile(out)) {
      newest = greater(newest, stampIfAccepted(inspector, out, name));
    }
    Path home = keys.home(terminal);
    Path live = home.resolve("live").resolve(name);
    if (Files.isRegularFile(live)) {
      Inspector ofTile =
          new Inspector(new KeyFolder(home.resolve("keys")).load(), InspectionLimits.defaults());
      newest = greater(newest, stampIfAccepted(ofTile, live, name));
    }
    return newest;
  }

  private static OptionalLong greater(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isEmpty() ? other : one;
    }
    return OptionalLong.of(Math.max(one.getAsLong(), other.getAsLong()));
  }

  private static OptionalLong stampOf(Inspector inspector, Path file, String name)
      throws IOException, FailedException {
    Inspection inspection = inspector.inspect(file);
    if (inspection instanceof Inspection.Refused refused) {
      throw new FailedException(
          "--after " + file + " is refused, so its stamp is not believed: " + refused.text());
    }
    Inspection.Accepted accepted = (Inspection.Accepted) inspection;
    if (!accepted.identity().map(identity -> identity.text().equals(name)).orElse(false)) {
      throw new FailedException(
          "--after "
              + file
              + " is a version of "
              + accepted.signedName().orElse("no name")
              + ", not of "
              + name);
    }
    return OptionalLong.of(accepted.stamp());
  }

  private OptionalLong stampIfAccepted(Inspector inspector, Path file, String name)
      throws IOException {
    try {
      return stampOf(inspector, file, name);
    } catch (FailedException e) {
      terminal.note(file + " says nothing of the stamp to take: " + e.getMessage());
      return OptionalLong.empty();
    }
  }
}
