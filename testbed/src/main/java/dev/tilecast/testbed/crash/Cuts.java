package dev.tilecast.testbed.crash;

import dev.tilecast.testbed.disk.Journal;
import dev.tilecast.testbed.disk.Operation;
import dev.tilecast.testbed.disk.PowerCut;
import dev.tilecast.testbed.disk.Survival;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Every point at which the power may fail in a recording, and every way. */
final class Cuts {
  private static final int PAGE_BYTES = 4096;

  /** Sector borders that are tried at each end of a write; page borders are all tried. */
  private static final int SECTORS_EACH_END = 3;

  private Cuts() {}

  /**
   * All of them, in order.
   *
   * @param seed the first of the draws
   * @param draws how many selections of what was not synced are tried at each operation
   */
  static List<PowerCut> of(List<Journal.Entry> journal, long seed, int draws) {
    List<PowerCut> cuts = new ArrayList<>();
    for (int i = 0; i <= journal.size(); i++) {
      cuts.add(new PowerCut(i, 0, Survival.LOST, seed));
      cuts.add(new PowerCut(i, 0, Survival.NAMES, seed));
      cuts.add(new PowerCut(i, 0, Survival.BYTES, seed));
      cuts.add(new PowerCut(i, 0, Survival.KEPT, seed));
      for (int draw = 0; draw < draws; draw++) {
        cuts.add(new PowerCut(i, 0, Survival.REORDERED, seed + draw));
      }
      if (i < journal.size() && journal.get(i).operation() instanceof Operation.Write write) {
        for (int bytes : inside(write)) {
          cuts.add(new PowerCut(i, bytes, Survival.KEPT, seed));
          cuts.add(new PowerCut(i, bytes, Survival.BYTES, seed));
          cuts.add(new PowerCut(i, bytes, Survival.REORDERED, seed));
        }
      }
    }
    return cuts;
  }

  /** Half, all but one, at each page border, at the first and last sector borders. */
  private static Iterable<Integer> inside(Operation.Write write) {
    int length = write.bytes().length();
    NavigableSet<Integer> points = new TreeSet<>();
    points.add(length / 2);
    points.add(length - 1);
    int intoSector = (int) (write.offset() % PowerCut.SECTOR_BYTES);
    NavigableSet<Integer> sectors = new TreeSet<>();
    for (int at = PowerCut.SECTOR_BYTES - intoSector; at < length; at += PowerCut.SECTOR_BYTES) {
      sectors.add(at);
      if ((write.offset() + at) % PAGE_BYTES == 0) {
        points.add(at);
      }
    }
    sectors.stream().limit(SECTORS_EACH_END).forEach(points::add);
    sectors.descendingSet().stream().limit(SECTORS_EACH_END).forEach(points::add);
    return points.subSet(1, Math.max(1, length));
  }
}
