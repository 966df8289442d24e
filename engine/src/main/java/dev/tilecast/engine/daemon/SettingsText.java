package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.physics.ActivationRule;
import dev.tilecast.transport.BulkLimits;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.itc.ItcSettings;
import dev.tilecast.transport.tcp.Fingerprint;
import dev.tilecast.transport.tcp.HostPort;
import dev.tilecast.transport.tcp.TcpAddress;
import dev.tilecast.transport.tcp.TcpLink;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** From the text of the settings to their values, gathering every error on the way. */
final class SettingsText {
  private static final List<String> TOP_KEYS =
      List.of("group", "limits", "link", "itc", "programs", "activate");
  private static final List<String> LIMIT_KEYS =
      List.of(
          "file-bytes-max",
          "transfers-max",
          "catalog-names-max",
          "reserve-bytes",
          "inbox-rest-millis",
          "scrub-seconds");
  private static final List<String> LINK_KEYS =
      List.of(
          "direction",
          "listen",
          "connect",
          "address-file",
          "mtu",
          "plain",
          "bulk-bytes-per-second",
          "files-percent",
          "neighbor-key");
  private static final List<String> DEVICE_KEYS =
      List.of(
          "device",
          "status",
          "statistics",
          "directions",
          "queued-bytes-max",
          "drain-bytes-per-second",
          "bulk-bytes-per-second",
          "files-percent",
          "stuck-seconds");
  private static final List<String> PROGRAMS_KEYS = List.of("group");
  private static final List<String> ACTIVATE_KEYS = List.of("name", "command", "timeout-seconds");

  private final Path home;
  private final boolean mayBeUnprotected;
  private final List<SettingsException.Fault> faults = new ArrayList<>();

  private SettingsText(Path home, boolean mayBeUnprotected) {
    this.home = home;
    this.mayBeUnprotected = mayBeUnprotected;
  }

  /**
   * Reads the settings.
   *
   * @param mayBeUnprotected whether a link may leave this machine that is neither paired nor
   *     allowed to be plain text: so it is between the making of a home and the pairing
   */
  static Settings parse(String text, Path home, boolean mayBeUnprotected) throws SettingsException {
    return new SettingsText(home, mayBeUnprotected).settings(toml(text));
  }

  private static TomlParseResult toml(String text) throws SettingsException {
    TomlParseResult toml = Toml.parse(text);
    if (toml.hasErrors()) {
      throw new SettingsException(toml.errors().stream().map(SettingsText::syntaxFault).toList());
    }
    return toml;
  }

  /**
   * The text in which the link to {@code direction} has this {@code neighbor-key}: one line more,
   * behind that of its direction, or one changed. Who calls checks what has become of it.
   */
  static String withNeighborKey(String text, Direction direction, Fingerprint neighbor)
      throws SettingsException {
    List<String> lines = new ArrayList<>(List.of(text.split("(?<=\n)")));
    for (SettingsSection entry :
        new SettingsSection(toml(text), "", 1, new ArrayList<>()).tables("link")) {
      if (entry.text("direction").flatMap(Direction::ofText).equals(Optional.of(direction))) {
        String line = "neighbor-key = \"" + neighbor + "\"\n";
        if (entry.has("neighbor-key")) {
          lines.set(entry.lineOf("neighbor-key") - 1, line);
        } else {
          int at = entry.lineOf("direction");
          String above = lines.get(at - 1);
          lines.set(at - 1, above.endsWith("\n") ? above : above + "\n");
          lines.add(at, line);
        }
      }
    }
    return String.join("", lines);
  }

  private static SettingsException.Fault syntaxFault(TomlParseError error) {
    String words = error.getMessage();
    boolean isTwice = words.contains("previously defined") || words.contains("already defined");
    return new SettingsException.Fault(
        error.position().line(), "", isTwice ? words + "; write all of it there" : words);
  }

