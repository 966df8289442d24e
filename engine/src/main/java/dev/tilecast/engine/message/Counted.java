package dev.tilecast.engine.message;

/** Counts as people write them: {@code 1 byte}, {@code 2 bytes}. */
public final class Counted {
  private Counted() {}

  /** So many bytes. */
  public static String bytes(long count) {
    return of(count, "byte");
  }

  /** So many chunks. */
  public static String chunks(long count) {
    return of(count, "chunk");
  }

  /** So many of what is called {@code one}, with an s where there are more or none. */
  public static String of(long count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }
}
