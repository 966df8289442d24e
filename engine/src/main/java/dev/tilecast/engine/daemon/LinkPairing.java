package dev.tilecast.engine.daemon;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.tcp.Fingerprint;
import dev.tilecast.transport.tcp.LinkKey;
import dev.tilecast.transport.tcp.LinkSecurity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * Which neighbors a tile's links are paired with: its own key in {@code keys/link-key}, made when
 * it is first asked for, and the pinned keys of the neighbors in its settings.
 */
public final class LinkPairing {
  private static final String FILE_NAME = "link-key";

  private final TileHome home;

  private LinkPairing(TileHome home) {
    this.home = home;
  }

  /**
   * The pairing of the tile at {@code root}.
   *
   * @throws IOException where there is no home
   */
  public static LinkPairing at(Path root) throws IOException {
    return new LinkPairing(TileHome.open(root));
  }

  /**
   * The links of the settings, also those that the daemon would refuse since nothing protects them.
   */
  public List<WiredLink> links() throws IOException, SettingsException {
    return WiredLink.of(Settings.readUnprotected(home.root()));
  }

  /** The fingerprint of this tile's key, where it has one already. */
  public Optional<String> own() throws IOException {
    return Files.exists(keyFile())
        ? Optional.of(readKey(home.root()).fingerprint().hex())
        : Optional.empty();
  }

  /** The same; a key is made where there is none. On return it survives a power cut. */
  public String ownOrNew() throws IOException {
    if (!Files.exists(keyFile())) {
      String text = LinkKey.generate(new SecureRandom()).text();
      try {
        DurableFile.writeNew(keyFile(), text.getBytes(US_ASCII), "rw-------");
      } catch (FileAlreadyExistsException e) {
        // Somebody else was quicker: then that is the key.
        return readKey(home.root()).fingerprint().hex();
      }
    }
    return readKey(home.root()).fingerprint().hex();
  }

  /**
   * Pins the key with this fingerprint in the settings, for the link in {@code direction}.
   *
   * @return the key that was pinned there before, if any
   * @throws IOException where that cannot be, in words for a person; the settings are as before
   */
  public Optional<String> pair(Direction direction, String fingerprint)
      throws IOException, SettingsException {
    Fingerprint neighbor =
        Fingerprint.parse(fingerprint)
            .orElseThrow(
                () ->
                    new IOException(
                        "'"
                            + fingerprint
                            + "' is no fingerprint of a link key; give the 64 hex digits that"
                            + " 'tilecast links pair' shows on the neighbor's tile"));
    if (ownOrNew().equals(neighbor.hex())) {
      throw new IOException(
          "that is the key of this tile itself; give the one that 'tilecast links pair' shows on"
              + " the neighbor's");
    }
    Settings before = Settings.readUnprotected(home.root());
    LinkSettings link =
        before.links().stream()
            .filter(each -> each.direction() == direction)
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException(
                        "no link leads to "
                            + direction
                            + "; add a [[link]] for it to "
                            + home.settingsFile()
                            + " first"));
    if (link.plain()) {
      throw new IOException(
          "the link to "
              + direction
              + " has plain = true in "
              + home.settingsFile()
              + "; delete that line first: a link is plain text or TLS, not both");
    }
    String text = Files.readString(home.settingsFile(), UTF_8);
    String changed = SettingsText.withNeighborKey(text, direction, neighbor);
    if (!isOnlyPinned(before, changed, link, neighbor)) {
      throw new IOException(
          home.settingsFile()
              + " cannot be changed without risk, for the way in which it is written; add this line"
              + " to the [[link]] to "
              + direction
              + ": neighbor-key = \""
              + neighbor
              + "\"");
    }
    DurableFile.write(home.settingsFile().toRealPath(), changed.getBytes(UTF_8));
    return link.neighborKey().map(Fingerprint::hex);
  }

  /** What protects {@code link} of the tile at {@code root}. */
  static LinkSecurity security(Path root, LinkSettings link) throws IOException {
    if (link.neighborKey().isEmpty()) {
      return new LinkSecurity.Plain(link.plain());
    }
    return new LinkSecurity.Tls(readKey(root), link.neighborKey().get());
  }

  /** Whether the new text says what the old one said, but for the key of that one link. */
  private boolean isOnlyPinned(
      Settings before, String changed, LinkSettings link, Fingerprint neighbor) {
    List<LinkSettings> expected =
        before.links().stream()
            .map(each -> each.equals(link) ? each.pinned(neighbor) : each)
            .toList();
    try {
      return Settings.parseUnprotected(changed, home.root())
          .equals(
              new Settings(
                  before.group(),
                  before.limits(),
                  expected,
                  before.device(),
                  before.programsGroup(),
                  before.activations()));
    } catch (SettingsException e) {
      // A table that is written in one line, most likely.
      return false;
    }
  }

  private static LinkKey readKey(Path root) throws IOException {
    Path file = root.resolve("keys").resolve(FILE_NAME);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LinkKey.TEXT_BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "there is no "
              + file
              + ", the key of this tile for links with TLS; make one, and show it to the neighbors,"
              + " with: tilecast links pair --home "
              + root,
          e);
    }
    try {
      return LinkKey.parse(new String(bytes, US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IOException(
          file
              + " cannot be used: "
              + e.getMessage()
              + ". Restore it from a copy; or delete it, and pair with every neighbor anew: tilecast"
              + " links pair",
          e);
    }
  }

  private Path keyFile() {
    return home.keys().resolve(FILE_NAME);
  }
}
