package dev.tilecast.engine.message;

import static java.util.Objects.requireNonNull;

/**
 * One version of one name. Versions of a name are totally ordered by (stamp, inner digest); no
 * clock of any tile takes part (PROTOCOL.md, Versions).
 *
 * @param name what it is a version of
 * @param stamp the inner timestamp in UTC seconds; data to compare, not a time to believe
 * @param innerDigest the SHA-512 of MFZ.ZIP, 64 bytes
 */
public record Version(Name name, long stamp, Bytes innerDigest) {
  /** Bytes of an inner digest. */
  public static final int DIGEST_BYTES = 64;

  public Version {
    requireNonNull(name);
    if (innerDigest.length() != DIGEST_BYTES) {
      throw new IllegalArgumentException(
          "inner digest of " + innerDigest.length() + " bytes, expected " + DIGEST_BYTES);
    }
  }

  /** Whether this is a strictly greater version than {@code other}, of the same name. */
  public boolean isNewerThan(Version other) {
    requireSameName(other);
    int byStamp = Long.compare(stamp, other.stamp);
    return byStamp > 0 || (byStamp == 0 && innerDigest.compareTo(other.innerDigest) > 0);
  }

  /** Whether both claim one stamp for different contents: an equivocation. */
  public boolean equivocatesWith(Version other) {
    requireSameName(other);
    return stamp == other.stamp && !innerDigest.equals(other.innerDigest);
  }

  private void requireSameName(Version other) {
    if (!name.equals(other.name)) {
      throw new IllegalArgumentException("versions of " + name + " and " + other.name);
    }
  }

  @Override
  public String toString() {
    return name + " stamp " + stamp + " digest " + innerDigest.prefix(4).toHex();
  }
}
