package dev.tilecast.engine.store;

import java.io.IOException;

/** The database failed while it was used. When it is opened next, it is set aside and made anew. */
public final class StoreDistrustedException extends IOException {
  private static final long serialVersionUID = 1L;

  StoreDistrustedException(String message, Throwable cause) {
    super(message, cause);
  }
}
