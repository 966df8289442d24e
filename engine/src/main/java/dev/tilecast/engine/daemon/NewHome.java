package dev.tilecast.engine.daemon;

import dev.tilecast.engine.files.TileHome;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.tcp.HostPort;
import dev.tilecast.transport.tcp.TcpAddress;
import dev.tilecast.transport.tcp.TcpLink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The home of a tile that is to be: its group and links checked by the very rules by which the
 * daemon will read them, before anything is made.
 *
 * @param group the grid's name
 * @param links what {@code tilecast init --link} was given
 * @param device whether the tile has the packet device of a stock T2 tile
 */
public record NewHome(String group, List<LinkSettings> links, boolean device) {
  private static final String FORMS =
      "; write ET=listen:HOST:PORT, ET=connect:HOST:PORT or ET=connect:@FILE, the direction being"
          + " one of NT NE ET SE ST SW WT NW";

  public NewHome {
    links = List.copyOf(links);
  }

  /**
   * Reads the words of the command line.
   *
   * @param links each {@code DIR=listen:HOST:PORT}, {@code DIR=connect:HOST:PORT} or {@code
   *     DIR=connect:@FILE}; a listener on port 0 writes the address that it got into {@code
   *     run/link-DIR.address}
   * @param plain whether links in plain text may leave this machine
   * @param device whether the tile has the packet device of a stock T2 tile
   * @throws IllegalArgumentException where one of them is none of these, in words for a person
   */
  public static NewHome of(String group, List<String> links, boolean plain, boolean device) {
    if (!Settings.isGroup(group)) {
      throw new IllegalArgumentException(
          "'"
              + group
              + "' cannot be the name of a grid: 1 to "
              + Settings.GROUP_LENGTH_MAX
              + " characters, none of them a control character");
    }
    List<LinkSettings> parsed = new ArrayList<>();
    links.forEach(text -> parsed.add(link(text, plain)));
    return new NewHome(group, parsed, device);
  }

  /**
   * Makes the home.
   *
   * @return where it is, absolute
   * @throws IOException where {@code root} is a home already, or not empty
   * @throws SettingsException where the daemon would not take these settings; nothing was made
   */
  public Path create(Path root) throws IOException, SettingsException {
    String text = Settings.template(group, links, device);
    Settings.parseUnprotected(text, root);
    return TileHome.create(root, text).root();
  }

  /** Whether the daemon will not start before some link of it is paired. */
  public boolean isUnprotected() {
    return links.stream().anyMatch(link -> link.protection() == LinkProtection.NONE);
  }

  private static LinkSettings link(String text, boolean plain) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', equals + 1);
    Optional<Direction> direction = Direction.ofText(text.substring(0, Math.max(0, equals)));
    if (colon < 0 || direction.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' is no link" + FORMS);
    }
    String where = text.substring(colon + 1);
    TcpAddress address =
        switch (text.substring(equals + 1, colon)) {
          case "listen" -> listen(direction.get(), hostPort(text, where));
          case "connect" ->
              where.startsWith("@")
                  ? new TcpAddress.ConnectByFile(Path.of(where.substring(1)))
                  : connect(text, hostPort(text, where));
          default -> throw new IllegalArgumentException("'" + text + "' is no link" + FORMS);
        };
    return new LinkSettings(direction.get(), address, TcpLink.MTU_DEFAULT, plain);
  }

  private static TcpAddress listen(Direction direction, HostPort at) {
    Optional<Path> addressFile =
        at.port() == 0
            ? Optional.of(Path.of("run", "link-" + direction + ".address"))
            : Optional.empty();
    return new TcpAddress.Listen(at, addressFile);
  }

  private static TcpAddress connect(String text, HostPort to) {
    if (to.port() == 0) {
      throw new IllegalArgumentException(
          "'" + text + "': nobody can connect to port 0; write the port that the other has");
    }
    return new TcpAddress.Connect(to);
  }

  private static HostPort hostPort(String text, String where) {
    return HostPort.parse(where)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + text + "': '" + where + "' is no HOST:PORT" + FORMS));
  }
}
