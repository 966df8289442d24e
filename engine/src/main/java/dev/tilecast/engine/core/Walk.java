package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.KeyPrefix;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds out which versions a neighbor does not have, by comparing digests from the root of the
 * catalog down (PROTOCOL.md, Finding differences). What it learns is what the neighbor has; it is
 * {@link Gossip} that tells the rest. A walk has no state of its own: each message is answered by
 * what it says.
 */
final class Walk {
  /** Nothing is said of the siblings. */
  private static final int ALL = 0xFFFF;

  private final TileState tile;

  Walk(TileState tile) {
    this.tile = tile;
  }

  /** Asks {@code to} to compare the whole catalogs. */
  void begin(Neighbor to) {
    tile.send(to, children(KeyPrefix.ROOT, 0, ALL));
  }

  /**
   * Asks {@code to} for what it has around {@code names}, which are live here. A walk that nothing
   * stands in the way of tells both ends; one that a promotion has outdated may tell one alone.
   */
  void ask(Neighbor to, List<Name> names) {
    Set<KeyPrefix> prefixes = new TreeSet<>();
    names.forEach(name -> prefixes.add(around(name)));
    for (KeyPrefix prefix : prefixes) {
      tile.send(to, under(prefix, Message.Digest.Form.ENTRIES, 0, ALL));
    }
  }

  /** The shortest prefix of its key under which our entries fit into one DIGEST. */
  private KeyPrefix around(Name name) {
    Bytes key = CatalogTree.key(name);
    int depth = 1;
    while (depth < KeyPrefix.DEPTH_MAX
        && tree().under(KeyPrefix.of(key, depth)).size() > Message.Digest.DIGESTS_MAX) {
      depth++;
    }
    return KeyPrefix.of(key, depth);
  }

  /**
   * Takes what {@code from} has under one prefix.
   *
   * @return whether it lacks something of ours
   */
  boolean take(Neighbor from, Message.Digest theirs) {
    if (theirs.prefix().depth() > 0 && theirs.answered() == tag()) {
      KeyPrefix parent = theirs.prefix().parent();
      for (int i = 0; i < KeyPrefix.CHILDREN; i++) {
        if ((theirs.siblings() & (1 << i)) == 0 && i != theirs.prefix().number()) {
          hasAll(from, parent.child(i));
        }
      }
    }
    return theirs.form() == Message.Digest.Form.CHILDREN
        ? takeChildren(from, theirs)
        : takeEntries(from, theirs);
  }

  private boolean takeChildren(Neighbor from, Message.Digest theirs) {
    int differing = 0;
    int next = 0;
    for (int i = 0; i < KeyPrefix.CHILDREN; i++) {
      boolean there = (theirs.children() & (1 << i)) != 0;
      Bytes digest = there ? theirs.digests().get(next++) : CatalogTree.NOTHING;
      KeyPrefix child = theirs.prefix().child(i);
      if (tree().digest(child).equals(digest)) {
        hasAll(from, child);
      } else {
        differing |= 1 << i;
      }
    }
    boolean lacks = false;
    for (int i = 0; i < KeyPrefix.CHILDREN; i++) {
      KeyPrefix child = theirs.prefix().child(i);
      if ((differing & (1 << i)) == 0) {
        continue;
      }
      if ((theirs.children() & (1 << i)) == 0) {
        lacks |= tell(from, child, Set.of());
      } else if (spend(from)) {
        tile.send(from, under(child, Message.Digest.Form.ENTRIES, theirs.root(), differing));
      }
    }
    return lacks;
  }

  private boolean takeEntries(Neighbor from, Message.Digest theirs) {
    boolean lacks = tell(from, theirs.prefix(), new TreeSet<>(theirs.digests()));
    boolean asks = theirs.form() == Message.Digest.Form.ENTRIES && !theirs.digests().isEmpty();
    if (asks && spend(from)) {
      Message.Digest.Form form = Message.Digest.Form.ENTRIES_TOO;
      tile.send(from, under(theirs.prefix(), form, theirs.root(), ALL));
    }
    return lacks;
  }

  /** Tells what we have under {@code prefix} and {@code from} does not list, as far as it may. */
  private boolean tell(Neighbor from, KeyPrefix prefix, Set<Bytes> listed) {
    boolean lacks = false;
    for (CatalogTree.Entry entry : tree().under(prefix)) {
      LiveEntry live = live(entry);
      if (listed.contains(entry.shortDigest())) {
        from.has.put(entry.name(), Rank.of(live.version()));
      } else if (Gossip.lacks(from, live) && tile.rot.get(entry.name()).isEmpty()) {
        lacks = true;
        if (!justTold(from, live) && spend(from)) {
          tile.advertise(from, live);
        }
      }
    }
    return lacks;
  }

  private boolean justTold(Neighbor to, LiveEntry live) {
    Neighbor.Told told = to.told.get(live.version().name());
    return told != null
        && told.rank().equals(Rank.of(live.version()))
        && tile.now - told.at() < Limits.REPEAT_GAP_NANOS;
  }

  private void hasAll(Neighbor from, KeyPrefix prefix) {
    for (CatalogTree.Entry entry : tree().under(prefix)) {
      from.has.put(entry.name(), Rank.of(live(entry).version()));
    }
  }

  private boolean spend(Neighbor from) {
    boolean may = from.walkBudget.spend(tile.now);
    if (!may) {
      from.count("digests_over_budget");
    }
    return may;
  }

  /** Our entries under {@code prefix} where they fit, else our children. */
  private Message.Digest under(
      KeyPrefix prefix, Message.Digest.Form form, int answered, int siblings) {
    boolean deepest = prefix.depth() == KeyPrefix.DEPTH_MAX;
    List<Bytes> entries = new ArrayList<>();
    for (CatalogTree.Entry entry : tree().under(prefix)) {
      if (entries.size() == Message.Digest.DIGESTS_MAX) {
        if (deepest) {
          break;
        }
        return children(prefix, answered, siblings);
      }
      entries.add(entry.shortDigest());
    }
    return new Message.Digest(prefix, form, tag(), answered, siblings, 0, entries);
  }

  private Message.Digest children(KeyPrefix prefix, int answered, int siblings) {
    int children = 0;
    List<Bytes> digests = new ArrayList<>();
    for (int i = 0; i < KeyPrefix.CHILDREN; i++) {
      Bytes digest = tree().digest(prefix.child(i));
      if (!digest.equals(CatalogTree.NOTHING)) {
        children |= 1 << i;
        digests.add(digest);
      }
    }
    Message.Digest.Form form = Message.Digest.Form.CHILDREN;
    return new Message.Digest(prefix, form, tag(), answered, siblings, children, digests);
  }

  private int tag() {
    return tile.catalog.root().firstInt();
  }

  private LiveEntry live(CatalogTree.Entry entry) {
    Optional<LiveEntry> live = tile.catalog.get(entry.name());
    return live.orElseThrow(() -> new IllegalStateException(entry + " is in no catalog"));
  }

  private CatalogTree tree() {
    return tile.catalog.tree();
  }
}
