package dev.tilecast.testbed.bench;

import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The earliest instants at which a file without a seal can be live on each tile, whatever the
 * protocol: a tile serves nothing before it has the whole file, but may pull from every neighbor
 * that has it at once, from each at the full rate of that link.
 *
 * @param fileBytes the file
 * @param payloadPerSecond bytes of a file that one link carries in a second
 * @param waitNanos from a neighbor's file being live until its first byte can arrive: it is told,
 *     asked for, and sent
 * @param workNanos from the last byte until the file is live: inspection and promotion
 */
record HopByHop(long fileBytes, double payloadPerSecond, long waitNanos, long workNanos) {
  private static final double NANOS_PER_SECOND = 1e9;

  private record Candidate(double at, Place place) {}

  /** Nanoseconds from the file being live on {@code start}, for every place that it can reach. */
  Map<Place, Double> earliest(Topology topology, Place start) {
    Map<Place, List<Place>> joined = new HashMap<>();
    for (Cable cable : topology.cables()) {
      joined.computeIfAbsent(cable.a(), place -> new ArrayList<>()).add(cable.b());
      joined.computeIfAbsent(cable.b(), place -> new ArrayList<>()).add(cable.a());
    }
    Map<Place, Double> earliest = new LinkedHashMap<>();
    Map<Place, List<Double>> suppliers = new HashMap<>();
    PriorityQueue<Candidate> next = new PriorityQueue<>((a, b) -> Double.compare(a.at(), b.at()));
    next.add(new Candidate(0, start));
    while (!next.isEmpty()) {
      Candidate first = next.remove();
      if (earliest.putIfAbsent(first.place(), first.at()) != null) {
        continue;
      }
      for (Place neighbor : joined.getOrDefault(first.place(), List.of())) {
        if (!earliest.containsKey(neighbor)) {
          List<Double> live = suppliers.computeIfAbsent(neighbor, place -> new ArrayList<>());
          live.add(first.at());
          next.add(new Candidate(pulledFrom(live), neighbor));
        }
      }
    }
    return earliest;
  }

  /** When a tile has it whose neighbors have had it since {@code live}, in their order. */
  private double pulledFrom(List<Double> live) {
    double alone = fileBytes / payloadPerSecond * NANOS_PER_SECOND;
    double begins = 0;
    double ends = Double.MAX_VALUE;
    for (int count = 1; count <= live.size(); count++) {
      double from = live.get(count - 1) + waitNanos;
      if (from >= ends) {
        break;
      }
      begins += from;
      // Each of them has sent since its own beginning, and together they have sent one file.
      ends = (alone + begins) / count;
    }
    return ends + workNanos;
  }
}
