package dev.tilecast.engine.daemon;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.physics.ActivationRule;
import dev.tilecast.transport.itc.ItcSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code tilecast.toml} of a tile's home, read once at the start. Keys and defaults are in the text
 * that {@link #template} gives; whatever is not one of them is an error, so that a misspelt key is
 * not a setting silently ignored.
 *
 * @param group the grid's name
 * @param limits the bounds
 * @param links one over TCP for each direction that has one
 * @param device the packet device of a T2 tile, with the directions that it leads to
 * @param programsGroup the group whose members may use the sockets for programs
 * @param activations what to run for which names, the first match counts
 */
public record Settings(
    String group,
    LimitSettings limits,
    List<LinkSettings> links,
    Optional<ItcSettings> device,
    Optional<String> programsGroup,
    List<ActivationRule> activations) {
  /** The name of the file in a tile's home. */
  public static final String FILE_NAME = "tilecast.toml";

  /** The longest name of a grid, in characters. */
  public static final int GROUP_LENGTH_MAX = 64;

  private static final int FILE_BYTES_MAX = 1 << 20;

  public Settings {
    requireNonNull(group);
    requireNonNull(limits);
    links = List.copyOf(links);
    requireNonNull(device);
    requireNonNull(programsGroup);
    activations = List.copyOf(activations);
  }

  /**
   * Reads the settings of the tile at {@code home}.
   *
   * @throws SettingsException where they are absent or cannot be used, with all errors at once
   * @throws IOException where the file cannot be read
   */
  public static Settings read(Path home) throws SettingsException, IOException {
    return read(home, false);
  }

  /** The same, also where a link leaves this machine and nothing protects it yet. */
  static Settings readUnprotected(Path home) throws SettingsException, IOException {
    return read(home, true);
  }

  private static Settings read(Path home, boolean mayBeUnprotected)
      throws SettingsException, IOException {
    Path file = home.resolve(FILE_NAME);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(FILE_BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      throw new SettingsException(
          List.of(whole(file + " does not exist; 'tilecast init' makes a home with one")), e);
    }
    if (bytes.length > FILE_BYTES_MAX) {
      throw new SettingsException(
          List.of(whole(file + " is longer than " + FILE_BYTES_MAX + " bytes")));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return SettingsText.parse(text, home, mayBeUnprotected);
    } catch (CharacterCodingException e) {
      throw new SettingsException(List.of(whole(file + " is not UTF-8 text")), e);
    }
  }

  /**
   * The settings that {@code text} spells.
   *
   * @param home what relative paths in it are relative to
   * @throws SettingsException with all errors at once
   */
  public static Settings parse(String text, Path home) throws SettingsException {
    return SettingsText.parse(text, home, false);
  }

  /** The same, also where a link leaves this machine and nothing protects it yet. */
  static Settings parseUnprotected(String text, Path home) throws SettingsException {
    return SettingsText.parse(text, home, true);
  }

  /**
   * The commented text of a new tile's settings.
   *
   * @param group the grid's name
   * @param links perhaps none; paths in them may be relative to the home
   * @param device whether the tile has the packet device of a stock T2 tile
   */
  public static String template(String group, List<LinkSettings> links, boolean device) {
    requireGroup(group);
    StringBuilder out = new StringBuilder();
    out.append(SettingsTemplate.head(group));
    links.forEach(link -> out.append(SettingsTemplate.link(link)));
    out.append(SettingsTemplate.device(device));
    out.append(SettingsTemplate.tail());
    return out.toString();
  }

  /** Whether {@code text} can be the name of a grid: 1 to 64 characters, none a control one. */
  public static boolean isGroup(String text) {
    return !text.isBlank()
        && text.length() <= GROUP_LENGTH_MAX
        && text.codePoints().noneMatch(Character::isISOControl);
  }

  private static void requireGroup(String group) {
    if (!isGroup(group)) {
      throw new IllegalArgumentException("group '" + group + "'");
    }
  }

  private static SettingsException.Fault whole(String words) {
    return new SettingsException.Fault(0, "", words);
  }
}
