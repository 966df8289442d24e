package dev.tilecast.transport;

/**
 * What bulk may take of one link.
 *
 * @param bytesPerSecond of all services together, or 0 for all that MFM and the urgent leave
 * @param service the one that {@code percent} is about; 0 where that is 0
 * @param percent of the bytes of bulk that go to {@code service} while others have something to
 *     send, 1 to 99; or 0, where each gets as many bytes as any other
 */
public record BulkLimits(long bytesPerSecond, int service, int percent) {
  /** All that is left, and each service as much as any other. */
  public static final BulkLimits NONE = new BulkLimits(0, 0, 0);

  public BulkLimits {
    if (bytesPerSecond < 0 || percent < 0 || percent > 99 || percent > 0 == (service == 0)) {
      throw new IllegalArgumentException(
          bytesPerSecond + " bytes a second, " + percent + " % of service " + service);
    }
  }
}
