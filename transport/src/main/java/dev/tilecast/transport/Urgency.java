package dev.tilecast.transport;

/** Which of a link's queues a packet waits in; an urgent one is always sent first. */
public enum Urgency {
  /** Small and about what is: HELLO, advertisements, requests. */
  URGENT,
  /** Bytes of files and manifests. */
  BULK
}
