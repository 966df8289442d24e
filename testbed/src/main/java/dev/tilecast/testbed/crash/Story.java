package dev.tilecast.testbed.crash;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.testbed.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Something that a tile does while its power may fail: it is started on a disk, reaches a goal by
 * itself, and is stopped.
 *
 * @param name by which it is chosen
 * @param start the disk at the beginning, all of it synced
 * @param offered versions that a neighbor has live, if there is a neighbor
 * @param offeredLater a version that the neighbor publishes while the tile pulls
 * @param drops what lies in the inbox at the beginning
 * @param promised what had been acknowledged before the beginning
 * @param goal what must be live at the end, and nothing else
 * @param damaged contents that were put into {@code live/} to be found bad
 * @param preparation is done before each start
 * @param machine below the tile
 */
record Story(
    String name,
    Disk start,
    List<Published> offered,
    Optional<Published> offeredLater,
    List<Drop> drops,
    List<Published> promised,
    List<Published> goal,
    List<Bytes> damaged,
    Preparation preparation,
    Machine machine) {
  /**
   * What a person does before the daemon is started, and does again after a power cut, whatever
   * that has left.
   */
  @FunctionalInterface
  interface Preparation {
    void run(Path root) throws IOException, SettingsException, KeyException;
  }

  /**
   * What the tile runs on until the power fails; afterwards there is room, and nobody is killed.
   *
   * @param capacityBytes of its disk
   * @param onset what it suffers from, and from when on; when the tile has stopped or waited for a
   *     while, that is over
   * @param writesBehind whether the database writes what nobody has synced after each piece of
   *     work, as its own thread does every few seconds of real time
   * @param beside whether a file is synced, and a dropped one cut, while it is inspected
   * @param halfDone what a process had done when it was killed, before the tile is started for the
   *     first time: nothing of it is synced
   */
  record Machine(
      long capacityBytes,
      Optional<Ailment.Onset> onset,
      boolean writesBehind,
      boolean beside,
      Homes.Edit halfDone) {
    /** A large disk that is nobody else's, and nobody was killed. */
    static final Machine USUAL =
        new Machine(Homes.CAPACITY_BYTES, Optional.empty(), false, false, root -> {});

    /**
     * Whether what is said is left as rows, too. A process that was killed may have taken the word
     * of the disk with it that it has lost some; the next start makes them again of the files.
     */
    boolean keepsRows() {
      return onset.filter(o -> o.ailment() == Ailment.KILLED).isEmpty();
    }

    Machine withCapacity(long bytes) {
      return new Machine(bytes, onset, writesBehind, beside, halfDone);
    }

    Machine suffering(Ailment ailment, int operation) {
      return new Machine(
          capacityBytes,
          Optional.of(new Ailment.Onset(ailment, operation)),
          writesBehind,
          beside,
          halfDone);
    }

    Machine writingBehind() {
      return new Machine(capacityBytes, onset, true, beside, halfDone);
    }

    Machine workingBeside() {
      return new Machine(capacityBytes, onset, writesBehind, true, halfDone);
    }

    Machine afterKill(Homes.Edit deed) {
      return new Machine(capacityBytes, onset, writesBehind, beside, deed);
    }
  }

  /**
   * A file in the inbox.
   *
   * @param accepted whether it is to go live, or to be refused
   */
  record Drop(String fileName, Bytes content, boolean accepted) {}

  Story {
    offered = List.copyOf(offered);
    drops = List.copyOf(drops);
    promised = List.copyOf(promised);
    goal = List.copyOf(goal);
    damaged = List.copyOf(damaged);
  }

  /** A tile without a neighbor that brings what lies in its inbox to where it belongs. */
  static Story alone(String name, Disk start, List<Published> goal) {
    return new Story(
        name,
        start,
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        goal,
        List.of(),
        root -> {},
        Machine.USUAL);
  }

  Story with(Drop... moreDrops) {
    return new Story(
        name,
        start,
        offered,
        offeredLater,
        List.of(moreDrops),
        promised,
        goal,
        damaged,
        preparation,
        machine);
  }

  Story promising(Published... versions) {
    return new Story(
        name,
        start,
        offered,
        offeredLater,
        drops,
        List.of(versions),
        goal,
        damaged,
        preparation,
        machine);
  }

  Story beside(Published... versions) {
    return new Story(
        name,
        start,
        List.of(versions),
        offeredLater,
        drops,
        promised,
        goal,
        damaged,
        preparation,
        machine);
  }

  Story thenOffering(Published version) {
    return new Story(
        name,
        start,
        offered,
        Optional.of(version),
        drops,
        promised,
        goal,
        damaged,
        preparation,
        machine);
  }

  Story withDamaged(Bytes content) {
    return new Story(
        name,
        start,
        offered,
        offeredLater,
        drops,
        promised,
        goal,
        List.of(content),
        preparation,
        machine);
  }

  Story after(Preparation steps) {
    return new Story(
        name, start, offered, offeredLater, drops, promised, goal, damaged, steps, machine);
  }

  Story named(String other) {
    return new Story(
        other, start, offered, offeredLater, drops, promised, goal, damaged, preparation, machine);
  }

  Story on(Machine other) {
    return new Story(
        name, start, offered, offeredLater, drops, promised, goal, damaged, preparation, other);
  }

  /** The same, begun on what a power cut has left. */
  Story startingFrom(Disk image, List<Published> promisedByNow) {
    return new Story(
        name,
        image,
        offered,
        offeredLater,
        drops,
        promisedByNow,
        goal,
        damaged,
        preparation,
        Machine.USUAL);
  }

  boolean hasNeighbor() {
    return !offered.isEmpty();
  }

  /** What the neighbor has when all is told. */
  List<Published> offeredAtLast() {
    if (offeredLater.isEmpty()) {
      return offered;
    }
    return List.of(offeredLater.get());
  }
}
