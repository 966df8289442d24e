package dev.tilecast.testbed.process;

import dev.tilecast.engine.daemon.NewHome;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A grid of real daemons, their homes side by side in one folder. Each link has one end that
 * listens on a free port of loopback and writes it into a file, and one that connects to what that
 * file says; so tiles may start in any order.
 */
public final class ProcessGrid implements AutoCloseable {
  private final int width;
  private final int height;
  private final List<ProcessTile> tiles = new ArrayList<>();
  private int links;

  private ProcessGrid(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /**
   * Makes the homes of a grid.
   *
   * @param folder where they are made: {@code tile-COLUMN-ROW}
   * @param key the public key file that every tile trusts
   * @param settings added at the end of each tile's settings
   */
  public static ProcessGrid create(
      Path folder,
      int width,
      int height,
      Wiring wiring,
      Path key,
      String settings,
      Launcher launcher)
      throws IOException, SettingsException, KeyException {
    ProcessGrid grid = new ProcessGrid(width, height);
    List<List<String>> links = new ArrayList<>();
    for (int i = 0; i < width * height; i++) {
      links.add(new ArrayList<>());
    }
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        for (Direction direction : wiring.forward()) {
          int otherColumn = Wiring.columnOf(direction, column, row);
          int otherRow = Wiring.rowOf(direction, row);
          if (otherColumn < 0 || otherColumn >= width || otherRow >= height) {
            continue;
          }
          Path address = home(folder, column, row).resolve("run/link-" + direction + ".address");
          links.get(row * width + column).add(direction + "=listen:127.0.0.1:0");
          links
              .get(otherRow * width + otherColumn)
              .add(direction.opposite() + "=connect:@" + address);
          grid.links++;
        }
      }
    }
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        Path home = home(folder, column, row);
        NewHome.of("testbed", links.get(row * width + column), false).create(home);
        new KeyFolder(home.resolve("keys")).add(key);
        Files.writeString(home.resolve("tilecast.toml"), settings, StandardOpenOption.APPEND);
        grid.tiles.add(new ProcessTile(column + "," + row, home, launcher));
      }
    }
    return grid;
  }

  private static Path home(Path folder, int column, int row) {
    return folder.toAbsolutePath().resolve("tile-" + column + "-" + row);
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** How many links join its tiles. */
  public int links() {
    return links;
  }

  /** All tiles, row by row. */
  public List<ProcessTile> tiles() {
    return List.copyOf(tiles);
  }

  /** The tile of a column and a row. */
  public ProcessTile at(int column, int row) {
    return tiles.get(row * width + column);
  }

  /** Starts every daemon and returns at once. */
  public void start() throws IOException {
    for (ProcessTile tile : tiles) {
      tile.start();
    }
  }

  /** Waits until every daemon answers and hears all its neighbors. */
  public void awaitJoined(Duration patience)
      throws IOException, InterruptedException, ExpectationException {
    for (ProcessTile tile : tiles) {
      tile.await(
          report -> report.neighbors().stream().allMatch(neighbor -> neighbor.alive()),
          "hear all its neighbors",
          patience);
    }
  }

  /** Kills every daemon that still runs. */
  @Override
  public void close() {
    tiles.forEach(ProcessTile::close);
  }
}
