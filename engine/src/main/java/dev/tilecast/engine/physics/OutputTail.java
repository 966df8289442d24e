package dev.tilecast.engine.physics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/** The last bytes of what a command printed. Reads what is there and never waits for more. */
final class OutputTail {
  /** Bytes of output that are kept. */
  static final int BYTES_MAX = 64 << 10;

  private static final int DRAIN_BYTES_MAX = 128 << 10;
  private static final int LINE_LENGTH_MAX = 160;

  private final byte[] ring = new byte[BYTES_MAX];
  private final byte[] piece = new byte[8 << 10];
  private long total;

  /**
   * Takes what {@code in}, the output of a process, holds now; not more than twice a pipe's
   * capacity, so that one that never stops printing does not keep us here.
   */
  void drain(InputStream in) throws IOException {
    int left = DRAIN_BYTES_MAX;
    while (left > 0) {
      int count;
      // One step under the stream's own lock: when the process ends, the platform empties the pipe
      // under it, too, and what we were told is available must still be there when we read.
      synchronized (in) {
        int available = in.available();
        count = available == 0 ? 0 : in.read(piece, 0, Math.min(piece.length, available));
      }
      if (count <= 0) {
        return;
      }
      keep(count);
      left -= count;
    }
  }

  /** The bytes kept, in order. */
  byte[] bytes() {
    int length = (int) Math.min(total, BYTES_MAX);
    byte[] ordered = new byte[length];
    long first = total - length;
    for (int i = 0; i < length; i++) {
      ordered[i] = ring[(int) ((first + i) % BYTES_MAX)];
    }
    return ordered;
  }

  /** Bytes printed before those that are kept. */
  long cut() {
    return Math.max(0, total - BYTES_MAX);
  }

  /** The last line that is not blank, shortened, without control characters; or an empty text. */
  String lastLine() {
    String last =
        new String(bytes(), UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .reduce("", (earlier, later) -> later)
            .strip()
            .replaceAll("\\p{Cntrl}", "?");
    return last.length() <= LINE_LENGTH_MAX ? last : last.substring(0, LINE_LENGTH_MAX) + "…";
  }

  private void keep(int count) {
    for (int i = 0; i < count; i++) {
      ring[(int) (total++ % BYTES_MAX)] = piece[i];
    }
  }
}
