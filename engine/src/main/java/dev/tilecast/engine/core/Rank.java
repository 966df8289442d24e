package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Version;

/**
 * Where a version stands among those of its name, as far as an advertisement tells: the order of
 * versions with the digest cut to 16 bytes.
 */
record Rank(long stamp, Bytes digestPrefix) implements Comparable<Rank> {
  static Rank of(Version version) {
    return new Rank(
        version.stamp(), version.innerDigest().prefix(Message.Advertisement.DIGEST_PREFIX_BYTES));
  }

  static Rank of(Message.Advertisement ad) {
    return new Rank(ad.stamp(), ad.digestPrefix());
  }

  boolean isAbove(Rank other) {
    return compareTo(other) > 0;
  }

  boolean equivocatesWith(Rank other) {
    return stamp == other.stamp && !digestPrefix.equals(other.digestPrefix);
  }

  @Override
  public int compareTo(Rank other) {
    int byStamp = Long.compare(stamp, other.stamp);
    return byStamp != 0 ? byStamp : digestPrefix.compareTo(other.digestPrefix);
  }
}
