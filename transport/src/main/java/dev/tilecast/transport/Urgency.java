package dev.tilecast.transport;

/** Which of a link's queues a packet waits in; those named first are always sent first. */
public enum Urgency {
  /** Packets of the simulation, which is what a tile is for. */
  MFM,
  /** Small and about what is: HELLO, advertisements, requests. */
  URGENT,
  /** Bytes of files and manifests. */
  BULK
}
