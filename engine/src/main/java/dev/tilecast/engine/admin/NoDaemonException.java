package dev.tilecast.engine.admin;

import java.io.IOException;

/** No daemon answers for a home; the message says which and what to do. */
public final class NoDaemonException extends IOException {
  public NoDaemonException(String message, Throwable cause) {
    super(message, cause);
  }

  public NoDaemonException(String message) {
    super(message);
  }
}
