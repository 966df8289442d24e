package dev.tilecast.cli;

/** How a command went, for scripts. */
final class ExitCode {
  static final int DONE = 0;

  /** Refused, or failed. */
  static final int FAILED = 1;

  /** The command line was not understood. */
  static final int USAGE = 2;

  /** No daemon answers for the home. */
  static final int NO_DAEMON = 3;

  /** It did not happen in time. */
  static final int TIMED_OUT = 4;

  private ExitCode() {}

  /** Of what goes on until the daemon ends, or nobody reads it any more. */
  static int ofFollowing(Terminal terminal) {
    return terminal.out().checkError() ? DONE : NO_DAEMON;
  }
}
