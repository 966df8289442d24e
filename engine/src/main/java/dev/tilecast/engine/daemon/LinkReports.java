package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.LinkCounters;
import dev.tilecast.transport.Switch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Adds to the core's report what only the links know: packets, bytes, drops, foreign packets. */
final class LinkReports {
  private final Switch links;
  private final InputQueue inputs;
  private final Serving serving;

  /** Puts in what others count of this tile, so that the map of a report is made once. */
  private volatile Consumer<Map<String, Long>> others = counters -> {};

  LinkReports(Switch links, InputQueue inputs, Serving serving) {
    this.links = links;
    this.inputs = inputs;
    this.serving = serving;
  }

  void alsoCounts(Consumer<Map<String, Long>> counting) {
    others = counting;
  }

  TileReport complete(TileReport report) {
    List<TileReport.Neighbor> neighbors = new ArrayList<>();
    for (TileReport.Neighbor neighbor : report.neighbors()) {
      neighbors.add(complete(neighbor));
    }
    Map<String, Long> counters = new TreeMap<>(report.counters());
    counters.put("inputs_dropped_urgent", inputs.droppedUrgent());
    counters.put("inputs_dropped_bulk", inputs.droppedBulk());
    counters.put("wants_without_room", serving.withoutRoom());
    others.accept(counters);
    return report.with(neighbors, counters);
  }

  private TileReport.Neighbor complete(TileReport.Neighbor neighbor) {
    Direction direction = neighbor.direction();
    Map<String, Long> counters = new TreeMap<>(neighbor.counters());
    links.faults(direction).forEach((fault, count) -> counters.put(fault.counter(), count));
    Optional<Link> link = links.link(direction);
    link.ifPresent(its -> add(its.counters(), counters));
    link.ifPresent(its -> counters.putAll(its.furtherCounters()));
    return neighbor.with(counters);
  }

  private static void add(LinkCounters link, Map<String, Long> counters) {
    counters.put("link_packets_sent", link.packetsSent());
    counters.put("link_bytes_sent", link.bytesSent());
    counters.put("link_packets_received", link.packetsReceived());
    counters.put("link_bytes_received", link.bytesReceived());
    counters.put("link_packets_dropped", link.dropped());
    counters.put("link_connects", link.connects());
    counters.put("link_vanished", link.vanished());
    counters.put("link_handshakes_failed", link.handshakesFailed());
    counters.put("link_foreign_keys", link.foreignKeys());
  }
}
