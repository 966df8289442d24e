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
 * listens on a free port of loopback and writes it into a file, and one that connects to what a
 * file says; so tiles may start in any order.
 */
public final class ProcessGrid implements AutoCloseable {
  private final Path folder;
  private final int width;
  private final int height;
  private final int count;
  private final List<ProcessTile> tiles = new ArrayList<>();
  private final List<Joint> joints = new ArrayList<>();

  private ProcessGrid(Path folder, int width, int height, int count) {
    this.folder = folder;
    this.width = width;
    this.height = height;
    this.count = count;
  }

  /**
   * One link of a grid.
   *
   * @param label its listening end, such as {@code 0,0-ET}
   * @param listening the file into which the listening end writes its address
   * @param connecting the file in which the connecting end looks for an address; the same, unless
   *     something is to stand between the two ends
   */
  public record Joint(String label, Path listening, Path connecting) {}

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
    ProcessGrid grid = new ProcessGrid(folder, width, height, width * height);
    grid.create(grid.joined(wiring, false), key, settings, launcher);
    return grid;
  }

  /**
   * Makes the homes of a grid that is as square as {@code count} tiles can be, whose last row may
   * be short, and whose connecting ends look for addresses that nobody has written yet: something
   * must be put between the ends of each of its {@link #joints}.
   */
  public static ProcessGrid createApart(
      Path folder, int count, Wiring wiring, Path key, Launcher launcher)
      throws IOException, SettingsException, KeyException {
    int width = widthOf(count);
    ProcessGrid grid = new ProcessGrid(folder, width, (count + width - 1) / width, count);
    grid.create(grid.joined(wiring, true), key, "", launcher);
    return grid;
  }

  /** Where {@link #createApart} makes the home of the tile {@code index}, counted row by row. */
  public static Path homeApart(Path folder, int count, int index) {
    int width = widthOf(count);
    return home(folder, index % width, index / width);
  }

  private static int widthOf(int count) {
    return (int) Math.ceil(Math.sqrt(count));
  }

  /** Notes the joints, and gives what each tile's settings say of its links. */
  private List<List<String>> joined(Wiring wiring, boolean apart) {
    List<List<String>> links = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      links.add(new ArrayList<>());
    }
    for (int i = 0; i < count; i++) {
      int column = i % width;
      int row = i / width;
      for (Direction direction : wiring.forward()) {
        int otherColumn = Wiring.columnOf(direction, column, row);
        int other = Wiring.rowOf(direction, row) * width + otherColumn;
        if (otherColumn < 0 || otherColumn >= width || other >= count) {
          continue;
        }
        Path listening = home(folder, column, row).resolve("run/link-" + direction + ".address");
        Path between = folder.toAbsolutePath().resolve("link-" + (joints.size() + 1) + ".address");
        Path connecting = apart ? between : listening;
        joints.add(new Joint(column + "," + row + "-" + direction, listening, connecting));
        links.get(i).add(direction + "=listen:127.0.0.1:0");
        links.get(other).add(direction.opposite() + "=connect:@" + connecting);
      }
    }
    return links;
  }

  private void create(List<List<String>> links, Path key, String settings, Launcher launcher)
      throws IOException, SettingsException, KeyException {
    for (int i = 0; i < count; i++) {
      int column = i % width;
      int row = i / width;
      Path home = home(folder, column, row);
      NewHome.of("testbed", links.get(i), false, false).create(home);
      new KeyFolder(home.resolve("keys")).add(key);
      Files.writeString(home.resolve("tilecast.toml"), settings, StandardOpenOption.APPEND);
      tiles.add(new ProcessTile(column + "," + row, home, launcher));
    }
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
    return joints.size();
  }

  /** Every link. */
  public List<Joint> joints() {
    return List.copyOf(joints);
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
