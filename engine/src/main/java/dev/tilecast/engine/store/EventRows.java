package dev.tilecast.engine.store;

import static dev.tilecast.schema.generated.Tables.EVENT;

import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.TileEvent;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** The tile's diary: numbered by the program, capped, the oldest lines going some at a time. */
final class EventRows {
  /** Lines that are always kept. */
  static final int KEPT = 2000;

  /** Lines above {@link #KEPT} at which the oldest go: one deletion for many lines. */
  static final int SLACK = 200;

  private final DSLContext dsl;
  private final InstantSource clock;
  private final PreparedWrite insert;
  private final PreparedWrite deleteOlder;
  private long newestId;
  private long oldestId;
  private long pendingNewestId;
  private long pendingOldestId;

  EventRows(DSLContext dsl, InstantSource clock) {
    this.dsl = dsl;
    this.clock = clock;
    this.insert =
        new PreparedWrite(
            dsl,
            dsl.insertInto(
                    EVENT,
                    EVENT.EVENT_ID,
                    EVENT.CLOCK_TEXT,
                    EVENT.KIND,
                    EVENT.SUBJECT,
                    EVENT.SENTENCE)
                .values((Long) null, null, null, null, null));
    this.deleteOlder =
        new PreparedWrite(dsl, dsl.deleteFrom(EVENT).where(EVENT.EVENT_ID.lt((Long) null)));
    Record ends =
        dsl.select(DSL.min(EVENT.EVENT_ID), DSL.max(EVENT.EVENT_ID)).from(EVENT).fetchSingle();
    this.newestId = Optional.ofNullable(ends.get(1, Long.class)).orElse(0L);
    this.oldestId = Optional.ofNullable(ends.get(0, Long.class)).orElse(1L);
    rolledBack();
  }

  void put(List<TileEvent> lines) {
    if (lines.isEmpty()) {
      return;
    }
    String now = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    for (TileEvent event : lines) {
      insert.run(
          ++pendingNewestId,
          now,
          event.kind().name(),
          cut(event.name(), EVENT.SUBJECT.getDataType().length()),
          cut(event.text(), EVENT.SENTENCE.getDataType().length()));
    }
    if (pendingNewestId - pendingOldestId + 1 > KEPT + SLACK) {
      pendingOldestId = pendingNewestId - KEPT + 1;
      deleteOlder.run(pendingOldestId);
    }
  }

  /** The lines that were put are kept. */
  void committed() {
    newestId = pendingNewestId;
    oldestId = pendingOldestId;
  }

  /** The lines that were put are not kept; their numbers are free again. */
  void rolledBack() {
    pendingNewestId = newestId;
    pendingOldestId = oldestId;
  }

  List<LoggedEvent> after(long afterId, int limit) {
    return logged(
        dsl.selectFrom(EVENT)
            .where(EVENT.EVENT_ID.gt(afterId))
            .orderBy(EVENT.EVENT_ID)
            .limit(limit)
            .fetch());
  }

  List<LoggedEvent> newest(int limit) {
    List<LoggedEvent> newest =
        new ArrayList<>(
            logged(dsl.selectFrom(EVENT).orderBy(EVENT.EVENT_ID.desc()).limit(limit).fetch()));
    Collections.reverse(newest);
    return newest;
  }

  /** A line of a kind that this program does not know is left out; it is gone in time. */
  private static List<LoggedEvent> logged(List<? extends Record> rows) {
    List<LoggedEvent> logged = new ArrayList<>();
    for (Record row : rows) {
      Checked.whole(row);
      Arrays.stream(TileEvent.Kind.values())
          .filter(kind -> kind.name().equals(row.get(EVENT.KIND)))
          .findFirst()
          .ifPresent(
              kind ->
                  logged.add(
                      new LoggedEvent(
                          row.get(EVENT.EVENT_ID),
                          row.get(EVENT.CLOCK_TEXT),
                          new TileEvent(kind, row.get(EVENT.SUBJECT), row.get(EVENT.SENTENCE)))));
    }
    return logged;
  }

  private static String cut(String text, int lengthMax) {
    return text.length() <= lengthMax ? text : text.substring(0, lengthMax - 1) + "…";
  }
}
