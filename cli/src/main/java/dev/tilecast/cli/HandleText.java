package dev.tilecast.cli;

import dev.tilecast.engine.mfz.Handle;

/**
 * Reads a signer's handle from the command line, where trailing blanks count and leading do not.
 */
final class HandleText {
  private HandleText() {}

  static Handle parse(String text) throws FailedException {
    return Handle.parse(text.stripLeading())
        .orElseThrow(() -> new FailedException("'" + text + "' is no handle. " + Handle.grammar()));
  }
}
