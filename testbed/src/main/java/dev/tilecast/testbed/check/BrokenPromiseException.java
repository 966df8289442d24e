package dev.tilecast.testbed.check;

/** Something that must never happen has happened in a world. */
public final class BrokenPromiseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String promise;

  /**
   * What was broken, where and when.
   *
   * @param promise as in {@code P1}, or {@code goal}
   */
  public BrokenPromiseException(String promise, String words) {
    super(promise + ": " + words);
    this.promise = promise;
  }

  /** {@code P1} to {@code P8}, or {@code goal}. */
  public String promise() {
    return promise;
  }
}
