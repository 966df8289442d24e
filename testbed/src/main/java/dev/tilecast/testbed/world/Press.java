package dev.tilecast.testbed.world;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;

/** Makes files that are signed, in one way or another. */
interface Press {
  /** The version of {@code name} that {@code handle} signs, with {@code content} in it. */
  SimFile press(Name name, long stamp, byte[] content, String handle);

  /** What was given as the content of {@code file}, which this press made. */
  byte[] contentOf(SimFile file);

  /** The signature of the seal of {@code file}, which this press made. */
  Bytes seal(SimFile file);

  /** The fingerprint of the key of {@code handle}. */
  Bytes fingerprint(String handle);
}
