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

  private byte[] bytes;
  private Ranges missing;
  private boolean totalKnown;

  /**
   * @param total bytes of the encoded unit, or 0 where only its first part will tell
   */
  UnitFetch(int unit, int total, Direction askedOf) {
    this.unit = unit;
    this.askedOf = askedOf;
    this.totalKnown = total > 0;
    this.bytes = new byte[totalKnown ? total : ManifestHead.BYTES_MAX];
    this.missing = Ranges.whole(bytes.length);
  }

  Message.ManifestWant want(int key) {
    int start = missing.firstStart();
    return new Message.ManifestWant(key, unit, start, bytes.length - start);
  }

  /** Begins anew, from another neighbor. */
  void restart() {
    missing = Ranges.whole(bytes.length);
  }

  /**
   * Takes a part.
   *
   * @return the whole unit, once its last part is there
   */
  Optional<Bytes> take(Message.ManifestPart part) {
    if (!totalKnown) {
      if (part.total() > ManifestHead.BYTES_MAX) {
        return Optional.empty();
      }
      totalKnown = true;
      bytes = new byte[part.total()];
      missing = Ranges.whole(bytes.length);
    }
    if (part.total() != bytes.length) {
      return Optional.empty();
    }
    System.arraycopy(part.bytes().toArray(), 0, bytes, part.offset(), part.bytes().length());
    missing.remove(part.offset(), part.offset() + part.bytes().length());
    unanswered = 0;
    return missing.isEmpty() ? Optional.of(Bytes.copyOf(bytes)) : Optional.empty();
  }

  /** Whether the length of the head, once learnt from a liar, must be learnt again. */
  void forgetTotal() {
    totalKnown = false;
    bytes = new byte[ManifestHead.BYTES_MAX];
    missing = Ranges.whole(bytes.length);
  }
}
