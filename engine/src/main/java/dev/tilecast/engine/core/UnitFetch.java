package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.Optional;

/**
 * A head or a page on its way. Asked of one neighbor at a time, so that wrong bytes have one
 * author.
 */
final class UnitFetch {
  final int unit;

  /** Whom it is asked of now. */
  Direction askedOf;

  long askedAt;
  int unanswered;

  /** Since when it is asked of this neighbor alone. */
  long authorSince;

  private final int knownTotal;
  private byte[] bytes;
  private Ranges missing;
  private boolean totalKnown;

  /**
   * @param total bytes of the encoded unit, or 0 where only its first part will tell
   */
  UnitFetch(int unit, int total, Direction askedOf) {
    this.unit = unit;
    this.knownTotal = total;
    this.askedOf = askedOf;
    restart();
  }

  Message.ManifestWant want(int key) {
    int start = missing.firstStart();
    return new Message.ManifestWant(key, unit, start, bytes.length - start);
  }

  /** Begins anew, with nothing of what the neighbor before has said. */
  void restart() {
    totalKnown = knownTotal > 0;
    bytes = new byte[totalKnown ? knownTotal : ManifestHead.BYTES_MAX];
    missing = Ranges.whole(bytes.length);
  }

  int missingBytes() {
    return (int) missing.bytes();
  }

  /** Whether {@code part} is of a unit as long as this one. */
  boolean agreesWith(Message.ManifestPart part) {
    return totalKnown ? part.total() == bytes.length : part.total() <= ManifestHead.BYTES_MAX;
  }

  /**
   * Takes a part that {@linkplain #agreesWith agrees}.
   *
   * @return the whole unit, once its last part is there
   */
  Optional<Bytes> take(Message.ManifestPart part) {
    if (!totalKnown) {
      totalKnown = true;
      bytes = new byte[part.total()];
      missing = Ranges.whole(bytes.length);
    }
    System.arraycopy(part.bytes().toArray(), 0, bytes, part.offset(), part.bytes().length());
    missing.remove(part.offset(), part.offset() + part.bytes().length());
    return whole();
  }

  /** The whole unit, where all of it is there. */
  Optional<Bytes> whole() {
    return isWhole() ? Optional.of(Bytes.copyOf(bytes)) : Optional.empty();
  }

  /** Whether nothing of it is on its way any more. */
  boolean isWhole() {
    return missing.isEmpty();
  }
}
