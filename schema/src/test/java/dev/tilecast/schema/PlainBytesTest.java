package dev.tilecast.schema;

import static dev.tilecast.schema.generated.Tables.MANIFEST;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

class PlainBytesTest {
  private static final byte[] ID = {1, -2, 3};
  private static final byte[] HEAD = {4, 5};

  /** What was called on connections and statements. */
  private final List<String> calls = new ArrayList<>();

  private <T> T watched(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              calls.add(method.getName());
              try {
                Object result = method.invoke(real, arguments);
                return result instanceof PreparedStatement statement
                    ? watched(PreparedStatement.class, statement)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void reachTheDatabaseWithoutLargeObjects() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:")) {
      DSLContext dsl = DSL.using(watched(Connection.class, connection), SQLDialect.H2);
      dsl.execute("create table manifest (manifest_id varbinary(32), head varbinary(8192))");

      dsl.insertInto(MANIFEST).set(MANIFEST.MANIFEST_ID, ID).set(MANIFEST.HEAD, HEAD).execute();
      dsl.batch(
              dsl.insertInto(MANIFEST, MANIFEST.MANIFEST_ID, MANIFEST.HEAD)
                  .values((byte[]) null, null),
              new Object[][] {{HEAD, ID}})
          .execute();
      dsl.insertInto(MANIFEST).set(MANIFEST.MANIFEST_ID, (byte[]) null).execute();

      assertThat(dsl.fetchValue(MANIFEST.HEAD, MANIFEST.MANIFEST_ID.eq(ID))).isEqualTo(HEAD);
      assertThat(dsl.fetchValue(MANIFEST.HEAD, MANIFEST.MANIFEST_ID.in(List.of(HEAD))))
          .isEqualTo(ID);
      assertThat(dsl.fetchCount(MANIFEST, MANIFEST.MANIFEST_ID.isNull())).isEqualTo(1);
      assertThat(dsl.renderInlined(MANIFEST.HEAD.eq(HEAD))).contains("X'0405'");
      assertThat(calls).contains("setBytes").doesNotContain("setBlob", "createBlob");
    }
  }
}
