package dev.tilecast.transport.itc;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the packet device is: the name under which it is opened, there or not. */
interface PacketNode {
  /** Opens it for reading and writing with one open, since the driver allows no second one. */
  Opened open() throws IOException;

  /** Whether it is still what was opened last. */
  boolean isThere();

  /** The open device. One thread reads and another one writes; any thread closes. */
  interface Opened extends Closeable {
    /**
     * Waits for a packet and puts it into {@code into}; returns its length, or less than 0 where
     * the device has ended.
     */
    int read(ByteBuffer into) throws IOException;

    /** Hands one packet to the driver, and may wait for room there. */
    Written write(byte[] packet) throws IOException;
  }

  /** What became of a packet. */
  enum Written {
    /** The driver has it. */
    TAKEN,
    /** The driver has no room now. */
    LATER,
    /** Its direction is down. */
    UNREACHABLE
  }
}
