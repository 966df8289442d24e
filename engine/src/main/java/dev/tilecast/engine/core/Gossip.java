package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
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

  Gossip(TileState tile) {
    this.tile = tile;
  }

  void linkUp(Neighbor neighbor, int mtu) {
    neighbor.fallSilent();
    neighbor.linkUp = true;
    neighbor.linkMtu = Math.min(mtu, Codec.MTU_MAX);
    neighbor.note = "the link is up, but nobody has said HELLO yet";
    neighbor.count("links_up");
    neighbor.helloInterval = Limits.HELLO_FIRST_NANOS;
    sendHello(neighbor);
  }

  void linkDown(Neighbor neighbor, String why) {
    boolean wasAlive = neighbor.alive;
    neighbor.fallSilent();
    neighbor.linkUp = false;
    neighbor.note = "the link is down: " + why;
    if (wasAlive) {
      event(neighbor, neighbor.note);
    }
    neighbor.helloAt = Long.MAX_VALUE;
  }

  void tick() {
    for (Neighbor neighbor : tile.neighbors.values()) {
      if (neighbor.linkUp && tile.now >= deadAt(neighbor)) {
        neighbor.count("silences");
        neighbor.fallSilent();
        neighbor.note = "nothing heard for three of its intervals; the link itself is up";
        event(neighbor, neighbor.note);
        neighbor.helloInterval = Limits.HELLO_FIRST_NANOS;
        neighbor.helloAt = tile.now;
      }
      if (tile.now >= neighbor.helloAt) {
        sendHello(neighbor);
      }
      if (neighbor.alive && tile.now >= neighbor.tellAt) {
        tell(neighbor);
      }
    }
  }

  long wakeAt() {
    long at = Long.MAX_VALUE;
    for (Neighbor neighbor : tile.neighbors.values()) {
      at = Math.min(at, Math.min(neighbor.helloAt, deadAt(neighbor)));
      if (neighbor.alive) {
        at = Math.min(at, neighbor.tellAt);
      }
    }
    return at;
  }

  /** Takes a HELLO. */
  void hello(Neighbor from, Message.Hello hello) {
    Optional<String> objection = objectionTo(hello);
    if (objection.isPresent()) {
      from.forget();
      from.claims.clear();
      from.hello = Optional.of(hello);
      from.note = objection.get();
      return;
    }
    boolean otherBoot = from.hello.map(known -> known.bootId() != hello.bootId()).orElse(true);
    if (otherBoot && tile.now - from.bootHeardAt < Limits.BOOT_GAP_NANOS) {
      from.count("boots_too_quick");
      return;
    }
    boolean back = otherBoot || !from.alive;
    boolean moved = !from.root().equals(Optional.of(hello.catalogRoot()));
    if (otherBoot) {
      from.forget();
      from.bootHeardAt = tile.now;
      from.count("boots_seen");
    }
    from.hello = Optional.of(hello);
    from.alive = true;
    from.note = "";
    if (back) {
      event(from, "tile " + hello.tileId().prefix(4).toHex() + " is there");
      from.helloInterval = Limits.HELLO_MIN_NANOS;
      sendHello(from);
    }
    if (back || moved) {
      tellSoon(from, tile.now);
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

  /** Answers somebody who speaks without having said HELLO, or in a newer version. */
  void introduce(Neighbor to) {
    if (to.linkUp && to.helloAt > tile.now + Limits.HELLO_FIRST_NANOS) {
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
      tellSoon(from, tile.now + jitter(Limits.TELL_MIN_NANOS));
    }
  }

  /** {@code entry} has just become live: everybody is told in this very batch. */
  void announce(LiveEntry entry) {
    for (Neighbor neighbor : tile.living()) {
      tile.advertise(neighbor, entry);
      neighbor.helloInterval = Limits.HELLO_MIN_NANOS;
      neighbor.helloAt = Math.min(neighbor.helloAt, tile.now + Limits.HELLO_NEWS_NANOS);
      neighbor.tellInterval = Limits.TELL_MIN_NANOS;
      tellSoon(neighbor, tile.now + jitter(Limits.TELL_MIN_NANOS));
    }
  }

  private static boolean refused(Neighbor neighbor, LiveEntry entry) {
    return Rank.of(entry.version()).equals(neighbor.refuses.get(entry.version().name()));
  }

  private void tellSoon(Neighbor neighbor, long at) {
    neighbor.tellInterval = Limits.TELL_MIN_NANOS;
    neighbor.tellAt = Math.min(neighbor.tellAt, at);
  }

  private void tell(Neighbor to) {
    if (to.tellQueue.isEmpty()) {
      to.tellQueue.addAll(untold(to));
      if (to.tellQueue.isEmpty()) {
        to.tellAt = Long.MAX_VALUE;
        return;
      }
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
    Rank theirs = neighbor.has.get(entry.version().name());
    boolean behind = theirs == null || Rank.of(entry.version()).isAbove(theirs);
    Name name = entry.version().name();
    Optional<Claim> claim =
        neighbor.claims.get(name).filter(c -> !neighbor.claims.isInherited(name));
    if (claim.isPresent() && claim.get().rank().isAbove(Rank.of(entry.version()))) {
      // It has a newer one, which we do not take: it knows that ours is old.
      return false;
    }
    return behind && !refused(neighbor, entry) && !isRotten(name);
  }

  private void sendHello(Neighbor to) {
    long interval = to.helloInterval;
    to.helloAt = tile.now + interval;
    boolean heard = to.alive;
    long max = heard ? Limits.HELLO_MAX_NANOS : Limits.HELLO_MIN_NANOS;
    to.helloInterval = Math.min(max, interval * 2);
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
  }

  /** A flapping link must not fill the diary, nor wear out the disk. */
  private void event(Neighbor neighbor, String text) {
    if (tile.now - neighbor.eventAt >= Limits.LINK_EVENT_GAP_NANOS) {
      neighbor.eventAt = tile.now;
      tile.event(TileEvent.Kind.LINK, "", neighbor.direction + ": " + text);
    }
  }

  private static long deadAt(Neighbor neighbor) {
    if (!neighbor.alive) {
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
