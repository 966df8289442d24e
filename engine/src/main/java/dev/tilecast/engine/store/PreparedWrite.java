package dev.tilecast.engine.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.exception.DataAccessException;

/**
 * A statement that changes rows and is run again and again: spelled by jOOQ and prepared by H2
 * once, since each costs more than running it, and so does walking its tree to give it values.
 * Takes part in whatever transaction its connection is in.
 */
final class PreparedWrite {
  private final DSLContext dsl;
  private final String sql;

  /** Prepared by its first run. */
  private Optional<PreparedStatement> prepared = Optional.empty();

  /**
   * Keeps {@code query}, whose values are given at each run.
   *
   * @param dsl of the one connection of the store
   */
  PreparedWrite(DSLContext dsl, Query query) {
    this.dsl = dsl;
    this.sql = query.getSQL();
  }

  /**
   * Runs it with {@code values} in place of its parameters, in their order.
   *
   * @throws DataAccessException where it fails, as jOOQ says it
   */
  void run(Object... values) {
    try {
      PreparedStatement statement = prepared();
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new DataAccessException("SQL [" + sql + "]; " + e.getMessage(), e);
    }
  }

  private PreparedStatement prepared() {
    if (prepared.isEmpty()) {
      prepared = Optional.of(dsl.connectionResult(connection -> connection.prepareStatement(sql)));
    }
    return prepared.get();
  }
}
