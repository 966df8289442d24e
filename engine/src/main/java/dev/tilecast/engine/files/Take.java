package dev.tilecast.engine.files;

import dev.tilecast.engine.core.Refusal;
import java.nio.file.Path;

/** What came of taking a file from the inbox. */
public sealed interface Take {
  /**
   * A private copy was made, which nobody else can alter.
   *
   * @param ticket by which it is answered
   * @param copy where it lies
   * @param length its bytes
   */
  record Taken(long ticket, Path copy, long length) implements Take {}

  /**
   * It cannot be taken at all; it lies in the inbox until it is refused.
   *
   * @param identity that it had when it was tried
   */
  record Refused(String fileName, String identity, Refusal refusal) implements Take {}

  /** It is gone, or changed while it was copied; a later look gives it again once it rests. */
  record NotAtRest() implements Take {}
}
