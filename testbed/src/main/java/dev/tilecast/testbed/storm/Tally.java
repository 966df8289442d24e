package dev.tilecast.testbed.storm;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a storm has done and seen so far, counted. May be used from any thread. */
final class Tally {
  /** What is counted. */
  enum Count {
    KILLS,
    KILLS_IN_TRANSFER,
    KILLS_IN_PROMOTION,
    KILLS_IN_START,
    DATABASES_DELETED,
    CUTS,
    STALLS,
    FILLS,
    STOPS_FOR_ROOM,
    MADE,
    INBOX,
    ACKNOWLEDGED,
    NOT_ANSWERED,
    REFUSED_FOR_ROOM,
    REFUSED_OLD,
    REPEATED,
    LIVE_CHANGES,
    FILES_HASHED,
    BYTES_HASHED,
    REPORTS
  }

  private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);

  Tally() {
    for (Count count : Count.values()) {
      counts.put(count, new LongAdder());
    }
  }

  void add(Count count) {
    add(count, 1);
  }

  void add(Count count, long number) {
    counts.get(count).add(number);
  }

  long of(Count count) {
    return counts.get(count).sum();
  }
}
