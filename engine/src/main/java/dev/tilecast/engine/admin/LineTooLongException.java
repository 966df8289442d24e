package dev.tilecast.engine.admin;

import java.io.IOException;

/** The other end sends a longer line than it may; the rest of it is not read. */
final class LineTooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  LineTooLongException(String message) {
    super(message);
  }
}
