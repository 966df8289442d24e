package dev.tilecast.engine.store;

import org.jooq.Query;

/**
 * A statement that changes rows and is run again and again: rendered and prepared once, since that
 * costs more than running it. Takes part in whatever transaction its connection is in.
 */
final class PreparedWrite {
  private final Query query;

  /**
   * Keeps {@code query}, whose values are given at each run.
   *
   * @param query attached to the one connection of the store
   */
  PreparedWrite(Query query) {
    this.query = query.keepStatement(true);
  }

  /** Runs it with {@code values} in place of its parameters, in their order. */
  void run(Object... values) {
    for (int i = 0; i < values.length; i++) {
      query.bind(i + 1, values[i]);
    }
    query.execute();
  }
}
