package dev.tilecast.testbed.process;

import dev.tilecast.engine.daemon.NewHome;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Real daemons on packet devices that are played, a row of them from west to east. */
public final class DeviceRow implements AutoCloseable {
  private final DeviceStandIn devices;
  private final Path folder;
  private final Path key;
  private final Launcher launcher;
  private final List<ProcessTile> tiles = new ArrayList<>();

  private DeviceRow(DeviceStandIn devices, Path folder, Path key, Launcher launcher) {
    this.devices = devices;
    this.folder = folder;
    this.key = key;
    this.launcher = launcher;
  }

  /**
   * Makes their homes, and starts the devices but no daemon.
   *
   * @param folder where all of it lies
   * @param count of the tiles, which are called A, B and so on
   * @param key the public key file that every tile trusts
   * @param options of the wires, as {@code --rate 64000}
   */
  public static DeviceRow create(
      Path folder, int count, Path key, Launcher launcher, List<String> options)
      throws IOException, SettingsException, KeyException {
    List<String> all = new ArrayList<>(List.of("--topo", "line:" + count));
    all.addAll(options);
    DeviceStandIn devices = DeviceStandIn.start(folder.resolve("itc"), all);
    DeviceRow row = new DeviceRow(devices, folder, key, launcher);
    try {
      for (String device : devices.tiles()) {
        row.tiles.add(row.another(device, device));
      }
      return row;
    } catch (IOException | SettingsException | KeyException | RuntimeException e) {
      row.close();
      throw e;
    }
  }

  /** A tile more, which is called {@code label} and has the device of another one, too. */
  public ProcessTile another(String label, String device)
      throws IOException, SettingsException, KeyException {
    Path home = NewHome.of("devices", List.of(), false, false).create(folder.resolve(label));
    new KeyFolder(home.resolve("keys")).add(key);
    Files.writeString(
        home.resolve("tilecast.toml"),
        devices.settings(device, devices.directions(device)),
        StandardOpenOption.APPEND);
    return new ProcessTile(label, home, launcher.behind(devices.prefix(device)));
  }

  /** Its tiles, from west to east. */
  public List<ProcessTile> tiles() {
    return List.copyOf(tiles);
  }

  /** What plays their devices. */
  public DeviceStandIn devices() {
    return devices;
  }

  @Override
  public void close() {
    tiles.forEach(ProcessTile::close);
    devices.close();
  }
}
