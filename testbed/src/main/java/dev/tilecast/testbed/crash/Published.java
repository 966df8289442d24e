package dev.tilecast.testbed.crash;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;

/** One signed file. */
record Published(Version version, Bytes content) {
  Name name() {
    return version.name();
  }
}
