package dev.tilecast.engine.admin;

import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Name;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a running tile can answer. Called from several threads at once. */
public interface Answers {
  /** The current report. */
  TileReport report();

  /** The newest {@code limit} of the events with an id above {@code afterId}, oldest first. */
  List<LoggedEvent> events(long afterId, int limit);

  /**
   * Tells the tile that the file {@code fileName} in its inbox is complete, and waits for what
   * becomes of it.
   *
   * @return empty when there was no verdict within {@code timeout}; the file is still being worked
   *     on then
   */
  Optional<Verdict> dropped(String fileName, Duration timeout) throws InterruptedException;

  /** Lets the tile read {@code name}, or everything that is live, again now. */
  void scrub(Optional<Name> name);

  /**
   * Waits until a report meets {@code until}, which is asked at once and again of each newer
   * report.
   *
   * @return whether that was so within {@code timeout}
   */
  boolean await(Predicate<TileReport> until, Duration timeout) throws InterruptedException;
}
