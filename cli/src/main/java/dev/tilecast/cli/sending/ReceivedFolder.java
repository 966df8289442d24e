package dev.tilecast.cli.sending;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.engine.sending.Objection;
import dev.tilecast.engine.sending.Opening;
import dev.tilecast.transport.Direction;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that files of neighbors come into. What comes from ET lies in {@code .ET.part} until
 * it is whole and synced, and {@code .ET.held} says which bytes of it were synced; then it gets its
 * name by a link, which replaces nothing. Names of files that are sent begin with no dot, so the
 * two stand in nobody's way. A power cut at any time leaves each name either absent or whole.
 */
public final class ReceivedFolder implements Closeable {
  /** More files than anybody looks through; a bound, since empty ones cost no bytes. */
  static final int FILES_MAX = 4096;

  private final Path folder;
  private final long folderBytesMax;
  private final long reserveBytes;
  private final Map<Direction, Part> open = new EnumMap<>(Direction.class);

  /** Offers repeat until their answer gets through: a large file is not read for each of them. */
  private final Map<Direction, Confirmed> confirmed = new EnumMap<>(Direction.class);

  private record Confirmed(Bytes sha256, FileState state) {}

  /**
   * Makes {@code folder} if it is not there.
   *
   * @param folderBytesMax of all files in it, those that come just now included
   * @param reserveBytes free space on its disk that is left alone
   */
  public ReceivedFolder(Path folder, long folderBytesMax, long reserveBytes) throws IOException {
    this.folder = folder;
    this.folderBytesMax = folderBytesMax;
    this.reserveBytes = reserveBytes;
    Files.createDirectories(folder);
  }

  /** A file that comes, open. */
  private record Part(FileMessage.Offer offer, FileChannel channel) {}

  /** Looks for a place for {@code offer}, or finds what an earlier transfer left of it. */
  public Opening open(Direction from, FileMessage.Offer offer) throws IOException {
    close(from);
    Path target = folder.resolve(offer.name().text());
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      if (!isContent(from, target, offer)) {
        return new Opening.Refused(Objection.NAME_TAKEN);
      }
      forgetIfOf(from, offer);
      return new Opening.Present();
    }
    Optional<HeldNote> note = HeldNote.read(note(from)).filter(it -> it.id().equals(offer.id()));
    if (note.isEmpty()) {
      // No room is looked for while the one before still takes some.
      delete(from);
    }
    if (!hasRoom(from, offer)) {
      return new Opening.Refused(Objection.NO_ROOM);
    }
    FileChannel channel = openPart(from);
    open.put(from, new Part(offer, channel));
    long there = channel.size();
    return new Opening.Ready(
        note.map(HeldNote::held).orElse(List.of()).stream()
            .filter(range -> range.end() <= Math.min(there, offer.length()))
            .toList());
  }

  private FileChannel openPart(Direction from) throws IOException {
    Path path = part(from);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is no plain file; remove it");
    }
    if (Files.exists(path) && (int) Files.getAttribute(path, "unix:nlink") > 1) {
      // It got its name before the power went, and is somebody's now, wherever it has moved to.
      delete(from);
    }
    return FileChannel.open(
        path,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS));
  }

  private boolean hasRoom(Direction from, FileMessage.Offer offer) throws IOException {
    long there = 0;
    int files = 0;
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            && !path.getFileName().equals(part(from).getFileName())) {
          there += Files.size(path);
          files++;
        }
      }
    }
    long written = Files.exists(part(from)) ? Files.size(part(from)) : 0;
    long more = Math.max(0, offer.length() - written);
    for (Part coming : open.values()) {
      long rest = coming.offer().length() - coming.channel().size();
      there += rest;
      more += rest;
    }
    return files < FILES_MAX
        && there + offer.length() <= folderBytesMax
        && Files.getFileStore(folder).getUsableSpace() - more >= reserveBytes;
  }

  private boolean isContent(Direction from, Path target, FileMessage.Offer offer)
      throws IOException {
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
        || Files.size(target) != offer.length()) {
      return false;
    }
    Confirmed now = new Confirmed(offer.sha256(), FileState.of(target));
    if (!now.equals(confirmed.get(from))) {
      try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ)) {
        if (!SentFile.digest(channel, offer.length(), read -> {}).equals(offer.sha256())) {
          return false;
        }
      }
      confirmed.put(from, now);
    }
    return true;
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
    part.channel().force(true);
    new HeldNote(part.offer().id(), held).write(note(from));
  }

  /** Nothing of the open file counts as here any more, also after a power cut. */
  public void discard(Direction from) throws IOException {
    new HeldNote(open.get(from).offer().id(), List.of()).write(note(from));
  }

  /** Gives the open file its name; or leaves it open, and says why it has none. */
  public Optional<Objection> finish(Direction from) throws IOException {
    Part part = open.get(from);
    FileMessage.Offer offer = part.offer();
    if (part.channel().size() > offer.length()) {
      part.channel().truncate(offer.length());
    }
    part.channel().force(true);
    if (part.channel().size() < offer.length()
        || !SentFile.digest(part.channel(), offer.length(), read -> {}).equals(offer.sha256())) {
      return Optional.of(Objection.WRONG_CHECKSUM);
    }
    Path target = folder.resolve(offer.name().text());
    try {
      // A link, unlike a rename, never replaces.
      Files.createLink(target, part(from));
    } catch (FileAlreadyExistsException e) {
      return Optional.of(Objection.NAME_TAKEN);
    }
    DurableFile.syncFolder(folder);
    remove(from);
    confirmed.put(from, new Confirmed(offer.sha256(), FileState.of(target)));
    return Optional.empty();
  }

  /** Closes the open file; it is found again. */
  public void close(Direction from) throws IOException {
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

  private void forgetIfOf(Direction from, FileMessage.Offer offer) throws IOException {
    // The power went after it had got its name.
    if (HeldNote.read(note(from)).filter(note -> note.id().equals(offer.id())).isPresent()) {
      delete(from);
    }
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
  }
}
