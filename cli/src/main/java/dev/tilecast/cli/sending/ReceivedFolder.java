package dev.tilecast.cli.sending;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.disk.FileState;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.engine.sending.Objection;
import dev.tilecast.engine.sending.Opening;
import dev.tilecast.transport.Direction;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that files of neighbors come into. What comes from ET lies in {@code .ET.part} until
 * it is whole and synced, and {@code .ET.held} says which bytes of it were synced; then it gets its
 * name by a link, which replaces nothing. Names of files that are sent begin with no dot, so the
 * two stand in nobody's way. A power cut at any time leaves each name either absent or whole.
 *
 * <p>Digests are taken piece by piece, in {@link #work}. Not thread-safe.
 */
public final class ReceivedFolder implements Closeable {
  /** Digests that are remembered: offers repeat, and a long file is not read for each of them. */
  private static final int KNOWN_MAX = 64;

  private static final Set<StandardOpenOption> READ_ONLY = Set.of(StandardOpenOption.READ);

  private final Path folder;
  private final OwnedFolder owned;
  private final ReceivedRoom room;
  private final Map<Direction, Part> open = new EnumMap<>(Direction.class);
  private final Map<Direction, Job> jobs = new EnumMap<>(Direction.class);
  private final Map<Path, Known> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  /** A file that comes, open, and by what it is known again. */
  private record Part(FileMessage.Offer offer, FileChannel channel, Object key) {}

  /** A file of which the digest is being taken; {@code isPart} if it has come just now. */
  private record Job(FileMessage.Offer offer, boolean isPart, Checking checking, FileState state) {}

  private record Known(Bytes sha256, FileState state) {}

  /** What {@link #work} has found. */
  public sealed interface Found {
    Direction from();

    /** The answer to {@link ReceivedFolder#open}. */
    record Opened(Direction from, Opening opening) implements Found {}

    /** The file has its name. */
    record Finished(Direction from) implements Found {}

    /** It has none, is still open, and why. */
    record NotFinished(Direction from, Objection why) implements Found {}

    /** The disk has failed. */
    record Failed(Direction from, boolean isPart, IOException failure) implements Found {}
  }

  /**
   * Makes {@code folder} if it is not there.
   *
   * @param folderBytesMax of all files in it, those that come just now included
   * @param reserveBytes free space on its disk that is left alone
   * @throws IOException also where another program receives into it, or its disk cannot do what is
   *     needed
   */
  public ReceivedFolder(Path folder, long folderBytesMax, long reserveBytes) throws IOException {
    this.folder = folder.toAbsolutePath();
    this.room = new ReceivedRoom(this.folder, folderBytesMax, reserveBytes);
    this.owned = OwnedFolder.open(this.folder);
  }

  /**
   * Looks for a place for {@code offer}, or finds what an earlier transfer left of it. Empty where
   * that takes longer: {@link #work} tells.
   */
  public Optional<Opening> open(Direction from, FileMessage.Offer offer) throws IOException {
    close(from);
    owned.make();
    Path target = folder.resolve(offer.name().text());
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(openNew(from, offer));
    }
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        || Files.size(target) != offer.length()) {
      return Optional.of(new Opening.Refused(Objection.NAME_TAKEN));
    }
    FileState state = FileState.of(target);
    Known before = known.get(target);
    if (before != null && before.state().equals(state)) {
      return Optional.of(opening(from, offer, before.sha256()));
    }
    FileChannel channel = FileChannel.open(target, READ_ONLY);
    jobs.put(from, new Job(offer, false, new Checking(channel, true, offer.length()), state));
    return Optional.empty();
  }

  private Opening opening(Direction from, FileMessage.Offer offer, Bytes sha256)
      throws IOException {
    if (!sha256.equals(offer.sha256())) {
      return new Opening.Refused(Objection.NAME_TAKEN);
    }
    if (HeldNote.read(note(from)).filter(note -> note.id().equals(offer.id())).isPresent()) {
      // The power went after it had got its name.
      delete(from);
    }
    return new Opening.Present();
  }

  private Opening openNew(Direction from, FileMessage.Offer offer) throws IOException {
    Optional<HeldNote> note = HeldNote.read(note(from)).filter(it -> it.id().equals(offer.id()));
    long promised = 0;
    for (Part coming : open.values()) {
      promised += coming.offer().length() - coming.channel().size();
    }
    Optional<String> full = room.shortage(offer.length(), part(from), note.isPresent(), promised);
    if (full.isPresent()) {
      return new Opening.Refused(Objection.NO_ROOM, full.get());
    }
    if (note.isEmpty()) {
      delete(from);
    }
    Path path = part(from);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(path + " is no plain file; move it away");
      }
      if ((int) Files.getAttribute(path, "unix:nlink") > 1) {
        // It got its name before the power went, and is somebody's now, wherever it has moved to.
        delete(from);
      }
    }
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS));
    open.put(from, new Part(offer, channel, keyOf(path)));
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(path);
    rights.removeAll(PosixFilePermissions.fromString("--x--x--x"));
    Files.setPosixFilePermissions(path, rights);
    long there = channel.size();
    return new Opening.Ready(
        note.map(HeldNote::held).orElse(List.of()).stream()
            .filter(range -> range.end() <= Math.min(there, offer.length()))
            .toList());
  }

  private static Object keyOf(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a file from this direction is open. */
  public boolean isOpen(Direction from) {
    return open.containsKey(from);
  }

  /** Writes bytes of the open file. */
  public void write(Direction from, int offset, Bytes bytes) throws IOException {
    DurableFile.writeFully(open.get(from).channel(), bytes.toBuffer(), offset);
  }

  /** Syncs the open file, and then writes down that {@code held} of it is here. */
  public void keep(Direction from, List<Message.Range> held) throws IOException {
    Part part = open.get(from);
    requireInPlace(from, part);
    part.channel().force(true);
    new HeldNote(part.offer().id(), held).write(note(from));
  }

  /** Nothing of the open file counts as here any more, also after a power cut. */
  public void discard(Direction from) throws IOException {
    new HeldNote(open.get(from).offer().id(), List.of()).write(note(from));
  }

  /** What is written would not be in the file that gets the name. */
  private void requireInPlace(Direction from, Part part) throws IOException {
    Path path = part(from);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || !keyOf(path).equals(part.key())) {
      throw new IOException(
          path + " was deleted or replaced while a file came; leave it alone, and send it again");
    }
  }

  /** Begins to look whether the open file is whole; {@link #work} tells, and gives it its name. */
  public void finish(Direction from) throws IOException {
    Part part = open.get(from);
    requireInPlace(from, part);
    if (part.channel().size() > part.offer().length()) {
      part.channel().truncate(part.offer().length());
    }
    part.channel().force(true);
    Checking checking =
        new Checking(part.channel(), false, Math.min(part.channel().size(), part.offer().length()));
    jobs.put(from, new Job(part.offer(), true, checking, FileState.of(part(from))));
  }

  /** Whether {@link #work} has something to do. */
  public boolean hasWork() {
    return !jobs.isEmpty();
  }

  /** Takes each digest that is to be taken a little further; returns what has come out. */
  public List<Found> work() {
    List<Found> found = new ArrayList<>();
    for (Direction from : List.copyOf(jobs.keySet())) {
      Job job = jobs.get(from);
      try {
        if (job.checking().step()) {
          found.add(found(from, job));
          cancel(from);
        }
      } catch (IOException e) {
        cancel(from);
        found.add(new Found.Failed(from, job.isPart(), e));
      }
    }
    return found;
  }

  private Found found(Direction from, Job job) throws IOException {
    Bytes sha256 = job.checking().digest();
    if (!job.isPart()) {
      known.put(folder.resolve(job.offer().name().text()), new Known(sha256, job.state()));
      return new Found.Opened(from, opening(from, job.offer(), sha256));
    } else if (!sha256.equals(job.offer().sha256())) {
      return new Found.NotFinished(from, Objection.WRONG_CHECKSUM);
    }
    return place(from, job.offer(), sha256)
        ? new Found.Finished(from)
        : new Found.NotFinished(from, Objection.NAME_TAKEN);
  }

  /** Returns whether the open file has its name. */
  private boolean place(Direction from, FileMessage.Offer offer, Bytes sha256) throws IOException {
    Part part = open.get(from);
    requireInPlace(from, part);
    Path target = folder.resolve(offer.name().text());
    try {
      // A link, unlike a rename, never replaces.
      Files.createLink(target, part(from));
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    if (!keyOf(target).equals(part.key())) {
      Files.delete(target);
      throw new IOException(part(from) + " was replaced while it got its name; send it again");
    }
    DurableFile.syncFolder(folder);
    remove(from);
    known.put(target, new Known(sha256, FileState.of(target)));
    return true;
  }

  /** Its digest is taken no further. */
  private void cancel(Direction from) {
    Job job = jobs.remove(from);
    if (job != null) {
      try {
        job.checking().close();
      } catch (IOException e) {
        // It was only read.
      }
    }
  }

  /** Closes the open file; it is found again. What is being looked at is not any more. */
  public void close(Direction from) throws IOException {
    cancel(from);
    Part part = open.remove(from);
    if (part != null) {
      part.channel().close();
    }
  }

  /** Closes the open file, and deletes it. */
  public void remove(Direction from) throws IOException {
    close(from);
    delete(from);
  }

  private void delete(Direction from) throws IOException {
    // The note goes first: of a note without its part nothing would be believed, either.
    Files.deleteIfExists(note(from));
    Files.deleteIfExists(part(from));
  }

  private Path part(Direction from) {
    return folder.resolve("." + from + ".part");
  }

  private Path note(Direction from) {
    return folder.resolve("." + from + ".held");
  }

  /** Closes all that is open. */
  @Override
  public void close() throws IOException {
    for (Direction from : Direction.values()) {
      close(from);
    }
    owned.close();
  }
}
