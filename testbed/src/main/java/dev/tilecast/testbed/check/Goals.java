package dev.tilecast.testbed.check;

import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a world must come to when nobody disturbs it any more (P5): along every path of links that
 * work, between tiles that trust the signer and have room, every tile has the same newest versions;
 * no transfer runs; the links are quiet.
 */
public final class Goals {
  /** What a quiet link may carry in one direction, in bytes a second (design, section 9). */
  public static final double QUIET_BYTES_PER_SECOND = 20;

  /** The share of DATA that may come in vain where links lose and delay nothing. */
  public static final double DUPLICATES_MAX = 0.02;

  private static final long DUPLICATES_FREE = 4;
  private static final double NANOS_PER_SECOND = 1e9;

  private final World world;
  private final BiPredicate<SimTile, SimFile> excused;

  /** What somebody lacked last: where nothing was done about it, the other files need no look. */
  private Optional<SimFile> lacked = Optional.empty();

  /**
   * The goals of {@code world}.
   *
   * @param excused tiles that cannot be asked to hold a file, since they have no room for it or
   *     lost a newer one
   */
  public Goals(World world, BiPredicate<SimTile, SimFile> excused) {
    this.world = world;
    this.excused = excused;
  }

  /** What one tile lacks, and the neighbor that has it, unless it lies on its own disk. */
  private record Lack(SimTile tile, SimFile file, Optional<SimTile> through, boolean isRotten) {
    /** In words, with what both tiles say of it now: that costs more than finding the lack. */
    String inWords() {
      SimFile held = tile.live().get(file.name());
      String what =
          isRotten
              ? "the disk of tile " + tile + " has changed its " + file.version() + ", and that"
              : "tile "
                  + tile
                  + " has "
                  + (held == null ? "no " + file.name() : held.version().toString())
                  + ", and "
                  + file.version();
      return what
          + " is within its reach"
          + through.map(from -> " through " + from).orElse("")
          + Situation.of(tile, file.name())
          + through.map(from -> "; of " + from + Situation.of(from, file.name())).orElse("");
    }
  }

  /** Whether the world is everywhere on the newest versions. */
  public boolean hasConverged() {
    return lack().isEmpty();
  }

  /** Why the world is not everywhere on the newest versions, or empty where it is. */
  public Optional<String> notConverged() {
    return lack().map(Lack::inWords);
  }

  /** A file that was dropped at a tile that runs, and of which nothing was said yet; or empty. */
  public Optional<String> dropped() {
    return world.tiles().stream()
        .filter(tile -> tile.isHonest() && tile.isRunning() && tile.hasDropped())
        .findFirst()
        .map(tile -> "tile " + tile + " has a file in its inbox");
  }

  private Optional<Lack> lack() {
    Map<SimTile, Map<Name, SimFile>> live = new LinkedHashMap<>();
    Map<Version, SimFile> versions = new LinkedHashMap<>();
    for (SimTile tile : world.tiles()) {
      if (tile.isHonest() && tile.isRunning()) {
        live.put(tile, tile.live());
        live.get(tile).values().forEach(file -> versions.putIfAbsent(file.version(), file));
      }
    }
    Map<SimTile, List<SimTile>> joined = joined(live.keySet());
    Optional<Lack> still = lacked.flatMap(file -> behind(file, live, joined));
    if (still.isPresent()) {
      return still;
    }
    for (SimFile file : versions.values()) {
      Optional<Lack> behind = behind(file, live, joined);
      if (behind.isPresent()) {
        lacked = Optional.of(file);
        return behind;
      }
    }
    return Optional.empty();
  }

