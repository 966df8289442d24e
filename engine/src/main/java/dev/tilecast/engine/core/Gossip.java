package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Who is there, and who is told what, when: HELLO with its intervals, the catalog told to a
 * neighbor that differs until it has acknowledged or refused every name, and old news answered with
 * new (PROTOCOL.md, Telling).
 */
final class Gossip {
  private final TileState tile;
  private final Walk walk;

  Gossip(TileState tile) {
    this.tile = tile;
    this.walk = new Walk(tile);
  }

  void linkUp(Neighbor neighbor, int mtu) {
    neighbor.fallSilent(Presence.SILENT, "the link is up, but nobody has said HELLO yet", tile.now);
    neighbor.linkMtu = Math.min(mtu, Codec.MTU_MAX);
    neighbor.count("links_up");
    neighbor.helloInterval = Limits.HELLO_FIRST_NANOS;
    sendHello(neighbor);
  }

  void linkDown(Neighbor neighbor, String why) {
    boolean wasAlive = neighbor.isAlive();
    neighbor.fallSilent(Presence.LINK_DOWN, "the link is down: " + why, tile.now);
    if (wasAlive) {
      event(neighbor, neighbor.note);
    }
    neighbor.helloAt = Long.MAX_VALUE;
  }

  void tick() {
    for (Neighbor neighbor : tile.neighbors.values()) {
      tellEvent(neighbor);
      if (tile.now >= deadAt(neighbor)) {
        neighbor.count("silences");
        neighbor.fallSilent(
            Presence.SILENT,
            "nothing heard for three of its intervals; the link itself is up",
            tile.now);
        event(neighbor, neighbor.note);
        neighbor.helloInterval = Limits.HELLO_FIRST_NANOS;
        neighbor.helloAt = tile.now;
      }
      if (tile.now >= neighbor.helloAt) {
        sendHello(neighbor);
      }
      if (neighbor.isAlive() && tile.now >= neighbor.tellAt) {
        tell(neighbor);
      }
    }
  }

  long wakeAt() {
    long at = Long.MAX_VALUE;
    for (Neighbor neighbor : tile.neighbors.values()) {
      at = Math.min(at, Math.min(neighbor.helloAt, deadAt(neighbor)));
      if (neighbor.untold.isPresent()) {
        at = Math.min(at, neighbor.events.nextAt());
      }
      if (neighbor.isAlive()) {
        at = Math.min(at, neighbor.tellAt);
      }
    }
    return at;
  }

  /** Takes a HELLO. */
  void hello(Neighbor from, Message.Hello hello) {
    boolean otherBoot = from.hello.map(known -> known.bootId() != hello.bootId()).orElse(true);
    Optional<String> objection = objectionTo(hello);
    if (objection.isPresent()) {
      boolean known = from.note.equals(objection.get());
      from.forget();
      from.claims.clear();
      from.hello = Optional.of(hello);
      from.become(Presence.STRANGER, objection.get(), tile.now);
      if (otherBoot) {
        from.startsAnew(tile.now);
      }
      if (!known) {
        event(from, objection.get());
      }
      return;
    }
    if (otherBoot && tile.now - from.bootHeardAt < Limits.BOOT_GAP_NANOS) {
      from.count("boots_too_quick");
      from.unknownBoot = true;
      return;
    }
    from.unknownBoot = false;
    boolean back = otherBoot || !from.isAlive();
    boolean moved = !from.root().equals(Optional.of(hello.catalogRoot()));
    if (otherBoot) {
      from.forget();
      from.startsAnew(tile.now);
      from.bootHeardAt = tile.now;
      from.count("boots_seen");
    }
    from.hello = Optional.of(hello);
    from.become(Presence.ALIVE, "", tile.now);
    if (back) {
      event(from, "tile " + hello.tileId().prefix(4).toHex() + " is there");
      from.helloInterval = Limits.HELLO_MIN_NANOS;
      sendHello(from);
    } else if (isLookingForUs(hello)) {
      introduce(from);
    }
    // Who speaks often has news, or does not hear us: it may need our word as soon.
    from.helloAt = Math.min(from.helloAt, tile.now + longestHello(from));
    if (back || moved) {
      tellAnew(from, tile.now);
    }
  }

