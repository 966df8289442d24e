package dev.tilecast.engine.daemon;

import dev.tilecast.engine.physics.ActivationRule;
import dev.tilecast.transport.itc.ItcSettings;
import dev.tilecast.transport.tcp.TcpAddress;
import dev.tilecast.transport.tcp.TcpLink;
import org.tomlj.Toml;

/** The parts of a new tile's settings file, which is also the documentation of its keys. */
final class SettingsTemplate {
  private SettingsTemplate() {}

  static String head(String group) {
    LimitSettings limits = LimitSettings.DEFAULT;
    return """
        # Settings of one tile, read when its daemon starts. A key that is not known is an error.

        # The name of the grid. Tiles of another group exchange nothing with this one.
        group = %s

        # Bounds, with their defaults.
        [limits]
        # The largest file that is pulled or published, in bytes; at most 1 GiB. A quarter of the
        # free space bounds it, too.
        #file-bytes-max = %d
        # Versions pulled at once, 1 to %d: more would only slow each other on one slow link.
        # Of two or more the last is for a neighbor that has none: one neighbor alone has one less.
        #transfers-max = %d
        # Names that may be live, 1 to %d: each costs a few kilobytes of memory and disk.
        #catalog-names-max = %d
        # Free space on the disk that no transfer may touch, in bytes: the tile has other tenants.
        #reserve-bytes = %d
        # How long a file in the inbox must have been left alone before it is looked at, 0 to
        # %d: nothing tells when a copy is complete.
        #inbox-rest-millis = %d
        # Within so many seconds all live files are read again, bit by bit, to find what the disk
        # has changed; 0 to %d, 0 for never. The default is a week.
        #scrub-seconds = %d

        # One entry for each direction that is wired: NT NE ET SE ST SW WT NW.
        # One tile of a pair listens, the other connects.
        #[[link]]
        #direction = "ET"
        #listen = "127.0.0.1:7001"       # port 0 takes any free one
        #address-file = "run/link-ET.address"  # where a listener writes the address it has got
        #mtu = %d                     # longest packet in bytes, 255 to 65535
        # neighbor-key = "64 HEX DIGITS"  # written by 'tilecast links pair': makes the link TLS
        #plain = false                   # without neighbor-key, must be true where the address is
        #                                # not this machine: plain text, without authentication
        #bulk-bytes-per-second = 20000   # what files may take of it, 1000 or more; without this
        #                                # line, all that MFM and small packets leave
        #files-percent = 20              # of that, while other programs of this tile have bulk
        #                                # to send, 1 to 99; without this line, as much as each
        #[[link]]
        #direction = "WT"
        #connect = "127.0.0.1:7002"      # or "@PATH": the address stands in that file
        """
        .formatted(
            quoted(group),
            limits.fileBytesMax(),
            LimitSettings.TRANSFERS_MAX,
            limits.transfersMax(),
            LimitSettings.CATALOG_NAMES_MAX,
            limits.catalogNamesMax(),
            limits.reserveBytes(),
            LimitSettings.INBOX_REST_MILLIS_MAX,
            limits.inboxRestMillis(),
            LimitSettings.SCRUB_SECONDS_MAX,
            limits.scrubSeconds(),
            TcpLink.MTU_DEFAULT);
  }

  static String link(LinkSettings link) {
    StringBuilder out = new StringBuilder("\n[[link]]\n");
    line(out, "direction", quoted(link.direction().name()));
    TcpAddress address = link.address();
    if (address instanceof TcpAddress.Listen listen) {
      line(out, "listen", quoted(listen.at().toString()));
      listen.addressFile().ifPresent(file -> line(out, "address-file", quoted(file.toString())));
    } else if (address instanceof TcpAddress.Connect connect) {
      line(out, "connect", quoted(connect.to().toString()));
    } else if (address instanceof TcpAddress.ConnectByFile byFile) {
      line(out, "connect", quoted("@" + byFile.file()));
    } else {
      throw new AssertionError(address);
    }
    if (link.mtu() != TcpLink.MTU_DEFAULT) {
      line(out, "mtu", Integer.toString(link.mtu()));
    }
    link.neighborKey().ifPresent(key -> line(out, "neighbor-key", quoted(key.hex())));
    if (link.plain()) {
      line(out, "plain", "true");
    }
    if (link.bulk().bytesPerSecond() > 0) {
      line(out, "bulk-bytes-per-second", Long.toString(link.bulk().bytesPerSecond()));
    }
    if (link.bulk().percent() > 0) {
      line(out, "files-percent", Integer.toString(link.bulk().percent()));
    }
    return out.toString();
  }

  /** The packet device of a stock T2 tile, or the same as a comment. */
  static String device(boolean wanted) {
    ItcSettings stock = ItcSettings.T2;
    return """

        # The packet device of a T2 tile, with links to all its directions: an empty [itc] is
        # enough. Only one program can have it open, so the stock cdm must not run.
        %s[itc]
        #device = %s
        #status = %s
        # Counts what the driver has sent; where there is no such file, its queue is reckoned.
        #statistics = %s
        # Which of its six directions are used; all, unless they are named.
        #directions = ["NE", "SE", "SW", "NW"]
        # Bytes of ours in the driver's queue toward each direction, %d to %d: what MFM may have
        # to wait for. Less than two packets leaves the link idle between them.
        #queued-bytes-max = %d
        # What the driver is taken to send toward each direction where it counts nothing, %d to %d.
        #drain-bytes-per-second = %d
        # What files may take toward each direction, 1000 or more; without this line, all that is
        # left.
        #bulk-bytes-per-second = 20000
        # How much of that, in percent, while other programs of this tile have bulk to send, 1 to 99;
        # without this line, as much as each of them.
        #files-percent = 20
        # A packet that the driver has not taken after so long is told, 1 to %d.
        #stuck-seconds = %d
        """
        .formatted(
            wanted ? "" : "#",
            quoted(stock.device().toString()),
            quoted(stock.status().toString()),
            quoted(stock.statistics().toString()),
            ItcSettings.QUEUED_BYTES_LEAST,
            ItcSettings.QUEUED_BYTES_MOST,
            stock.queuedBytesMax(),
            ItcSettings.DRAIN_LEAST,
            ItcSettings.DRAIN_MOST,
            stock.drainBytesPerSecond(),
            ItcSettings.STUCK_SECONDS_MOST,
            stock.stuckSeconds());
  }

  static String tail() {
    return """

        # Programs on this tile reach neighbors through sockets in run/svc and run/tile: those of
        # the owner of this home, and of the members of a group, where one is named.
        #[programs]
        #group = "mfm"

        # What to do when a version goes live; nothing, unless an entry names it. The command runs
        # once for each version of a name that matches; it is tried again until it ends with 0 or
        # the name has a newer version. The first entry that matches a name counts. The command
        # finds TILECAST_FILE, TILECAST_NAME, TILECAST_STAMP, TILECAST_DIGEST and TILECAST_HOME in
        # its environment; its output is kept in active/NAME.log.
        #[[activate]]
        #name = "*.mfz"                  # * is any characters, ? one
        #command = ["sh", "-c", "pkill mfmt2 || [ $? = 1 ]"]
        #timeout-seconds = %d            # then it is killed, with all that it started; 1 to %d
        """
        .formatted(ActivationRule.TIMEOUT_SECONDS_DEFAULT, ActivationRule.TIMEOUT_SECONDS_MAX);
  }

  private static void line(StringBuilder out, String key, String value) {
    out.append(key).append(" = ").append(value).append('\n');
  }

  private static String quoted(String text) {
    return "\"" + Toml.tomlEscape(text) + "\"";
  }
}