  private Optional<Lack> behind(
      SimFile file, Map<SimTile, Map<Name, SimFile>> live, Map<SimTile, List<SimTile>> joined) {
    Deque<SimTile> next = new ArrayDeque<>();
    Set<SimTile> reached = new HashSet<>();
    Map<SimTile, SimTile> through = new HashMap<>();
    for (Map.Entry<SimTile, Map<Name, SimFile>> entry : live.entrySet()) {
      SimFile held = entry.getValue().get(file.name());
      // Who has it rotten hands it on only after somebody has mended it.
      boolean isSource = held != null && held.version().equals(file.version()) && !isRotten(held);
      if (isSource && takes(entry.getKey(), file)) {
        next.add(entry.getKey());
        reached.add(entry.getKey());
      }
    }
    while (!next.isEmpty()) {
      SimTile tile = next.remove();
      SimFile held = live.get(tile).get(file.name());
      if (held == null || file.version().isNewerThan(held.version())) {
        return Optional.of(new Lack(tile, file, Optional.ofNullable(through.get(tile)), false));
      }
      if (held.version().equals(file.version()) && isRotten(held)) {
        return Optional.of(new Lack(tile, file, Optional.ofNullable(through.get(tile)), true));
      }
      // Who has a newer one, which others may not take, does not hand on this one.
      boolean handsOn = held.version().equals(file.version());
      for (SimTile neighbor : handsOn ? joined.get(tile) : List.<SimTile>of()) {
        if (takes(neighbor, file) && reached.add(neighbor)) {
          through.put(neighbor, tile);
          next.add(neighbor);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the disk has changed {@code file} since it was checked. */
  private boolean isRotten(SimFile file) {
    return world.mint().genuine(file.id(), file.content()).isEmpty();
  }

  private boolean takes(SimTile tile, SimFile file) {
    return tile.model()
            .trust()
            .objectionTo(file.manifest().head().fingerprint(), file.name())
            .isEmpty()
        && !excused.test(tile, file);
  }

  private Map<SimTile, List<SimTile>> joined(Set<SimTile> tiles) {
    Map<String, SimTile> byLabel = new HashMap<>();
    Map<SimTile, List<SimTile>> joined = new LinkedHashMap<>();
    for (SimTile tile : tiles) {
      byLabel.put(tile.toString(), tile);
      joined.put(tile, new java.util.ArrayList<>());
    }
    for (SimLink link : world.links().values()) {
      SimTile a = byLabel.get(link.a().device().name());
      SimTile b = byLabel.get(link.b().device().name());
      boolean works =
          link.isPlugged()
              && link.carriesBothWays()
              && !link.a().isStalled()
              && !link.b().isStalled()
              && a != null
              && b != null;
      if (works && a.model().group().equals(b.model().group())) {
        joined.get(a).add(b);
        joined.get(b).add(a);
      }
    }
    return joined;
  }

  /** A transfer that still runs, or is kept for a version that is live already; or empty. */
  public Optional<String> transferOpen() {
    for (SimTile tile : world.tiles()) {
      Optional<TileReport> report = tile.report();
      if (report.isEmpty()) {
        continue;
      }
      for (TileReport.Transfer transfer : report.get().transfers()) {
        boolean asksInVain =
            !transfer.sources().isEmpty()
                && transfer.sources().stream().allMatch(from -> isStalled(tile, from));
        if (!transfer.parked() && !asksInVain && !comesFromExcused(tile, transfer)) {
          return Optional.of(
              "tile "
                  + tile
                  + " still pulls "
                  + transfer.name()
                  + " stamp "
                  + transfer.stamp()
                  + ", waiting for "
                  + transfer.phase().waitsFor());
        }
      }
    }
    return Optional.empty();
  }

  /** Whether what is asked for there, or the answer, waits in a device for some other neighbor. */
  private boolean isStalled(SimTile tile, Direction direction) {
    SimPort port = tile.device().port(direction);
    return world.links().values().stream()
        .filter(link -> link.a() == port || link.b() == port)
        .anyMatch(link -> link.a().isStalled() || link.b().isStalled());
  }

  /** Whether all that could be pulled of it is what a neighbor's disk has made of it. */
  private boolean comesFromExcused(SimTile tile, TileReport.Transfer transfer) {
    return transfer.sources().stream()
        .flatMap(from -> world.neighbor(tile, from).stream())
        .allMatch(
            neighbor -> {
              SimFile file = neighbor.live().get(transfer.name());
              return file != null && (isRotten(file) || excused.test(neighbor, file));
            });
  }

  /**
   * Whether {@code tile} knows of something that it lacks over a link whose packets wait in a
   * device for some other neighbor: it asks in vain, and tries again now and then.
   */
  public boolean asksInVain(SimTile tile) {
    return tile.report().stream()
        .flatMap(report -> report.claims().stream())
        .anyMatch(claim -> isStalled(tile, claim.from()));
  }

  /**
   * Whether a neighbor offers {@code tile} what its disk has made false, or the tile itself has
   * such a file: where nobody within reach has it whole, it is tried now and then, and each try is
   * written down.
   */
  public boolean isOfferedRot(SimTile tile) {
    if (tile.live().values().stream().anyMatch(this::isRotten)) {
      return true;
    }
    return tile.report().stream()
        .flatMap(report -> report.claims().stream())
        .anyMatch(
            claim ->
                world
                    .neighbor(tile, claim.from())
                    .filter(n -> n.live().containsKey(claim.name()))
                    .filter(n -> isRotten(n.live().get(claim.name())))
                    .isPresent());
  }

  /** Whether one of the tiles at the ends of the link at {@code port} is offered rot. */
  private boolean isBusyWithRot(SimPort port) {
    return endsOf(port).anyMatch(this::isOfferedRot);
  }

  private String situationAt(SimPort port) {
    return endsOf(port)
        .flatMap(
            tile -> tile.report().stream().map(r -> "\n    of " + tile + Situation.ofPulling(r)))
        .collect(Collectors.joining());
  }

  /** The tiles that the cable at {@code port} joins. */
  private Stream<SimTile> endsOf(SimPort port) {
    return world.links().values().stream()
        .filter(link -> link.a() == port || link.b() == port)
        .flatMap(link -> Stream.of(link.a(), link.b()))
        .flatMap(
            end ->
                world.tiles().stream().filter(tile -> tile.toString().equals(end.device().name())));
  }

  /**
   * A tile that took more DATA in vain than its share, on links that lose and delay nothing; or
   * empty. A handful may always be in vain, and of each file what the rule for its last bytes lets
   * a tile ask for twice (PROTOCOL.md, Pulling), if it did.
   */
  public Optional<String> duplicates() {
    for (SimTile tile : world.tiles()) {
      Optional<TileReport> report = tile.report();
      if (report.isEmpty()) {
        continue;
      }
      long taken = count(report.get(), "data");
      long inVain = count(report.get(), "data_not_needed") + count(report.get(), "data_not_asked");
      // What was under way of a transfer that ended, since the version came in another way, or from
      // a neighbor that has let go of it: NONE overtakes what it had sent.
      long forgotten =
          count(report.get(), "requests_forgotten") + count(report.get(), "requests_abandoned");
      double share = Math.max(taken * DUPLICATES_MAX, (double) twice(report.get()));
      if (inVain > DUPLICATES_FREE + forgotten + share) {
        return Optional.of(
            "tile "
                + tile
                + " took "
                + inVain
                + " of "
                + taken
                + " DATA messages in vain"
                + Situation.of(report.get()));
      }
    }
    return Optional.empty();
  }

  /** Packets that the tile has asked for twice, as far as it may. */
  private static long twice(TileReport report) {
    long transfers = report.counters().getOrDefault("transfers_begun", 0L);
    long free = transfers * (Limits.TWICE_BYTES_FREE / Codec.dataBytes(Codec.MTU_MIN) + 1);
    return Math.min(
        count(report, "asked_twice"), free + count(report, "data") / Limits.TWICE_SHARE);
  }

  private static long count(TileReport report, String counter) {
    return report.neighbors().stream()
        .mapToLong(neighbor -> neighbor.counters().getOrDefault(counter, 0L))
        .sum();
  }

  /** Bytes sent so far by each end of each link, to be compared later. */
  public Map<SimPort, Long> bytesSent() {
    Map<SimPort, Long> sent = new LinkedHashMap<>();
    for (SimLink link : world.links().values()) {
      for (SimPort port : List.of(link.a(), link.b())) {
        sent.put(port, port.counters().bytesSent());
      }
    }
    return sent;
  }

  /** An end of a link that has sent more than a quiet one may since {@code before}; or empty. */
  public Optional<String> notQuiet(Map<SimPort, Long> before, long spanNanos) {
    Map<SimPort, Long> after = bytesSent();
    Set<SimPort> ports = new LinkedHashSet<>(after.keySet());
    for (SimPort port : ports) {
      long bytes = after.get(port) - before.getOrDefault(port, 0L);
      double perSecond = bytes * NANOS_PER_SECOND / spanNanos;
      if (perSecond > QUIET_BYTES_PER_SECOND && !isBusyWithRot(port)) {
        return Optional.of(
            String.format(
                java.util.Locale.ROOT,
                "%s sends %.1f bytes a second, though nothing is left to tell%s",
                port,
                perSecond,
                situationAt(port)));
      }
    }
    return Optional.empty();
  }
}
