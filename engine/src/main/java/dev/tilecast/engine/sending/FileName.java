package dev.tilecast.engine.sending;

/**
 * A name that a file may have in the folder of somebody else: 1 to 64 printable ASCII characters,
 * no slash or backslash, no dot, dash or space at the front, no space at the end.
 */
public record FileName(String text) {
  /** The longest name. */
  public static final int LENGTH_MAX = 64;

  public FileName {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a name for a file that is sent: " + text);
    }
  }

  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX || ".- ".indexOf(text.charAt(0)) >= 0) {
      return false;
    }
    return !text.endsWith(" ") && text.chars().allMatch(FileName::isAllowed);
  }

  private static boolean isAllowed(int character) {
    return character >= ' ' && character <= '~' && character != '/' && character != '\\';
  }

  @Override
  public String toString() {
    return text;
  }
}
