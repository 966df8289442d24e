package dev.tilecast.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Bytes as one line of ASCII: what is seen is itself, all else and the backslash {@code \xNN}. */
final class PacketText {
  private static final int HEX_DIGITS = 2;

  private PacketText() {}

  static String of(byte[] bytes, int from) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < bytes.length; i++) {
      int value = bytes[i] & 0xFF;
      if (value >= ' ' && value <= '~' && value != '\\') {
        text.append((char) value);
      } else {
        text.append("\\x").append(HexFormat.of().toHexDigits((byte) value));
      }
    }
    return text.toString();
  }

  /**
   * The bytes that {@code text} spells, those of other letters in UTF-8; empty where it is wrong.
   */
  static Optional<byte[]> parse(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      int letter = text.codePointAt(i);
      i += Character.charCount(letter);
      if (letter != '\\') {
        bytes.writeBytes(Character.toString(letter).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int end = i + 1 + HEX_DIGITS;
      if (end > text.length() || text.charAt(i) != 'x') {
        return Optional.empty();
      }
      try {
        bytes.write(HexFormat.fromHexDigits(text, i + 1, end));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      i = end;
    }
    return Optional.of(bytes.toByteArray());
  }
}
