package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What the parts of the core share: the catalog, the neighbors, what was refused, and during a step
 * the instant and the list of effects.
 */
final class TileState {
  /** A refusal and when it was, for the report. */
  record RefusedAt(String name, String from, Refusal refusal, long at) {}

  final TileSettings settings;
  final RandomGenerator random;
  final Catalog catalog;
  final RotBook rot = new RotBook();
  final Map<Direction, Neighbor> neighbors = new EnumMap<>(Direction.class);
  final Deque<RefusedAt> refusals = new ArrayDeque<>();
  final Deque<TileReport.Equivocation> equivocations = new ArrayDeque<>();
  final Map<Name, ActivationState> activations = new TreeMap<>();

  /** What was found in {@code live/} at the start and could not stay there, by name. */
  final Map<Name, String> aside;

  /** Since when what went live in this run is live. */
  final Map<Name, Long> liveSince = new LinkedHashMap<>();

  final Map<String, Long> counters = new LinkedHashMap<>();
  private final Map<String, Budget> budgets = new TreeMap<>();
  Trust trust;

  /** Monotonic; of the step that is being taken. */
  long now;

  /** Where the step appends its effects. */
  List<Effect> out = new ArrayList<>();

  TileState(TileSettings settings, Restored restored, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
    this.catalog = new Catalog(restored.live(), restored.marks());
    this.aside = restored.aside();
    this.trust = restored.trust();
  }

  Limits limits() {
    return settings.limits();
  }

  Neighbor neighbor(Direction direction) {
    return neighbors.computeIfAbsent(direction, Neighbor::new);
  }

  /** The neighbors that are alive, by direction. */
  List<Neighbor> living() {
    List<Neighbor> living = new ArrayList<>(neighbors.size());
    for (Neighbor neighbor : neighbors.values()) {
      if (neighbor.isAlive()) {
        living.add(neighbor);
      }
    }
    return living;
  }

  void send(Neighbor to, Message message) {
    out.add(new Effect.Send(to.direction, message));
  }

  void advertise(Neighbor to, LiveEntry entry) {
    to.told.put(entry.version().name(), new Neighbor.Told(Rank.of(entry.version()), now));
    send(to, entry.advertisement());
  }

  /** An event that a neighbor caused: a few at once, then rarely, so that no disk wears out. */
  void eventBy(String from, TileEvent.Kind kind, String name, String text) {
    Budget budget =
        budgets.computeIfAbsent(
            from, f -> new Budget(Limits.EVENTS_BURST_MAX, Limits.EVENT_GAP_NANOS));
    if (budget.spend(now)) {
      event(kind, name, text);
    } else {
      count("events_left_out");
    }
  }

  void event(TileEvent.Kind kind, String name, String text) {
    out.add(new Save.Event(new TileEvent(kind, name, text)));
  }

  void count(String what) {
    counters.merge(what, 1L, Long::sum);
  }

  void count(String what, long by) {
    counters.merge(what, by, Long::sum);
  }

  /** Notes a refusal for the report; the same one again only moves to the front, silently. */
  void refused(String name, String from, Refusal refusal) {
    boolean known =
        refusals.removeIf(
            old -> old.name.equals(name) && old.from.equals(from) && old.refusal.equals(refusal));
    refusals.addFirst(new RefusedAt(name, from, refusal, now));
    if (refusals.size() > Limits.REFUSALS_SHOWN_MAX) {
      refusals.removeLast();
    }
    if (!known) {
      count("refused");
      eventBy(from, TileEvent.Kind.REFUSED, name, from + ": " + named(name, refusal.text()));
    }
  }

  private static String named(String name, String text) {
    return text.contains(name) ? text : name + ": " + text;
  }

  /** Notes that {@code from} shows the stamp of what is live here for another content. */
  void equivocation(LiveEntry live, Bytes otherDigestPrefix, String from) {
    TileReport.Equivocation seen =
        new TileReport.Equivocation(live.version(), otherDigestPrefix, from);
    if (equivocations.contains(seen)) {
      return;
    }
    equivocations.addFirst(seen);
    if (equivocations.size() > Limits.REFUSALS_SHOWN_MAX) {
      equivocations.removeLast();
    }
    count("equivocations");
    eventBy(
        from,
        TileEvent.Kind.EQUIVOCATION,
        live.version().name().text(),
        "two contents of "
            + live.version().name()
            + " bear the stamp "
            + live.version().stamp()
            + ": digests "
            + live.version().innerDigest().prefix(4).toHex()
            + " (here) and "
            + otherDigestPrefix.prefix(4).toHex()
            + " ("
            + from
            + "); the greater digest wins on every tile. Make the wanted one anew to settle it");
  }
}
