package dev.tilecast.engine.files;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;

/** What a failure of the disk means for the version that it concerned. */
public final class DiskRefusal {
  private DiskRefusal() {}

  /** The refusal for {@code failure}: the disk is full, or it does not work. */
  public static Refusal of(IOException failure) {
    String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (isFull(failure)) {
      return new Refusal(
          Reason.NO_SPACE, "the disk is full: " + text + "; make room, it is tried again later");
    }
    return new Refusal(
        Reason.DISK_FAILED,
        "the disk failed: " + text + "; see whether it is mounted for writing and healthy");
  }

  private static boolean isFull(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      // Java has no type for these two; the words are the C library's.
      if (message != null
          && (message.contains("No space left on device")
              || message.contains("Disk quota exceeded"))) {
        return true;
      }
    }
    return false;
  }
}
