package dev.tilecast.testbed.storm;

import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.testbed.process.ExpectationException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Carries out a schedule, all of it: a thread for each tile, link and name, and one for the tiny
 * disk. A machine that is too slow for it takes longer.
 */
final class Weather {
  private static final long MINUTE_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final Schedule schedule;
  private final StormClock clock = new StormClock();
  private final Tally tally;
  private final Crew crew;

  Weather(Schedule schedule, Violations violations, Tally tally) {
    this.schedule = schedule;
    this.tally = tally;
    this.crew = new Crew(violations);
  }

  /** What is done with one strike. */
  private interface Blow<S extends Strike> {
    void fall(S strike)
        throws IOException, InterruptedException, ExpectationException, MakeException, KeyException;
  }

  /**
   * Goes through the whole schedule.
   *
   * @param eachMinute runs at the end of each whole minute, with its number
   * @return how long it took, in milliseconds
   */
  long rage(
      List<Keeper> keepers,
      List<Cable> cables,
      List<Publisher> publishers,
      Optional<TinyDisk> disk,
      Minute eachMinute)
      throws InterruptedException {
    for (int tile = 0; tile < keepers.size(); tile++) {
      Keeper keeper = keepers.get(tile);
      start(
          "kills-" + keeper.tile().label(),
          schedule.kills().get(tile),
          strike -> keeper.strike(strike, clock));
    }
    for (int link = 0; link < cables.size(); link++) {
      Cable cable = cables.get(link);
      start("breaks-" + (link + 1), schedule.breaks().get(link), strike -> hit(cable, strike));
    }
    for (int name = 0; name < publishers.size(); name++) {
      Publisher publisher = publishers.get(name);
      start("publishes-" + (name + 1), schedule.publishes().get(name), publisher::strike);
    }
    if (disk.isPresent()) {
      start("fills", schedule.fills(), strike -> fill(disk.get(), strike));
    }
    long minute = 1;
    while (!crew.join(minute * MINUTE_MILLIS - clock.millis())) {
      eachMinute.ended(minute);
      minute++;
    }
    return clock.millis();
  }

  /** Hears that a minute is over. */
  interface Minute {
    void ended(long minute);
  }

  private <S extends Strike> void start(String name, List<S> strikes, Blow<S> blow) {
    crew.start(
        name,
        () -> {
          for (S strike : strikes) {
            clock.awaitUntil(strike.atMillis());
            blow.fall(strike);
          }
        });
  }

  private void hit(Cable cable, Strike.Break strike) throws IOException, InterruptedException {
    if (strike.stalled()) {
      cable.stall();
      tally.add(Tally.Count.STALLS);
    } else {
      cable.cut();
      tally.add(Tally.Count.CUTS);
    }
    clock.pause(strike.lastsMillis());
    cable.mend();
  }

  private void fill(TinyDisk disk, Strike.Fill strike) throws IOException, InterruptedException {
    disk.fill(strike.leftBytes());
    tally.add(Tally.Count.FILLS);
    clock.pause(strike.lastsMillis());
    disk.empty();
  }
}
