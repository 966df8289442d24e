package dev.tilecast.testbed.storm;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.testbed.process.Scratch;
import dev.tilecast.testbed.process.SignedFile;
import dev.tilecast.testbed.process.Wiring;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Real daemons in a storm: killed, cut off, out of room and without their databases at random,
 * while versions are published all the time. It is watched as it goes on, and when it is over,
 * everybody must agree on the newest of everything that was acknowledged.
 */
public final class Storm {
  private static final Handle SIGNER = new Handle("storm");
  private static final int KEY_BITS = 2048;

  /** Each name with about how long its files are; the last one never fits on the tiny disk. */
  private static final Map<String, Long> NAMES =
      new TreeMap<>(
          Map.of(
              "a-tiny.mfz", 24L << 10,
              "b-small.mfz", 150L << 10,
              "c-middle.mfz", 700L << 10,
              "d-large.mfz", 2L << 20,
              "e-huge.mfz", 7L << 20));

  /** Of files whose names are used once: a newer version can not hide that one of them is lost. */
  private static final long ONCE_BYTES = 32L << 10;

  /** A tile holds 4096 names; in a storm of hours they are used again. */
  private static final int ONCE_NAMES_MAX = 500;

  /** Without a tiny disk: what its tile takes at most. */
  private static final long TINY_FILE_BYTES_MAX = 4L << 20;

  /** A tenth of what the daemons could: a kill shall meet transfers half way. */
  private static final long LINK_BYTES_PER_SECOND = 3L << 20;

  /** Told to end, this process has only to wait for its hooks. */
  private static final long ENDING_NANOS = 120_000_000_000L;

  private final StormPlan plan;
  private final Launcher launcher;
  private final PrintStream out;
  private final Violations violations = new Violations(text -> tell("VIOLATION", text));
  private volatile Optional<Scratch> scratch = Optional.empty();

  /** A storm that has not begun, and says what happens on {@code out}. */
  public Storm(StormPlan plan, Launcher launcher, PrintStream out) {
    this.plan = requireNonNull(plan);
    this.launcher = requireNonNull(launcher);
    this.out = requireNonNull(out);
  }

  /**
   * Goes through all of it. The folder stays where something was violated.
   *
   * @throws ExpectationException where something that must not happen has
   */
  public void run()
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException {
    Scratch made = Scratch.make("tilecast-storm");
    scratch = Optional.of(made);
    boolean calm = false;
    try {
      withDisk(made.folder());
      calm = violations.count() == 0;
    } finally {
      if (made.isEnding()) {
        // Told to end by Ctrl-C: the daemons were killed under our hands, and the folder goes.
        LockSupport.parkNanos(ENDING_NANOS);
      }
      if (!calm) {
        made.keep();
        tell("kept", "every tile's home and log are in " + made.folder());
      }
    }
    if (!calm) {
      throw new ExpectationException(
          violations.count() + " violations; everything is kept in " + made.folder());
    }
    made.close();
  }

  private void withDisk(Path folder)
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException {
    TinyDisk.Mounting mounting =
        TinyDisk.mount(ProcessGrid.homeApart(folder, plan.tiles(), plan.tinyTile()));
    boolean ended = false;
    try {
      withGrid(folder, mounting);
      ended = true;
    } finally {
      if (mounting.disk().isPresent()) {
        if (ended && violations.count() == 0) {
          mounting.disk().get().unmount();
        } else {
          mounting.disk().get().unmountAndKeep();
        }
      }
    }
  }

  private void withGrid(Path folder, TinyDisk.Mounting mounting)
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException {
    KeyFolder keys = new KeyFolder(folder.resolve("maker"));
    keys.generate(SIGNER, KEY_BITS);
    Path key = keys.publicFile(SIGNER);
    try (ProcessGrid grid =
        ProcessGrid.createApart(folder, plan.tiles(), Wiring.BRICK, key, launcher)) {
      ProcessTile tiny = grid.tiles().get(plan.tinyTile());
      limit(tiny, mounting.disk().isPresent());
      tell("folder", folder.toString());
      tell(
          "grid",
          plan.tiles()
              + " daemons, and "
              + grid.links()
              + " links that carry "
              + InWords.bytes(LINK_BYTES_PER_SECOND)
              + "/s each way");
      tell("tiny disk", words(tiny, mounting));
      withCables(grid, mounting.disk(), keys, folder);
    }
  }

  private void withCables(ProcessGrid grid, Optional<TinyDisk> disk, KeyFolder keys, Path folder)
      throws IOException, InterruptedException, ExpectationException {
    List<Cable> cables = new ArrayList<>();
    try {
      for (ProcessGrid.Joint joint : grid.joints()) {
        cables.add(new Cable(joint, LINK_BYTES_PER_SECOND));
        cables.get(cables.size() - 1).mend();
      }
      Inspector inspector = new Inspector(keys.load(), InspectionLimits.defaults());
      new Trial(plan, launcher, grid, cables, disk, room(disk), this::tell, violations)
          .run(files(folder, keys), inspector);
    } finally {
      for (Cable cable : cables) {
        cable.close();
      }
    }
  }

  private static List<IntFunction<SignedFile>> files(Path folder, KeyFolder keys) {
    Path made = folder.resolve("made");
    List<IntFunction<SignedFile>> files = new ArrayList<>();
    NAMES.forEach(
        (name, bytes) -> {
          SignedFile file = new SignedFile(made.resolve(name), keys, SIGNER, name, bytes);
          files.add(version -> file);
        });
    files.add(
        version -> {
          String name = "once-" + version % ONCE_NAMES_MAX + ".mfz";
          return new SignedFile(made.resolve("once"), keys, SIGNER, name, ONCE_BYTES);
        });
    return files;
  }

  private static String words(ProcessTile tiny, TinyDisk.Mounting mounting) {
    String where = "tile " + tiny.label() + " is ";
    return mounting.disk().isPresent()
        ? where + "on a file system of its own of " + InWords.bytes(TinyDisk.BYTES)
        : where
            + "NOT on a file system of its own, since none can be mounted here ("
            + mounting.why()
            + "); instead its settings let it take files of at most "
            + InWords.bytes(TINY_FILE_BYTES_MAX);
  }

  private static Calm.Room room(Optional<TinyDisk> disk) {
    return disk.isPresent() ? disk.get()::fits : length -> length <= TINY_FILE_BYTES_MAX;
  }

  private static void limit(ProcessTile tiny, boolean disk) throws IOException {
    Path settings = tiny.home().resolve("tilecast.toml");
    String text = Files.readString(settings);
    String key = disk ? "reserve-bytes" : "file-bytes-max";
    long bytes = disk ? TinyDisk.RESERVE_BYTES : TINY_FILE_BYTES_MAX;
    String limited = text.replaceFirst("(?m)^#" + key + " = .*$", key + " = " + bytes);
    if (limited.equals(text)) {
      throw new IllegalStateException(settings + " has no line for " + key);
    }
    Files.writeString(settings, limited);
  }

  private void tell(String label, String text) {
    if (!scratch.map(Scratch::isEnding).orElse(false)) {
      out.println(label + " ".repeat(Math.max(1, 12 - label.length())) + text);
    }
  }
}
