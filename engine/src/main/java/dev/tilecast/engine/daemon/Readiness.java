package dev.tilecast.engine.daemon;

import java.io.IOException;
import java.io.PrintStream;

/** Tells systemd, where it asked for it, that the daemon is ready (sd_notify(3), READY=1). */
final class Readiness {
  private Readiness() {}

  static void tell(PrintStream err) {
    if (System.getenv("NOTIFY_SOCKET") == null) {
      return;
    }
    try {
      // The JDK has no datagram Unix sockets; systemd brings a program that does.
      new ProcessBuilder("systemd-notify", "--ready", "--pid=parent").inheritIO().start();
    } catch (IOException e) {
      err.println("tilecast: systemd could not be told that the tile is ready: " + e.getMessage());
    }
  }
}