  /** Takes what {@code from} has under one prefix of the catalog's keys. */
  void digest(Neighbor from, Message.Digest digest) {
    if (!from.walkBudget.spend(tile.now)) {
      from.count("digests_over_budget");
      return;
    }
    from.walks = Limits.WALKS_MAX;
    if (walk.take(from, digest) && from.tellAt > tile.now + Limits.TELL_MIN_NANOS) {
      tellAnew(from, tile.now + jitter(Limits.TELL_MIN_NANOS));
    }
    if (from.tellAt != Long.MAX_VALUE && digest.form() != Message.Digest.Form.ENTRIES_TOO) {
      // More may follow; what is still untold a second after the last word is told.
      from.tellAt = Math.max(from.tellAt, tile.now + Limits.WALK_NANOS);
    }
  }

  private Optional<String> objectionTo(Message.Hello hello) {
    if (hello.bootId() == tile.settings.bootId()) {
      return Optional.of("this link leads back to this very tile");
    }
    if (!hello.groupId().equals(tile.settings.groupId())) {
      return Optional.of("it belongs to another group than '" + tile.settings.group() + "'");
    }
    if (hello.versionMin() > Codec.VERSION || hello.versionMax() < Codec.VERSION) {
      return Optional.of(
          "it speaks protocol versions "
              + hello.versionMin()
              + " to "
              + hello.versionMax()
              + ", we speak "
              + Codec.VERSION);
    }
    return Optional.empty();
  }

  /**
   * Whether its sender knows nobody here: its end of the link has been down, which ours need not
   * have noticed.
   */
  private static boolean isLookingForUs(Message.Hello hello) {
    return hello.nextSeconds() * 1_000_000_000L < Limits.HELLO_MIN_NANOS;
  }

  /** Answers somebody who looks for us, speaks without having said HELLO, or in a newer version. */
  void introduce(Neighbor to) {
    if (to.presence().isLinkUp() && to.helloAt > tile.now + Limits.HELLO_FIRST_NANOS) {
      to.helloAt = tile.now + Limits.HELLO_FIRST_NANOS;
    }
  }

  /** Takes note that {@code from} has what we have; tells it the same where it may not know. */
  void same(Neighbor from, LiveEntry entry) {
    Name name = entry.version().name();
    Rank rank = Rank.of(entry.version());
    boolean repeated = rank.equals(from.has.put(name, rank));
    Neighbor.Told told = from.told.get(name);
    boolean knows = told != null && told.rank().equals(rank);
    boolean missedOurs = repeated && knows && tile.now - told.at() > Limits.REPEAT_GAP_NANOS;
    if (!knows || missedOurs) {
      tile.advertise(from, entry);
    }
  }

  /** {@code from} still pulls what {@code entry} is here, or something older: it may want ours. */
  void pulling(Neighbor from, LiveEntry entry) {
    Name name = entry.version().name();
    Neighbor.Told told = from.told.get(name);
    boolean knows = told != null && told.rank().equals(Rank.of(entry.version()));
    if (!knows && !isRotten(name) && !refused(from, entry)) {
      tile.advertise(from, entry);
    }
  }

  /** {@code from} showed something older than {@code entry}. */
  void older(Neighbor from, LiveEntry entry, Rank theirs) {
    Name name = entry.version().name();
    from.has.put(name, theirs);
    Neighbor.Told told = from.told.get(name);
    boolean justTold = told != null && tile.now - told.at() < Limits.ANSWER_GAP_NANOS;
    if (isRotten(name)) {
      return;
    }
    if (!justTold && !refused(from, entry)) {
      tile.advertise(from, entry);
      tellAnew(from, tile.now + jitter(Limits.TELL_MIN_NANOS));
    }
  }

  /** {@code entry} has just become live: everybody is told in this very batch. */
  void announce(LiveEntry entry) {
    for (Neighbor neighbor : tile.living()) {
      tile.advertise(neighbor, entry);
      neighbor.helloInterval = Limits.HELLO_MIN_NANOS;
      neighbor.helloAt = Math.min(neighbor.helloAt, tile.now + Limits.HELLO_NEWS_NANOS);
      tellSoon(neighbor, tile.now + jitter(Limits.TELL_MIN_NANOS));
    }
  }

