package dev.tilecast.transport.tcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port, as written in settings: {@code 127.0.0.1:7001}, {@code tile-3.lab:7001},
 * {@code [::1]:7001}. Making one looks no name up.
 *
 * @param host a name or a literal address, without brackets
 * @param port 0 to 65535; 0 lets a listener take any free port
 */
public record HostPort(String host, int port) {
  /** The longest text that {@link #parse} takes, in characters. */
  static final int TEXT_LENGTH_MAX = 270;

  private static final int PORT_MAX = 65535;
  private static final Pattern TEXT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)\\]|([A-Za-z0-9][A-Za-z0-9.-]*)):([0-9]{1,5})");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|::1|0:0:0:0:0:0:0:1");

  public HostPort {
    if (host.isEmpty() || port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("host '" + host + "', port " + port);
    }
  }

  /** The address that {@code text} spells, or empty. */
  public static Optional<HostPort> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (text.length() > TEXT_LENGTH_MAX || !matcher.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port > PORT_MAX) {
      return Optional.empty();
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return Optional.of(new HostPort(host, port));
  }

  /** Whether the text alone says that this is the own machine; looks no name up. */
  public boolean isLoopback() {
    return LOOPBACK.matcher(host).matches();
  }

  static HostPort of(InetSocketAddress address) {
    return new HostPort(address.getAddress().getHostAddress(), address.getPort());
  }

  /** Looks the host up; may take seconds for a name. */
  InetSocketAddress resolve() throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
