package dev.tilecast.transport.tcp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a link key is known by: the SHA-256 of its public half. The key and not its certificate,
 * since nothing else in that certificate is believed.
 *
 * @param hex 64 hex digits, lower case
 */
public record Fingerprint(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public Fingerprint {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("fingerprint '" + hex + "'");
    }
  }

  /** The fingerprint that {@code text} spells, in letters of either case, or empty. */
  public static Optional<Fingerprint> parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return HEX.matcher(lower).matches() ? Optional.of(new Fingerprint(lower)) : Optional.empty();
  }

  static Fingerprint of(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return new Fingerprint(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