  /** {@code entry} is whole again: whoever refused it may have asked for it in vain since. */
  void wholeAgain(LiveEntry entry) {
    for (Neighbor neighbor : tile.neighbors.values()) {
      neighbor.refuses.remove(entry.version().name());
    }
    announce(entry);
  }

  /**
   * {@code entry} is rotten, and nobody makes it whole: whoever was told that it can be had here,
   * and has not got it, is told that it cannot.
   */
  void takeBack(LiveEntry entry) {
    Name name = entry.version().name();
    Rank rank = Rank.of(entry.version());
    for (Neighbor neighbor : tile.living()) {
      Neighbor.Told told = neighbor.told.get(name);
      if (told != null && told.rank().equals(rank) && lacks(neighbor, entry)) {
        neighbor.told.remove(name);
        tile.send(neighbor, new Message.None(entry.manifestId().firstInt(), Reason.NOT_HELD));
      }
    }
  }

  /** Asks every neighbor whether it has what is live here as {@code names}. */
  void askWhoHas(List<Name> names) {
    tile.living().forEach(neighbor -> walk.ask(neighbor, names));
  }

  private static boolean refused(Neighbor neighbor, LiveEntry entry) {
    RefusedThere refused = neighbor.refuses.get(entry.version().name());
    return refused != null && refused.rank().equals(Rank.of(entry.version()));
  }

  /** At a neighbor's word, and so not as often as it likes. */
  private void tellAnew(Neighbor neighbor, long at) {
    if (neighbor.freshStarts.spend(tile.now)) {
      tellSoon(neighbor, at);
    } else {
      neighbor.count("fresh_starts_over_budget");
      long later = tile.now + Limits.FRESH_START_GAP_NANOS;
      neighbor.tellAt = Math.min(neighbor.tellAt, later);
    }
  }

  private void tellSoon(Neighbor neighbor, long at) {
    if (tile.now - neighbor.walkedAt >= Limits.WALK_GAP_NANOS) {
      neighbor.walks = 0;
    }
    neighbor.tellInterval = Limits.TELL_MIN_NANOS;
    neighbor.tellAt = Math.min(neighbor.tellAt, at);
  }

  private void tell(Neighbor to) {
    if (to.tellQueue.isEmpty()) {
      List<Name> untold = untold(to);
      if (untold.isEmpty()) {
        to.tellAt = Long.MAX_VALUE;
        return;
      }
      boolean many = untold.size() > Limits.TELL_DIRECTLY_MAX;
      if (many && to.walks < Limits.WALKS_MAX && !to.isEmpty()) {
        compare(to);
        return;
      }
      to.tellQueue.addAll(untold);
    }
    int told = 0;
    while (told < Limits.TELL_BATCH && !to.tellQueue.isEmpty()) {
      Optional<LiveEntry> entry = tile.catalog.get(to.tellQueue.removeFirst());
      if (entry.isPresent() && needs(to, entry.get())) {
        tile.advertise(to, entry.get());
        told++;
      }
    }
    if (!to.tellQueue.isEmpty()) {
      to.tellAt = tile.now + Limits.TELL_BATCH_NANOS;
      return;
    }
    to.tellAt = tile.now + jitter(to.tellInterval);
    to.tellInterval = Math.min(Limits.TELL_MAX_NANOS, to.tellInterval * 2);
  }

  /** Most of what is untold may be known there: a walk finds out, if the neighbor can. */
  private void compare(Neighbor to) {
    if (to.walks == 0) {
      to.walkedAt = tile.now;
    }
    boolean theirTurn = to.walks == 0 && to.bootId() < tile.settings.bootId();
    if (!theirTurn) {
      walk.begin(to);
    }
    to.walks++;
    to.tellAt = tile.now + (theirTurn ? Limits.WALK_TURN_NANOS : Limits.WALK_NANOS);
  }

