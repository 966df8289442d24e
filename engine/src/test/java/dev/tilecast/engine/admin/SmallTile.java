package dev.tilecast.engine.admin;

import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Name;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A tile that is nothing but what a test says of it. */
final class SmallTile implements Answers {
  private Consumer<Optional<Name>> scrubs = name -> {};
  private final List<LoggedEvent> events = new ArrayList<>();
  private TileReport report = new Reports().report();
  private Optional<Verdict> verdict = Optional.empty();
  private String dropped = "";
  private int waiting;

  synchronized void publish(TileReport next) {
    report = next;
    notifyAll();
  }

  synchronized void log(String text) {
    TileEvent event = new TileEvent(TileEvent.Kind.LIVE, "", text);
    events.add(new LoggedEvent(events.size() + 1, "2026-01-01T00:00:00Z", event));
  }

  synchronized void judge(Verdict next) {
    verdict = Optional.of(next);
  }

  synchronized String dropped() {
    return dropped;
  }

  /** Blocks until {@code count} questions wait for something. */
  synchronized void awaitWaiting(int count) throws InterruptedException {
    while (waiting < count) {
      wait();
    }
  }

  @Override
  public synchronized TileReport report() {
    return report;
  }

  @Override
  public synchronized List<LoggedEvent> events(long afterId, int limit) {
    List<LoggedEvent> after = events.stream().filter(event -> event.id() > afterId).toList();
    return after.subList(Math.max(0, after.size() - limit), after.size());
  }

  @Override
  public synchronized Optional<Verdict> dropped(String fileName, Duration timeout) {
    dropped = fileName;
    return verdict;
  }

  @Override
  public synchronized void scrub(Optional<Name> name) {
    scrubs.accept(name);
  }

  /** What asking for a scrub does. */
  synchronized void onScrub(Consumer<Optional<Name>> does) {
    scrubs = does;
  }

  @Override
  public synchronized boolean await(Predicate<TileReport> until, Duration timeout)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    waiting++;
    notifyAll();
    try {
      while (!until.test(report)) {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
          return false;
        }
        wait(leftMillis);
      }
      return true;
    } finally {
      waiting--;
    }
  }
}
