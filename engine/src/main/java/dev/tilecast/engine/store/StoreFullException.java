package dev.tilecast.engine.store;

import java.io.IOException;

/** The disk has no room for rows. None of them was kept, and the file itself is not to blame. */
public final class StoreFullException extends IOException {
  private static final long serialVersionUID = 1L;

  StoreFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
