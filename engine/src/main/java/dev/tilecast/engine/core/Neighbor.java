package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tile at the far end of one direction, whether there is one at the moment or not. Told apart
 * by the direction, never by its id: a copied disk image copies ids, too.
 */
final class Neighbor {
  /** When and what we last told it of a name. */
  record Told(Rank rank, long at) {}

  final Direction direction;

  int linkMtu = Codec.MTU_MIN;
  private Presence presence = Presence.LINK_DOWN;

  /** When its presence changed last, or another boot of it came. */
  private long presenceSince = Long.MIN_VALUE;

  String note = "no link yet";
  Optional<Message.Hello> hello = Optional.empty();
  long heardAt = Long.MIN_VALUE;

  /** How often the diary is told of its coming and going, and what it has not been told yet. */
  final Budget events = new Budget(Limits.LINK_EVENTS_BURST, Limits.LINK_EVENT_GAP_NANOS);

  Optional<String> untold = Optional.empty();

  long helloAt = Long.MAX_VALUE;
  long helloInterval = Limits.HELLO_FIRST_NANOS;

  /** What it said it has, of names in our catalog. */
  final Map<Name, Rank> has = new LinkedHashMap<>();

  /** Versions of ours that it refused, in this boot of it. */
  final Map<Name, RefusedThere> refuses = new LinkedHashMap<>();

  final Map<Name, Told> told = new LinkedHashMap<>();

  /** What it has and we would want. */
  final ClaimBook claims = new ClaimBook();

  /** Names still to be told in this round. */
  final Deque<Name> tellQueue = new ArrayDeque<>();

  long tellAt = Long.MAX_VALUE;
  long tellInterval = Limits.TELL_MIN_NANOS;

  /** How often telling it may begin anew at its word. */
  final Budget freshStarts = new Budget(Limits.FRESH_STARTS_MAX, Limits.FRESH_START_GAP_NANOS);

  /** Turns of comparing digests since it or we changed, and when the first of them was. */
  int walks;

  long walkedAt = Long.MIN_VALUE / 2;

  /** DIGESTs of it that are looked at, and what is sent in answer to them. */
  final Budget walkBudget = new Budget(Limits.DIGESTS_BURST_MAX, Limits.DIGEST_GAP_NANOS);

  /** How often it is told all that is held of a transfer. */
  final Budget heldBudget = new Budget(Limits.HELD_BURST_MAX, Limits.HELD_GAP_NANOS);

  /** How often it may be gone while something is pulled on its word, and not be slowed down. */
  final Budget givesUp = new Budget(Limits.GIVES_UP_MAX, Limits.GIVES_UP_GAP_NANOS);

  /** The same for what it gives up for a newer version, while no seal proves the stamps. */
  final Budget movesOn = new Budget(Limits.MOVES_ON_MAX, Limits.MOVES_ON_GAP_NANOS);

  /** How often what it claims finds no room here before it has to wait. */
  final Budget findsNoRoom = new Budget(Limits.NO_ROOM_MAX, Limits.NO_ROOM_GAP_NANOS);

  /** Claims that are looked for when it takes one back. */
  final Budget takesBack = new Budget(Limits.ROTTEN_MAX, Limits.TAKE_BACK_GAP_NANOS);

  RequestWindow window = new RequestWindow();

  /** Bytes of files that came from this boot of it. */
  Flow flow = new Flow();

  /** Requests that were in flight when this neighbor was forgotten; to be asked elsewhere. */
  final List<RequestWindow.Request> abandoned = new ArrayList<>();

  /** Times that something was asked of it: which transfer comes first, changes with them. */
  int turns;

  /** When it was last served, and how many packets at that instant. */
  private long servedAt = Long.MIN_VALUE;

  private int served;

  int demerits;
  int failures;

  /** When the last transfer of its claims began: who has waited longest comes first. */
  long begunAt = Long.MIN_VALUE;

  /** When its present boot was first heard. */
  long bootHeardAt = Long.MIN_VALUE / 2;

  /**
   * Whether its last HELLO was of a boot that came too soon after another, so that what follows is
   * not the word of the one that is known.
   */
  boolean unknownBoot;

  long manifestAllowedAt = Long.MIN_VALUE;
  final Map<String, Long> counters = new LinkedHashMap<>();

  Neighbor(Direction direction) {
    this.direction = direction;
  }

  Presence presence() {
    return presence;
  }

  boolean isAlive() {
    return presence == Presence.ALIVE;
  }

  /** How long it is what it is now, at most since {@code startedAt}. */
  long presenceNanos(long startedAt, long now) {
    return now - Math.max(startedAt, presenceSince);
  }

  /** It is there, or gone, from {@code now} on; {@code why}, or an empty text. */
  void become(Presence other, String why, long now) {
    if (presence != other) {
      presence = other;
      presenceSince = now;
    }
    note = why;
  }

  /** Another tile, or another boot of it, is there from {@code now} on. */
  void startsAnew(long now) {
    presenceSince = now;
  }

  /** The longest packet that both ends take. */
  int mtu() {
    return hello.map(h -> Math.min(linkMtu, h.mtu())).orElse(Codec.MTU_MIN);
  }

  Optional<Bytes> root() {
    return hello.map(Message.Hello::catalogRoot);
  }

  /** Of the tile that last said HELLO. */
  long bootId() {
    return hello.map(Message.Hello::bootId).orElse(0L);
  }

  /** Whether nothing at all is live there. */
  boolean isEmpty() {
    return root().equals(Optional.of(CatalogTree.NOTHING));
  }

  void count(String what) {
    counters.merge(what, 1L, Long::sum);
  }

  void count(String what, long by) {
    if (by > 0) {
      counters.merge(what, by, Long::sum);
    }
  }

  /**
   * Nothing is heard of it, or the link is down: nothing is under way any more. What was said is
   * kept: if this boot of it comes back, it will not say again what it believes to be known, nor
   * what we refused.
   */
  void fallSilent(Presence other, String why, long now) {
    become(other, why, now);
    dropWhatIsUnderWay();
  }

  private void dropWhatIsUnderWay() {
    tellQueue.clear();
    abandoned.addAll(window.takeAll());
    window = new RequestWindow();
  }

  /** Another boot is there: nothing that was said to or by the one before counts any more. */
  void forget() {
    dropWhatIsUnderWay();
    hello = Optional.empty();
    has.clear();
    refuses.clear();
    told.clear();
    flow = new Flow();
    claims.otherBoot();
    walks = 0;
    tellAt = Long.MAX_VALUE;
    tellInterval = Limits.TELL_MIN_NANOS;
  }

  /**
   * How many of {@code packets} it may be served at this instant, which is one turn of the loop:
   * others wait for theirs.
   */
  int serve(int packets, long now) {
    if (servedAt != now) {
      servedAt = now;
      served = 0;
    }
    int granted = Math.min(packets, Limits.SERVED_PACKETS_MAX - served);
    served += granted;
    return granted;
  }

  /** A good chunk came from it. */
  void reward() {
    demerits = Math.max(0, demerits - 1);
  }

  void demerit(int weight) {
    demerits = Math.min(1000, demerits + weight);
  }

  /** A manifest that it offered failed: its next ones wait longer and longer. */
  void slowDown(long now) {
    failures = Math.min(failures + 1, 20);
    waitUntil(now + Math.min(Limits.SLOWED_MAX_NANOS, Limits.SLOWED_MIN_NANOS << failures));
  }

  /** Nothing more is begun on its word before {@code at}. */
  void waitUntil(long at) {
    manifestAllowedAt = Math.max(manifestAllowedAt, at);
  }
}
