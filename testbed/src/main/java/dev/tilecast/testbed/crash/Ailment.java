package dev.tilecast.testbed.crash;

import dev.tilecast.testbed.disk.Journal;
import dev.tilecast.testbed.disk.Operation;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a disk, or the process that works on it, suffers from while a story is told once more
 * (SCENARIOS.md, Crash points).
 */
enum Ailment {
  /** From one operation on somebody else has the rest of the disk, until somebody makes room. */
  FULL("full", "@", 8) {
    @Override
    boolean befalls(String story) {
      // What is refused makes way on a full disk, as it should.
      return super.befalls(story) && !story.equals("refuse");
    }

    @Override
    void befall(RecordingFileSystem fileSystem, int operation) {
      fileSystem.fillFrom(operation);
    }

    @Override
    List<Integer> operations(List<Journal.Entry> journal) {
      return IntStream.range(0, FULL_EACH)
          .mapToObj(i -> (2 * i + 1) * journal.size() / (2 * FULL_EACH))
          .toList();
    }
  },

  /** The first sync of a file from one operation on fails, and what it was to keep is not kept. */
  UNSYNCED("unsynced", "%", 8) {
    @Override
    void befall(RecordingFileSystem fileSystem, int operation) {
      fileSystem.failSyncFrom(operation);
    }

    @Override
    List<Integer> operations(List<Journal.Entry> journal) {
      return IntStream.range(0, journal.size())
          .filter(i -> journal.get(i).operation() instanceof Operation.Force)
          .boxed()
          .toList();
    }
  },

  /**
   * The process is killed before one operation, and started again while the power is still there.
   * If that was the sync of a file, it has failed, and nobody has heard of it.
   */
  KILLED("killed-at", "~", 64) {
    @Override
    void befall(RecordingFileSystem fileSystem, int operation) {
      fileSystem.killAt(operation);
    }

    @Override
    List<Integer> operations(List<Journal.Entry> journal) {
      return IntStream.range(0, journal.size()).boxed().toList();
    }
  };

  /** Operations of each story from which on the disk is full. */
  private static final int FULL_EACH = 24;

  private final String text;
  private final String from;
  private final int cutEach;

  Ailment(String text, String from, int cutEach) {
    this.text = text;
    this.from = from;
    this.cutEach = cutEach;
  }

  /**
   * One of a certain story.
   *
   * @param operation of the story, as it goes on a healthy disk
   */
  record Onset(Ailment ailment, int operation) {}

  /** As it is asked for. */
  String text() {
    return text;
  }

  /** Of so many times that it is told, one is cut everywhere, the others when all is done. */
  int cutEach() {
    return cutEach;
  }

  /** The name of {@code story} that suffers from {@code operation} on: {@code publish@12}. */
  String nameOf(String story, int operation) {
    return story + from + operation;
  }

  /** Which of them {@code name} speaks of. */
  static Optional<Ailment> in(String name) {
    return List.of(values()).stream().filter(ailment -> name.contains(ailment.from)).findFirst();
  }

  /**
   * Whether the story of that name is told on such a disk. Whoever makes a home is told that it
   * failed, and makes it again.
   */
  boolean befalls(String story) {
    return !story.equals("init");
  }

  /** Lets it begin after so many operations. */
  abstract void befall(RecordingFileSystem fileSystem, int operation);

  /** Where in a story that went like {@code journal} it is tried. */
  abstract List<Integer> operations(List<Journal.Entry> journal);
}
