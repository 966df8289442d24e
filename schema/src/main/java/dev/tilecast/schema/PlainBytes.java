package dev.tilecast.schema;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import org.jooq.Binding;
import org.jooq.BindingGetResultSetContext;
import org.jooq.BindingGetSQLInputContext;
import org.jooq.BindingGetStatementContext;
import org.jooq.BindingRegisterContext;
import org.jooq.BindingSQLContext;
import org.jooq.BindingSetSQLOutputContext;
import org.jooq.BindingSetStatementContext;
import org.jooq.Converter;
import org.jooq.Converters;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Gives byte strings to H2 as what they are. By itself jOOQ makes each of them a temporary large
 * object first, which costs as much as the rest of the statement. Worse, H2 forgets such an object
 * after five minutes; a statement that stays prepared still compares its next arguments with those,
 * and fails.
 */
public final class PlainBytes implements Binding<byte[], byte[]> {
  private static final long serialVersionUID = 1L;

  /** For the generated tables. */
  public PlainBytes() {}

  @Override
  public Converter<byte[], byte[]> converter() {
    return Converters.identity(byte[].class);
  }

  @Override
  public void sql(BindingSQLContext<byte[]> ctx) {
    if (ctx.render().paramType() == ParamType.INLINED) {
      ctx.render().visit(DSL.inline(ctx.value(), SQLDataType.VARBINARY));
    } else {
      ctx.render().sql(ctx.variable());
    }
  }

  @Override
  public void register(BindingRegisterContext<byte[]> ctx) throws SQLException {
    ctx.statement().registerOutParameter(ctx.index(), Types.VARBINARY);
  }

  @Override
  public void set(BindingSetStatementContext<byte[]> ctx) throws SQLException {
    ctx.statement().setBytes(ctx.index(), ctx.value());
  }

  @Override
  public void get(BindingGetResultSetContext<byte[]> ctx) throws SQLException {
    ctx.value(ctx.resultSet().getBytes(ctx.index()));
  }

  @Override
  public void get(BindingGetStatementContext<byte[]> ctx) throws SQLException {
    ctx.value(ctx.statement().getBytes(ctx.index()));
  }

  @Override
  public void set(BindingSetSQLOutputContext<byte[]> ctx) throws SQLException {
    throw new SQLFeatureNotSupportedException("no types of our own are written");
  }

  @Override
  public void get(BindingGetSQLInputContext<byte[]> ctx) throws SQLException {
    throw new SQLFeatureNotSupportedException("no types of our own are read");
  }
}
