package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.NoDaemonException;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * The program {@code tilecast}. Only the class of the command that was asked for is loaded and read
 * by picocli: building the whole tree of commands would cost more than most answers.
 */
public final class Tilecast {
  private Tilecast() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    ProcessOutput out = new ProcessOutput();
    Terminal terminal = Terminal.ofProcess(out);
    int exitCode = run(terminal, args);
    terminal.out().flush();
    if (out.lost().isPresent()) {
      terminal.note("the answer cannot be written: " + out.lost().get());
      exitCode = exitCode == ExitCode.DONE ? ExitCode.FAILED : exitCode;
    }
    System.exit(exitCode);
  }

  /** Runs one command and returns its exit code. */
  static int run(Terminal terminal, String... args) {
    if (args.length == 0 || Commands.isHelp(args[0])) {
      Commands.printAll(terminal);
      return args.length == 0 ? ExitCode.USAGE : ExitCode.DONE;
    }
    if (args[0].equals("--version") || args[0].equals("-V")) {
      terminal.line("tilecast " + version());
      return ExitCode.DONE;
    }
    if (Commands.isFamily(args)) {
      Commands.printFamily(terminal, args[0]);
      return args.length == 1 ? ExitCode.USAGE : ExitCode.DONE;
    }
    int words = Commands.wordsOf(args);
    String name = String.join(" ", Arrays.copyOf(args, words));
    Optional<Callable<Integer>> command = Commands.create(name, terminal);
    if (command.isEmpty()) {
      terminal.note("there is no command '" + name + "'" + Commands.suggestion(name));
      return ExitCode.USAGE;
    }
    return execute(terminal, name, command.get(), Arrays.copyOfRange(args, words, args.length));
  }

  private static int execute(
      Terminal terminal, String name, Callable<Integer> command, String[] arguments) {
    CommandLine line = new CommandLine(command);
    line.setCommandName("tilecast " + name);
    line.setOut(new PrintWriter(terminal.out(), true, UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, UTF_8));
    line.getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
    line.setParameterExceptionHandler(
        (exception, given) -> {
          terminal.note(exception.getMessage());
          terminal.note("see: tilecast " + name + " --help");
          return ExitCode.USAGE;
        });
    line.setExecutionExceptionHandler(
        (exception, c, parsed) -> {
          int exitCode = exitCode(exception);
          String message = message(exception);
          terminal.progressEnds();
          if (exception instanceof SettingsException) {
            // A line for each thing that is wrong, which nobody else can have written.
            terminal.notes(message);
          } else {
            terminal.note(message);
          }
          if (Arrays.asList(arguments).contains(JsonOption.NAME)) {
            JsonObject failure = new JsonObject();
            failure.addProperty("error", message);
            terminal.json(failure);
          }
          return exitCode;
        });
    return line.execute(arguments);
  }

  /** What is nobody's fault but ours is thrown on and shows its stack. */
  private static int exitCode(Exception exception) throws Exception {
    if (exception instanceof NoDaemonException) {
      return ExitCode.NO_DAEMON;
    } else if (exception instanceof FailedException
        || exception instanceof KeyException
        || exception instanceof MakeException
        || exception instanceof SettingsException
        || exception instanceof IOException) {
      return ExitCode.FAILED;
    }
    throw exception;
  }

  private static String message(Exception exception) {
    boolean isOurs =
        exception instanceof NoDaemonException || exception instanceof SettingsException;
    return exception instanceof IOException failure && !isOurs
        ? words(failure)
        : String.valueOf(exception.getMessage());
  }

  /** The platform's file exceptions often say no more than a path. */
  static String words(IOException failure) {
    if (failure instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    if (failure instanceof AccessDeniedException denied) {
      return "access to " + denied.getFile() + " is denied; run this as the user who owns it";
    }
    if (failure instanceof DirectoryNotEmptyException folder) {
      return folder.getFile() + " is a folder with something in it; move it away";
    }
    if (failure instanceof FileAlreadyExistsException there) {
      return there.getFile() + " is there already, and is not what is needed; move it away";
    }
    if (failure instanceof FileSystemException system && system.getReason() == null) {
      return failure.getClass().getSimpleName() + ": " + system.getFile();
    }
    String message = String.valueOf(failure.getMessage());
    if (message.endsWith("No space left on device")) {
      return message + "; free space on that disk";
    }
    if (message.endsWith("Read-only file system")) {
      return message + "; mount that disk for writing, or use another place";
    }
    return message;
  }

  private static String version() {
    String built = Tilecast.class.getPackage().getImplementationVersion();
    return built == null ? "(not packaged)" : built;
  }
}
