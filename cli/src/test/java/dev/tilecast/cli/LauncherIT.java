package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, in a copy of the distribution that this build has made. */
@Timeout(180)
final class LauncherIT {
  private static final Map<String, String> NO_ARCHIVE = Map.of("TILECAST_NO_ARCHIVE", "1");

  @TempDir private Path folder;
  private Path dist;
  private Path launcher;

  @BeforeEach
  void copyDistribution() throws IOException {
    Path built = Path.of("target/dist").toAbsolutePath();
    dist = folder.resolve("a dist");
    try (Stream<Path> files = Files.walk(built)) {
      for (Path file : files.filter(f -> !f.startsWith(built.resolve("cds"))).toList()) {
        Files.copy(file, dist.resolve(built.relativize(file).toString()));
      }
    }
    launcher = dist.resolve("bin/tilecast");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void runsThroughALinkAndFromAnyFolder() throws Exception {
    Path there = Files.createDirectories(folder.resolve("some/where"));
    Files.createSymbolicLink(there.resolve("tc"), Path.of("../tilecast"));
    Files.createSymbolicLink(folder.resolve("some/tilecast"), launcher);

    Outcome version = run(there, NO_ARCHIVE, "./tc", "--version");

    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).matches("tilecast [0-9].*\n");
  }

  @Test
  void withoutAJavaItSaysWhatIsNeeded() throws Exception {
    Outcome wrongHome =
        run(folder, Map.of("JAVA_HOME", "/nowhere"), launcher.toString(), "--version");

    assertThat(wrongHome.exitCode()).isEqualTo(1);
    assertThat(wrongHome.err()).contains("JAVA_HOME is /nowhere").contains("Java 17 or newer");
  }

  @Test
  void anOlderJavaIsNamedBeforeItFails() throws Exception {
    Path old = Files.createDirectories(folder.resolve("old/bin")).resolve("java");
    Files.writeString(old, "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();

    Outcome refused =
        run(
            folder,
            Map.of("JAVA_HOME", folder.resolve("old").toString()),
            launcher.toString(),
            "--version");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("is Java 11, but 17 or newer is needed");
  }

  @Test
  void launchersThatStartAtOnceMakeWholeArchivesAndGoOn() throws Exception {
    List<Running> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(start(folder, Map.of(), launcher.toString(), "status", "--home", "none"));
    }
    for (Running each : both) {
      assertThat(finish(each).exitCode()).isEqualTo(3);
    }

    Outcome later = run(folder, Map.of(), launcher.toString(), "status", "--home", "none");

    assertThat(later.err()).startsWith("tilecast: no daemon runs for none");
    assertThat(Files.readString(dist.resolve("cds/training.log"))).contains("live: trained.mfz");
    assertThat(dist.resolve("cds/question.jsa")).isNotEmptyFile();
    assertThat(dist.resolve("cds/daemon.jsa")).isNotEmptyFile();
    try (Stream<Path> beside = Files.list(dist)) {
      assertThat(beside)
          .extracting(path -> path.getFileName().toString())
          .containsExactlyInAnyOrder("bin", "lib", "cds", "systemd", "built");
    }
    assertThat(archiveIsUsed("question.jsa", "--version")).isZero();
  }

  @Test
  void theDaemonIsReadyAnswersAndEndsAtSigterm() throws Exception {
    String home = folder.resolve("tile").toString();
    Outcome made = run(folder, NO_ARCHIVE, launcher.toString(), "init", "--home", home);
    Process daemon =
        start(folder, NO_ARCHIVE, launcher.toString(), "run", "--home", home).process();
    try {
      Outcome status;
      do {
        status = run(folder, NO_ARCHIVE, launcher.toString(), "status", "--home", home);
      } while (status.exitCode() == 3 && daemon.isAlive());
      Outcome second = run(folder, NO_ARCHIVE, launcher.toString(), "run", "--home", home);

      daemon.destroy();

      assertThat(made.exitCode()).isZero();
      assertThat(status.out()).startsWith("tile        ");
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.err()).contains(Long.toString(daemon.pid()));
      assertThat(daemon.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(run(folder, NO_ARCHIVE, launcher.toString(), "status", "--home", home).exitCode())
          .isEqualTo(3);
    } finally {
      daemon.destroyForcibly();
    }
  }

  /** The exit code of a start that fails unless the archive fits. */
  private int archiveIsUsed(String archive, String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-Xshare:on");
    command.add("-XX:SharedArchiveFile=" + dist.resolve("cds").resolve(archive));
    command.add("-cp");
    command.add(dist.resolve("lib/tilecast.jar").toString());
    command.add("dev.tilecast.cli.Tilecast");
    command.addAll(List.of(words));
    return run(folder, Map.of(), command.toArray(String[]::new)).exitCode();
  }

  private static Outcome run(Path where, Map<String, String> environment, String... command)
      throws Exception {
    return finish(start(where, environment, command));
  }

  /**
   * A command that runs.
   *
   * @param err the file that its stderr goes to
   */
  private record Running(Process process, Path err) {}

  private static Running start(Path where, Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.environment().remove("TILECAST_HOME");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Path err = Files.createTempFile("tilecast-stderr", "");
    err.toFile().deleteOnExit();
    return new Running(builder.redirectError(err.toFile()).start(), err);
  }

  private static Outcome finish(Running running) throws Exception {
    running.process().getOutputStream().close();
    String out = new String(running.process().getInputStream().readAllBytes(), UTF_8);
    int exitCode = running.process().waitFor();
    return new Outcome(exitCode, out, Files.readString(running.err()));
  }
}