  private Settings settings(TomlParseResult toml) throws SettingsException {
    SettingsSection top = new SettingsSection(toml, "", 1, faults);
    top.refuseUnknown(TOP_KEYS);
    String group = group(top);
    LimitSettings limits = limits(top);
    List<LinkSettings> links = links(top);
    Optional<ItcSettings> device = top.table("itc").map(entry -> device(entry, links));
    Optional<String> programsGroup = programsGroup(top);
    List<ActivationRule> rules = new ArrayList<>();
    top.tables("activate").forEach(entry -> rule(entry).ifPresent(rules::add));
    if (!faults.isEmpty()) {
      throw new SettingsException(SettingsSection.inOrder(faults));
    }
    return new Settings(group, limits, links, device, programsGroup, rules);
  }

  private static String group(SettingsSection top) {
    Optional<String> group = top.text("group");
    if (group.isEmpty()) {
      top.faultIfAbsent("group", "missing; write the name of the grid, as group = \"NAME\"");
    } else if (!Settings.isGroup(group.get())) {
      top.fault(
          "group",
          "must have 1 to %d characters, none of them a control character"
              .formatted(Settings.GROUP_LENGTH_MAX));
    }
    return group.orElse("");
  }

  private static LimitSettings limits(SettingsSection top) {
    LimitSettings standard = LimitSettings.DEFAULT;
    Optional<SettingsSection> section = top.table("limits");
    if (section.isEmpty()) {
      return standard;
    }
    SettingsSection in = section.get();
    in.refuseUnknown(LIMIT_KEYS);
    return new LimitSettings(
        in.number("file-bytes-max", standard.fileBytesMax(), 1, ManifestHead.FILE_BYTES_MAX),
        in.number("transfers-max", standard.transfersMax(), 1, LimitSettings.TRANSFERS_MAX),
        in.number(
            "catalog-names-max", standard.catalogNamesMax(), 1, LimitSettings.CATALOG_NAMES_MAX),
        in.number("reserve-bytes", standard.reserveBytes(), 0, LimitSettings.RESERVE_BYTES_MAX),
        in.number(
            "inbox-rest-millis",
            standard.inboxRestMillis(),
            0,
            LimitSettings.INBOX_REST_MILLIS_MAX),
        in.number("scrub-seconds", standard.scrubSeconds(), 0, LimitSettings.SCRUB_SECONDS_MAX));
  }

  private List<LinkSettings> links(SettingsSection top) {
    List<LinkSettings> links = new ArrayList<>();
    Set<Direction> taken = EnumSet.noneOf(Direction.class);
    for (SettingsSection entry : top.tables("link")) {
      entry.refuseUnknown(LINK_KEYS);
      Optional<Direction> direction = direction(entry);
      if (direction.isPresent() && !taken.add(direction.get())) {
        entry.fault("direction", direction.get() + " has a link already; one direction, one link");
      }
      int mtu =
          entry.number("mtu", TcpLink.MTU_DEFAULT, TcpLink.MTU_MIN, PacketHeader.PACKET_BYTES_MAX);
      boolean plain = entry.flag("plain", false);
      Optional<Fingerprint> key = neighborKey(entry, plain);
      boolean protects = plain || entry.has("neighbor-key") || mayBeUnprotected;
      Optional<TcpAddress> address = address(entry, protects);
      if (direction.isPresent() && address.isPresent()) {
        links.add(new LinkSettings(direction.get(), address.get(), mtu, plain, bulk(entry), key));
      }
    }
    return links;
  }

  private static Optional<String> programsGroup(SettingsSection top) {
    Optional<SettingsSection> section = top.table("programs");
    section.ifPresent(entry -> entry.refuseUnknown(PROGRAMS_KEYS));
    Optional<String> group = section.flatMap(entry -> entry.text("group"));
    if (group.isPresent() && group.get().isBlank()) {
      section.get().fault("group", "names no group; delete it where only the owner may");
      return Optional.empty();
    }
    return group;
  }

