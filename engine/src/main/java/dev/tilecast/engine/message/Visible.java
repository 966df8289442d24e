package dev.tilecast.engine.message;

/**
 * Text of outside origin as people may read it. Names of dropped files and of what is packed in
 * them, notes and messages of the system come from elsewhere: none of them may begin a line of its
 * own, steer a terminal or turn the order of letters round. So what is not seen is spelled, in one
 * form on terminals, in logs and in reasons: {@code \n}, {@code \r}, {@code \t}, {@code \x1b}, and
 * beyond two digits with a {@code u} for the {@code x}. Text that is kept or sent stays as it is;
 * it is spelled where it is printed. What is spelled already is not spelled again.
 */
public final class Visible {
  private Visible() {}

  /** {@code text} on one line, with everything spelled that is not seen. */
  public static String text(String text) {
    return spelled(text, false);
  }

  /**
   * A line of JSON, with everything spelled by JSON's own escapes that is not seen: it means the
   * same. Characters that are not seen occur within its strings only.
   */
  public static String json(String json) {
    return spelled(json, true);
  }

  private static String spelled(String text, boolean inJson) {
    if (text.codePoints().allMatch(Visible::isSeen)) {
      return text;
    }
    StringBuilder spelled = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (isSeen(c)) {
                spelled.appendCodePoint(c);
              } else if (inJson) {
                for (char unit : Character.toChars(c)) {
                  spelled.append(String.format("\\u%04x", (int) unit));
                }
              } else {
                spelled.append(spelling(c));
              }
            });
    return spelled.toString();
  }

  /** Lone halves of a pair, which no terminal can be sent, are not seen either. */
  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  private static String spelling(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> {
        if (c < 0x100) {
          yield String.format("\\x%02x", c);
        }
        yield String.format(c < 0x10000 ? "\\u%04x" : "\\u{%x}", c);
      }
    };
  }
}