  /**
   * With a HELLO: one of those that a neighbor neither took nor refused, lest it waits for minutes
   * until it is told again, where it has only begun to hear us.
   */
  private void remind(Neighbor to) {
    boolean calm = to.tellAt != Long.MAX_VALUE && to.tellAt > tile.now + Limits.TELL_MIN_NANOS;
    if (calm && to.tellQueue.isEmpty()) {
      List<Name> untold = untold(to);
      if (!untold.isEmpty()) {
        tile.catalog.get(untold.get(0)).ifPresent(entry -> tile.advertise(to, entry));
      }
    }
  }

  private List<Name> untold(Neighbor to) {
    if (to.root().equals(Optional.of(tile.catalog.root()))) {
      return List.of();
    }
    List<Name> names = new ArrayList<>();
    for (LiveEntry entry : tile.catalog.entries()) {
      if (needs(to, entry)) {
        names.add(entry.version().name());
      }
    }
    for (int i = names.size() - 1; i > 0; i--) {
      Collections.swap(names, i, tile.random.nextInt(i + 1));
    }
    return names;
  }

  /** What cannot be had whole here is told once it is whole again. */
  private boolean isRotten(Name name) {
    return tile.rot.get(name).isPresent();
  }

  private boolean needs(Neighbor neighbor, LiveEntry entry) {
    return lacks(neighbor, entry) && !isRotten(entry.version().name());
  }

  /** Whether {@code neighbor} has neither shown to have {@code entry} nor refused it. */
  static boolean lacks(Neighbor neighbor, LiveEntry entry) {
    Rank theirs = neighbor.has.get(entry.version().name());
    boolean behind = theirs == null || Rank.of(entry.version()).isAbove(theirs);
    Name name = entry.version().name();
    Optional<Claim> claim = neighbor.claims.whole(name).filter(c -> !c.inherited());
    if (claim.isPresent() && claim.get().rank().isAbove(Rank.of(entry.version()))) {
      // It has a newer one, which we do not take: it knows that ours is old.
      return false;
    }
    return behind && !refused(neighbor, entry);
  }

  private void sendHello(Neighbor to) {
    long interval = to.isAlive() ? Math.min(longestHello(to), to.helloInterval) : to.helloInterval;
    long max = to.isAlive() ? Limits.HELLO_MAX_NANOS : Limits.HELLO_MIN_NANOS;
    to.helloAt = tile.now + interval;
    to.helloInterval = Math.min(max, to.helloInterval * 2);
    tile.send(
        to,
        new Message.Hello(
            Codec.VERSION,
            Codec.VERSION,
            tile.settings.bootId(),
            tile.settings.tileId(),
            tile.settings.groupId(),
            to.linkMtu,
            (int) ((interval + 999_999_999L) / 1_000_000_000L),
            tile.catalog.root()));
    if (to.isAlive()) {
      remind(to);
    }
  }

  /** Twice as rarely as the neighbor itself, but for the bounds of both. */
  private static long longestHello(Neighbor to) {
    long theirs = to.hello.map(Message.Hello::nextSeconds).orElse(1) * 1_000_000_000L;
    return Math.min(Limits.HELLO_MAX_NANOS, Math.max(Limits.HELLO_MIN_NANOS, 2 * theirs));
  }

  /**
   * A flapping link must not fill the diary, nor wear out the disk; the last word is told, perhaps
   * later.
   */
  private void event(Neighbor neighbor, String text) {
    neighbor.untold = Optional.of(text);
    tellEvent(neighbor);
  }

  private void tellEvent(Neighbor neighbor) {
    if (neighbor.untold.isPresent() && neighbor.events.spend(tile.now)) {
      tile.event(TileEvent.Kind.LINK, "", neighbor.direction + ": " + neighbor.untold.get());
      neighbor.untold = Optional.empty();
    }
  }

  private static long deadAt(Neighbor neighbor) {
    if (!neighbor.isAlive() && neighbor.presence() != Presence.STRANGER) {
      return Long.MAX_VALUE;
    }
    int seconds = neighbor.hello.isPresent() ? neighbor.hello.get().nextSeconds() : 1;
    long interval = seconds * 1_000_000_000L;
    return neighbor.heardAt + Limits.HELLOS_MISSED_MAX * interval;
  }

  /** Between half and all of {@code interval}, so that tiles do not speak in step. */
  private long jitter(long interval) {
    return interval / 2 + tile.random.nextLong(interval / 2 + 1);
  }
}
