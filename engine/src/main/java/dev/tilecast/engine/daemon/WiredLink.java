package dev.tilecast.engine.daemon;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.itc.ItcSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One link of a tile, of whatever kind.
 *
 * @param direction where it leads
 * @param where the address or the device, as in the settings
 * @param protection what protects it
 * @param pinned the fingerprint that its neighbor must show, where it is paired
 */
public record WiredLink(
    Direction direction, String where, LinkProtection protection, Optional<String> pinned) {

  /** All links of {@code settings}. */
  static List<WiredLink> of(Settings settings) {
    List<WiredLink> links = new ArrayList<>();
    for (LinkSettings link : settings.links()) {
      links.add(new WiredLink(link.direction(), link.where(), link.protection(), link.pinned()));
    }
    settings.device().ifPresent(device -> links.addAll(of(device)));
    return links;
  }

  private static List<WiredLink> of(ItcSettings device) {
    String where = device.device().toString();
    return device.directions().stream()
        .sorted()
        .map(each -> new WiredLink(each, where, LinkProtection.CABLE, Optional.empty()))
        .toList();
  }
}
