package dev.tilecast.engine.core;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.KeyPrefix;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The digests over all live versions, and under each prefix (PROTOCOL.md, Catalog root). */
final class CatalogTree {
  /** The digest of no entries. */
  static final Bytes NOTHING = Bytes.copyOf(new byte[Codec.ROOT_BYTES]);

  /** Digests that deep are kept: 273 at the most. A deeper one covers 1 of 256 entries. */
  private static final int KEPT_DEPTH_MAX = 2;

  private static final int ENTRY_BYTES = 32;

  /** One live version in the tree. */
  record Entry(Name name, Bytes digest) {
    /** As far as DIGEST tells of it. */
    Bytes shortDigest() {
      return digest.prefix(Codec.ROOT_BYTES);
    }
  }

  /** By key: the order in which digests cover them. */
  private final NavigableMap<Bytes, Entry> entries = new TreeMap<>();

  /** Those that are still right. */
  private final NavigableMap<KeyPrefix, Bytes> kept = new TreeMap<>();

  /** {@code version} takes the place of the one before it. */
  void put(Version version) {
    Bytes key = key(version.name());
    entries.put(key, new Entry(version.name(), digest(version)));
    for (int depth = 0; depth <= KEPT_DEPTH_MAX; depth++) {
      kept.remove(KeyPrefix.of(key, depth));
    }
  }

  /** Where {@code name} lies in the tree. */
  static Bytes key(Name name) {
    return Bytes.sha256(name.text().getBytes(US_ASCII));
  }

  Bytes root() {
    return digest(KeyPrefix.ROOT);
  }

  /** The digest of all entries under {@code prefix}; {@link #NOTHING} where there are none. */
  Bytes digest(KeyPrefix prefix) {
    Bytes known = kept.get(prefix);
    if (known != null) {
      return known;
    }
    Bytes digest = digestOf(under(prefix));
    if (prefix.depth() <= KEPT_DEPTH_MAX) {
      kept.put(prefix, digest);
    }
    return digest;
  }

  /** The entries under {@code prefix}, in the order of their keys. */
  Collection<Entry> under(KeyPrefix prefix) {
    if (prefix.depth() == 0) {
      return entries.values();
    }
    return entries.subMap(prefix.lowest(), true, prefix.highest(), true).values();
  }

  private static Bytes digest(Version version) {
    byte[] name = version.name().text().getBytes(US_ASCII);
    ByteBuffer out = ByteBuffer.allocate(1 + name.length + 8 + Version.DIGEST_BYTES);
    out.put((byte) name.length).put(name).putLong(version.stamp());
    version.innerDigest().putInto(out);
    return Bytes.sha256(out.array());
  }

  private static Bytes digestOf(Collection<Entry> entries) {
    if (entries.isEmpty()) {
      return NOTHING;
    }
    ByteBuffer all = ByteBuffer.allocate(entries.size() * ENTRY_BYTES);
    entries.forEach(entry -> entry.digest().putInto(all));
    return Bytes.sha256(all.array()).prefix(Codec.ROOT_BYTES);
  }
}
