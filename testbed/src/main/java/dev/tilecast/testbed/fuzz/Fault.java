package dev.tilecast.testbed.fuzz;

import dev.tilecast.engine.core.Trust;
import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.CutPoint;
import dev.tilecast.testbed.world.Ill;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.World;
import java.util.EnumSet;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Something that goes wrong at one instant, and is as before a while later.
 *
 * @param at when it begins, in nanoseconds of the world
 * @param words as a person reads it
 * @param happens does it; what ends it is planned by it
 */
record Fault(long at, String words, Consumer<Trial> happens) {
  private static Fault of(long at, String words, Consumer<Trial> happens) {
    return new Fault(at, words, happens);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3fs", nanos / 1e9);
  }

  static Fault cutPower(long at, Place place, long span) {
    return of(
        at,
        "cut-power " + place + " for " + seconds(span),
        trial -> {
          SimTile tile = trial.world().tile(place);
          trial.world().cutPower(tile);
          trial.world().timeline().after(span, () -> trial.start(tile));
        });
  }

  static Fault cutPowerAt(long at, Place place, CutPoint point) {
    return of(
        at,
        "cut-power " + place + " " + point.words(),
        trial -> trial.world().cutPowerAt(trial.world().tile(place), point));
  }

  static Fault kill(long at, Place place, long span) {
    return of(
        at,
        "kill " + place + " for " + seconds(span),
        trial -> stopped(trial, place, span, tile -> {}));
  }

  static Fault loseStore(long at, Place place, long span) {
    return of(
        at,
        "lose-store " + place + ", back after " + seconds(span),
        trial -> stopped(trial, place, span, trial.world()::loseStore));
  }

  static Fault newDisk(long at, Place place, long span) {
    return of(
        at,
        "new-disk " + place + ", back after " + seconds(span),
        trial ->
            stopped(
                trial,
                place,
                span,
                tile -> {
                  trial.world().newDisk(tile);
                  trial.newDisk(tile);
                }));
  }

  private static void stopped(Trial trial, Place place, long span, Consumer<SimTile> meanwhile) {
    World world = trial.world();
    SimTile tile = world.tile(place);
    world.kill(tile);
    meanwhile.accept(tile);
    world.timeline().after(span, () -> trial.start(tile));
  }

  static Fault freeze(long at, Place place, long span) {
    return of(
        at,
        "freeze " + place + " for " + seconds(span),
        trial -> trial.world().freeze(trial.world().tile(place), span));
  }

  static Fault reopen(long at, Place place) {
    return of(at, "reopen " + place, trial -> trial.world().reopen(trial.world().tile(place)));
  }

  static Fault fillDisk(long at, Place place, long span) {
    return of(
        at,
        "fill-disk " + place + " for " + seconds(span),
        trial -> {
          SimTile tile = trial.world().tile(place);
          trial.world().fillDisk(tile, true);
          trial.world().timeline().after(span, () -> trial.world().fillDisk(tile, false));
        });
  }

  static Fault rotStaging(long at, Place place) {
    return of(
        at, "rot-staging " + place, trial -> trial.world().rotStaging(trial.world().tile(place)));
  }

  static Fault rotLive(long at, Place place) {
    return of(at, "rot-live " + place, trial -> trial.rotLive(trial.world().tile(place)));
  }

  static Fault pull(long at, Cable cable, long span) {
    return of(
        at,
        "pull " + cable + " for " + seconds(span),
        trial -> {
          SimLink link = trial.link(cable);
          trial.world().done("pull " + cable, link::pull);
          trial.world().timeline().after(span, () -> trial.plug(link));
        });
  }

  static Fault oneWay(long at, Cable cable, boolean fromA, long span) {
    return of(
        at,
        "one-way " + cable + (fromA ? " back only" : " forth only") + " for " + seconds(span),
        trial -> {
          SimLink link = trial.link(cable);
          SimPort from = fromA ? link.a() : link.b();
          trial.world().done("cut " + from, () -> link.cutOneWay(from));
          trial
              .world()
              .timeline()
              .after(span, () -> trial.world().done("mend " + cable, link::mend));
        });
  }

  static Fault flap(long at, Cable cable, long down) {
    return of(
        at,
        "flap " + cable + " for " + seconds(down),
        t -> t.world().done("flap " + cable, () -> t.link(cable).flap(down)));
  }

  static Fault settings(long at, Cable cable, LinkSettings worse, long span) {
    return of(
        at,
        String.format(
            Locale.ROOT,
            "noise %s loss %.2f duplicates %.2f reordering %.2f for %s",
            cable,
            worse.noise().loss(),
            worse.noise().duplication(),
            worse.noise().reordering(),
            seconds(span)),
        trial -> {
          SimLink link = trial.link(cable);
          trial.world().done("noise " + cable, () -> link.settings(worse));
          trial
              .world()
              .timeline()
              .after(
                  span,
                  () ->
                      trial.world().done("no noise " + cable, () -> link.settings(trial.usual())));
        });
  }

  static Fault plugElsewhere(long at, Cable cable, Place other, long span) {
    return of(
        at,
        "plug " + cable + " into " + other + " for " + seconds(span),
        trial -> {
          SimLink link = trial.link(cable);
          if (!trial.canPlug(link, other)) {
            return;
          }
          trial.world().done("pull " + cable, link::pull);
          trial.plugInto(link, other);
          trial.world().timeline().after(span, () -> trial.unplugFromElsewhere(link));
        });
  }

  static Fault trust(long at, Place place, Trust less, Trust more, long span) {
    return of(
        at,
        "forget-key " + place + " for " + seconds(span),
        trial -> {
          SimTile tile = trial.world().tile(place);
          trial.world().trust(tile, less);
          trial.world().timeline().after(span, () -> trial.world().trust(tile, more));
        });
  }

  static Fault turnHostile(long at, Place place, EnumSet<Ill> ills) {
    return of(
        at,
        "hostile " + place + " " + ills,
        trial -> {
          SimTile tile = trial.world().tile(place);
          trial.world().kill(tile);
          trial.world().turnHostile(tile, ills);
          trial.start(tile);
        });
  }
}
