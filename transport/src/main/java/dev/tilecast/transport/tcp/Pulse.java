package dev.tilecast.transport.tcp;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When one end of a connection must show that it is there, and when the other end is no longer.
 * Without it a peer that lost its power would go unnoticed for as long as the kernel repeats what
 * it does not confirm: a quarter of an hour, or for ever where nothing is said.
 */
final class Pulse {
  /** Who has said nothing for so long says an empty frame: 0.2 bytes a second, or 2 with TLS. */
  static final long KEEPALIVE_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** Who has not been heard for so long is gone: three empty frames would have come. */
  static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(45);

  private final LongSupplier nanoTime;
  private volatile long heardNanos;
  private volatile long saidNanos;

  Pulse(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
    this.saidNanos = heardNanos;
  }

  /** Bytes have come. */
  void heard() {
    heardNanos = nanoTime.getAsLong();
  }

  /** Bytes are about to be handed to the kernel. */
  void said() {
    saidNanos = nanoTime.getAsLong();
  }

  /** Whether something must be said now. */
  boolean isDue() {
    return nanoTime.getAsLong() - saidNanos >= KEEPALIVE_NANOS;
  }

  /** Whether the far end is gone. */
  boolean isSilent() {
    return nanoTime.getAsLong() - heardNanos >= SILENCE_NANOS;
  }
}
