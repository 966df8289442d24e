package dev.tilecast.engine.admin;

import java.io.IOException;

/** A daemon answered, but with an error or with something that this program does not understand. */
public final class AnswerException extends IOException {
  public AnswerException(String message) {
    super(message);
  }

  public AnswerException(String message, Throwable cause) {
    super(message, cause);
  }
}
