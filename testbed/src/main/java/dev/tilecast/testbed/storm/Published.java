package dev.tilecast.testbed.storm;

import dev.tilecast.engine.message.Version;

/**
 * A version that the storm has made.
 *
 * @param index of its name, from 1; a greater one is newer
 * @param sha256 of the whole file, in hex
 * @param fileLength its bytes
 */
record Published(Version version, int index, String sha256, long fileLength) {
  String name() {
    return version.name().text();
  }

  boolean isNewerThan(Published other) {
    return version.isNewerThan(other.version);
  }

  @Override
  public String toString() {
    return name() + " version " + index + " (stamp " + version.stamp() + ")";
  }
}