  private ItcSettings device(SettingsSection entry, List<LinkSettings> links) {
    entry.refuseUnknown(DEVICE_KEYS);
    ItcSettings stock = ItcSettings.T2;
    Set<Direction> directions = deviceDirections(entry).orElse(stock.directions());
    for (LinkSettings link : links) {
      if (directions.contains(link.direction())) {
        entry.fault(
            "directions", link.direction() + " has a [[link]] already; one direction, one link");
      }
    }
    return new ItcSettings(
        devicePath(entry, "device", stock.device()),
        devicePath(entry, "status", stock.status()),
        devicePath(entry, "statistics", stock.statistics()),
        directions,
        entry.number(
            "queued-bytes-max",
            stock.queuedBytesMax(),
            ItcSettings.QUEUED_BYTES_LEAST,
            ItcSettings.QUEUED_BYTES_MOST),
        entry.number(
            "drain-bytes-per-second",
            stock.drainBytesPerSecond(),
            ItcSettings.DRAIN_LEAST,
            ItcSettings.DRAIN_MOST),
        bulk(entry),
        entry.number("stuck-seconds", stock.stuckSeconds(), 1, ItcSettings.STUCK_SECONDS_MOST));
  }

  private static BulkLimits bulk(SettingsSection entry) {
    long bytesPerSecond =
        entry.has("bulk-bytes-per-second")
            ? entry.number(
                "bulk-bytes-per-second",
                LinkSettings.BULK_BYTES_PER_SECOND_MIN,
                LinkSettings.BULK_BYTES_PER_SECOND_MIN,
                LinkSettings.BULK_BYTES_PER_SECOND_MAX)
            : 0;
    int percent = entry.has("files-percent") ? entry.number("files-percent", 1, 1, 99) : 0;
    return new BulkLimits(bytesPerSecond, percent == 0 ? 0 : Tile.SERVICE, percent);
  }

  private Path devicePath(SettingsSection entry, String key, Path stock) {
    return entry.text(key).flatMap(text -> path(entry, key, text)).orElse(stock);
  }

  /** Those that are written and that a T2 tile has; or none, where that is not one at least. */
  private static Optional<Set<Direction>> deviceDirections(SettingsSection entry) {
    Optional<List<String>> texts = entry.texts("directions");
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    for (String text : texts.get()) {
      Optional<Direction> direction =
          Direction.ofText(text).filter(ItcSettings.T2_DIRECTIONS::contains);
      if (direction.isEmpty()) {
        entry.fault("directions", "'%s' is not one of NE ET SE SW WT NW".formatted(text));
      } else if (!directions.add(direction.get())) {
        entry.fault("directions", text + " stands there twice");
      }
    }
    if (texts.get().isEmpty()) {
      entry.fault("directions", "names none; delete [itc] where the tile has no packet device");
    }
    return Optional.of(directions).filter(some -> !some.isEmpty());
  }

  private static Optional<Direction> direction(SettingsSection entry) {
    Optional<String> text = entry.text("direction");
    Optional<Direction> direction = text.flatMap(Direction::ofText);
    if (text.isEmpty()) {
      entry.faultIfAbsent("direction", "missing; one of NT NE ET SE ST SW WT NW");
    } else if (direction.isEmpty()) {
      entry.fault("direction", "'%s' is not one of NT NE ET SE ST SW WT NW".formatted(text.get()));
    }
    return direction;
  }

  private static Optional<Fingerprint> neighborKey(SettingsSection entry, boolean plain) {
    Optional<String> text = entry.text("neighbor-key");
    Optional<Fingerprint> key = text.flatMap(Fingerprint::parse);
    if (text.isPresent() && key.isEmpty()) {
      entry.fault(
          "neighbor-key",
          "must be the 64 hex digits that 'tilecast links pair' shows on the neighbor's tile");
    }
    if (text.isPresent() && plain) {
      entry.fault("plain", "stands beside neighbor-key; a link is plain text or TLS, delete one");
    }
    return key;
  }

