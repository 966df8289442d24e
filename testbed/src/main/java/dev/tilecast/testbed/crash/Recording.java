package dev.tilecast.testbed.crash;

import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.engine.message.Message;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.Journal;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A story as it went once without a power cut: every operation on the disk, and what had been
 * acknowledged when.
 *
 * @param neighbors the disk on which the neighbor has all that it offers
 */
record Recording(
    Story story, Optional<Disk> neighbors, List<Journal.Entry> journal, List<Promise> promises) {
  private static final int HELD_WHOLE = 1000;

  /**
   * From here on {@code version} must stay.
   *
   * @param operations how many operations had been done when it was said
   */
  record Promise(int operations, Published version) {}

  Recording {
    journal = List.copyOf(journal);
    promises = List.copyOf(promises);
  }

  /** What had been acknowledged when {@code operations} were done: the newest of each name. */
  Collection<Published> promisedBy(int operations) {
    Map<String, Published> newest = new TreeMap<>();
    story.promised().forEach(published -> newest.put(published.name().text(), published));
    for (Promise promise : promises) {
      if (promise.operations <= operations) {
        newest.merge(
            promise.version.name().text(),
            promise.version,
            (old, young) -> young.version().isNewerThan(old.version()) ? young : old);
      }
    }
    return newest.values();
  }

  /**
   * What was said in this very recording when {@code operations} were done: it was synced before,
   * so its rows are there, too.
   */
  Collection<Published> saidBy(int operations) {
    return promises.stream()
        .filter(promise -> promise.operations <= operations)
        .map(Promise::version)
        .toList();
  }

  /** Whether something was said just when {@code operations} were done, of which a row is left. */
  boolean isRowSaidAt(int operations) {
    return story.machine().keepsRows()
        && promises.stream().anyMatch(promise -> promise.operations == operations);
  }

  /** Lets {@code story} happen. */
  static Recording of(Story story, Cast cast, Disk home) throws IOException, ViolationException {
    VirtualTime time = new VirtualTime();
    Optional<Neighbor> neighbor = Optional.empty();
    if (story.hasNeighbor()) {
      neighbor = Optional.of(new Neighbor(neighborsDisk(home, story.offered()), time));
    }
    RecordingFileSystem fileSystem =
        new RecordingFileSystem(story.start().copy(), story.machine().capacityBytes());
    Journal journal = fileSystem.record();
    List<Promise> promises = new ArrayList<>();
    try {
      story.machine().halfDone().apply(Homes.root(fileSystem));
      boolean ill = story.machine().onset().isPresent();
      story
          .machine()
          .onset()
          .ifPresent(onset -> onset.ailment().befall(fileSystem, onset.operation()));
      while (!isToldToItsEnd(story, cast, fileSystem, journal, time, neighbor, promises, ill)) {
        fileSystem.giveBack();
        ill = false;
      }
    } finally {
      neighbor.ifPresent(Neighbor::close);
    }
    Optional<Disk> all =
        story.hasNeighbor()
            ? Optional.of(neighborsDisk(home, story.offeredAtLast()))
            : Optional.empty();
    return new Recording(story, all, journal.entries(), promises);
  }

  /** Whether the goal was reached; a tile may stop where its disk fails it. */
  private static boolean isToldToItsEnd(
      Story story,
      Cast cast,
      RecordingFileSystem fileSystem,
      Journal journal,
      VirtualTime time,
      Optional<Neighbor> neighbor,
      List<Promise> promises,
      boolean ill)
      throws IOException, ViolationException {
    try (Stage stage =
        new Stage(
            story,
            fileSystem,
            time,
            neighbor,
            packet -> said(packet, cast).ifPresent(v -> promise(v, journal, promises)))) {
      if (ill) {
        stage.whenItHasWaited(fileSystem::giveBack);
      }
      stage.toGoal(
          () ->
              Stage.live(stage.tile().report())
                  .forEach(version -> promise(cast.of(version), journal, promises)),
          true);
      return true;
    } catch (ViolationException e) {
      if (ill && fileSystem.hasFailed()) {
        return false;
      }
      throw e;
    }
  }

  private static Disk neighborsDisk(Disk home, List<Published> versions)
      throws IOException, ViolationException {
    return Homes.withLive(home, versions.toArray(Published[]::new));
  }

  /** The version that {@code packet} says we have, if it is an advertisement of a whole file. */
  private static Optional<Published> said(byte[] packet, Cast cast) {
    if (Codec.decode(packet) instanceof Decoded.Good good
        && good.message() instanceof Message.Advertisement said
        && said.heldPermille() == HELD_WHOLE) {
      return cast.all().stream()
          .filter(p -> p.name().equals(said.name()) && p.version().stamp() == said.stamp())
          .findFirst();
    }
    return Optional.empty();
  }

  private static void promise(Published version, Journal journal, List<Promise> promises) {
    if (promises.stream().noneMatch(p -> p.version.equals(version))) {
      promises.add(new Promise(journal.size(), version));
    }
  }
}
