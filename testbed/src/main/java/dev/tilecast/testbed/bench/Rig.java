package dev.tilecast.testbed.bench;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessGrid;
import dev.tilecast.testbed.process.Scratch;
import dev.tilecast.testbed.process.SignedFile;
import dev.tilecast.testbed.process.Wiring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A row of daemons in a temporary folder, with a key that they trust. Closing it leaves nothing.
 */
final class Rig implements AutoCloseable {
  /** Of what normally takes seconds: a machine that is slower than this measures nothing. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Handle SIGNER = new Handle("bench");
  private static final int KEY_BITS = 2048;

  private final Scratch scratch;
  private final KeyFolder keys;
  private final ProcessGrid grid;

  private Rig(Scratch scratch, KeyFolder keys, ProcessGrid grid) {
    this.scratch = scratch;
    this.keys = keys;
    this.grid = grid;
  }

  /** A row of {@code tiles}, joined from west to east; none is started yet. */
  static Rig row(int tiles, Launcher launcher) throws IOException, SettingsException, KeyException {
    Scratch scratch = Scratch.make("tilecast-bench");
    try {
      KeyFolder keys = new KeyFolder(scratch.folder().resolve("maker"));
      keys.generate(SIGNER, KEY_BITS);
      Path key = keys.publicFile(SIGNER);
      Path folder = scratch.folder();
      return new Rig(
          scratch, keys, ProcessGrid.create(folder, tiles, 1, Wiring.SQUARE, key, "", launcher));
    } catch (IOException | SettingsException | KeyException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  ProcessGrid grid() {
    return grid;
  }

  /** A place for what is no daemon's. */
  Path folder() {
    return scratch.folder();
  }

  /** A file that the tiles accept, not made yet. */
  SignedFile file(String name, long bytes) {
    return file(name, bytes, SignedFile.MEMBERS);
  }

  /** The same of so many members. */
  SignedFile file(String name, long bytes, int members) {
    return new SignedFile(folder().resolve("made-" + name), keys, SIGNER, name, bytes, members);
  }

  @Override
  public void close() throws IOException {
    grid.close();
    scratch.close();
  }
}