  private Optional<TcpAddress> address(SettingsSection entry, boolean everywhere) {
    boolean listens = entry.has("listen");
    boolean connects = entry.has("connect");
    if (listens == connects) {
      entry.fault(
          listens ? "connect" : "",
          (listens ? "stands beside listen" : "has neither listen nor connect")
              + "; one tile of a pair listens, the other connects");
      return Optional.empty();
    }
    if (listens) {
      return entry
          .text("listen")
          .flatMap(text -> hostPort(entry, "listen", "listen on", text, everywhere))
          .flatMap(at -> listen(entry, at));
    }
    if (entry.has("address-file")) {
      entry.fault("address-file", "is only for a link that listens; write connect = \"@PATH\"");
    }
    return entry.text("connect").flatMap(text -> connect(entry, text, everywhere));
  }

  private Optional<TcpAddress> listen(SettingsSection entry, HostPort at) {
    Optional<String> file = entry.text("address-file");
    if (file.isEmpty()) {
      return Optional.of(new TcpAddress.Listen(at, Optional.empty()));
    }
    return path(entry, "address-file", file.get())
        .map(path -> new TcpAddress.Listen(at, Optional.of(path)));
  }

  private Optional<TcpAddress> connect(SettingsSection entry, String text, boolean everywhere) {
    if (text.startsWith("@")) {
      return path(entry, "connect", text.substring(1)).map(TcpAddress.ConnectByFile::new);
    }
    Optional<HostPort> to = hostPort(entry, "connect", "connect to", text, everywhere);
    if (to.isPresent() && to.get().port() == 0) {
      entry.fault("connect", "nobody can connect to port 0; write the port that the other has");
      return Optional.empty();
    }
    return to.map(TcpAddress.Connect::new);
  }

  private static Optional<HostPort> hostPort(
      SettingsSection entry, String key, String verb, String text, boolean everywhere) {
    Optional<HostPort> parsed = HostPort.parse(text);
    if (parsed.isEmpty()) {
      entry.fault(key, "'%s' is not an address HOST:PORT".formatted(text));
    } else if (!parsed.get().isLoopback() && !everywhere) {
      entry.fault(key, TcpLink.refusedPlain(verb, parsed.get()));
    }
    return parsed;
  }

  private Optional<Path> path(SettingsSection entry, String key, String text) {
    try {
      if (!text.isEmpty()) {
        return Optional.of(home.resolve(text));
      }
      entry.fault(key, "names no file");
    } catch (InvalidPathException e) {
      entry.fault(key, "'%s' is not a path: %s".formatted(text, e.getReason()));
    }
    return Optional.empty();
  }

  private static Optional<ActivationRule> rule(SettingsSection entry) {
    entry.refuseUnknown(ACTIVATE_KEYS);
    Optional<String> name = entry.text("name");
    if (name.isEmpty()) {
      entry.faultIfAbsent("name", "missing; which names, as name = \"*.mfz\"");
    } else if (!ActivationRule.canMatch(name.get())) {
      entry.fault(
          "name",
          "'%s' can match no name: letters, digits, . _ - * ? and an end in .mfz or a star"
              .formatted(name.get()));
      name = Optional.empty();
    }
    Optional<List<String>> command = entry.texts("command");
    if (command.isPresent() && (command.get().isEmpty() || command.get().get(0).isBlank())) {
      entry.fault("command", "names no program");
      command = Optional.empty();
    }
    entry.faultIfAbsent(
        "command", "missing; what to run, as command = [\"PROGRAM\", \"ARGUMENT\"]");
    int seconds =
        entry.number(
            "timeout-seconds",
            ActivationRule.TIMEOUT_SECONDS_DEFAULT,
            1,
            ActivationRule.TIMEOUT_SECONDS_MAX);
    if (name.isEmpty() || command.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new ActivationRule(new Glob(name.get()), command.get(), seconds));
  }
}
