package dev.tilecast.testbed.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How {@code tilecast} is started as a process of its own.
 *
 * @param prefix the command line that stands before the arguments
 */
public record Launcher(List<String> prefix) {
  private static final String MAIN = "dev.tilecast.cli.Tilecast";

  public Launcher {
    prefix = List.copyOf(prefix);
  }

  /**
   * The launcher of the running program, which tells its path by the property {@code
   * tilecast.launcher}; without one, the Java and the class path of this process, with a heap as
   * small as that of a packaged daemon, and with the quick compiler alone: such processes live for
   * seconds.
   */
  public static Launcher ofThisProgram() {
    String launcher = System.getProperty("tilecast.launcher", "");
    if (!launcher.isEmpty()) {
      return new Launcher(List.of(launcher));
    }
    return new Launcher(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-Dorg.jooq.no-logo=true",
            "-Dorg.jooq.no-tips=true",
            "-cp",
            System.getProperty("java.class.path"),
            MAIN));
  }

  /** The same, behind the words {@code before}: {@code env} with a variable, say. */
  public Launcher behind(List<String> before) {
    List<String> both = new ArrayList<>(before);
    both.addAll(prefix);
    return new Launcher(both);
  }

  /** The whole command line with these arguments. */
  public List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(arguments);
    return command;
  }
}
