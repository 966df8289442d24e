package dev.tilecast.transport.tcp;

import static java.util.Objects.requireNonNull;

/** What protects the packets of a TCP link (PACKETS.md, TLS). */
public sealed interface LinkSecurity {
  /**
   * Nothing: plain text, without authentication.
   *
   * @param everywhere whether it may leave this machine, too
   */
  record Plain(boolean everywhere) implements LinkSecurity {}

  /**
   * TLS 1.3 with the one neighbor that has the pinned key.
   *
   * @param own the key of this tile
   * @param neighbor the only key that is spoken to
   */
  record Tls(LinkKey own, Fingerprint neighbor) implements LinkSecurity {
    public Tls {
      requireNonNull(own);
      requireNonNull(neighbor);
    }
  }
}
