package dev.tilecast.transport.itc;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The packet device as a file (PACKETS.md, ITC). */
final class NodeFile implements PacketNode {
  static final int CHARACTER_DEVICE = 0020000;
  private static final int KIND_BITS = 0170000;

  private final Path path;
  private final int kind;
  private Optional<Map<String, Object>> opened = Optional.empty();

  NodeFile(Path path) {
    this(path, CHARACTER_DEVICE);
  }

  /** A node of another kind, for tests: nobody makes a character device without being root. */
  NodeFile(Path path, int kind) {
    this.path = path;
    this.kind = kind;
  }

  @Override
  public Opened open() throws IOException {
    Map<String, Object> found;
    try {
      found = attributes();
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(
          path.toString(),
          null,
          "is not there (yet); it appears once the packet driver runs. Waiting for it");
    }
    // "rw" would make a plain file where there is nothing, and every packet would end in it.
    if (((Integer) found.get("mode") & KIND_BITS) != kind) {
      throw new IOException(
          path + " is no character device; name the packet device under [itc] in tilecast.toml");
    }
    RandomAccessFile file;
    try {
      file = new RandomAccessFile(path.toString(), "rw");
    } catch (FileNotFoundException e) {
      throw new IOException(refused(e.getMessage()), e);
    }
    synchronized (this) {
      opened = Optional.of(found);
    }
    return new OpenFile(file);
  }

  @Override
  public synchronized boolean isThere() {
    try {
      return opened.isPresent() && opened.get().equals(attributes());
    } catch (IOException e) {
      return false;
    }
  }

  private Map<String, Object> attributes() throws IOException {
    return Files.readAttributes(path, "unix:mode,ino,rdev");
  }

  private String refused(String said) {
    if (said.contains("busy")) {
      return path
          + " is in use, and takes one program at a time; most likely the stock cdm holds it"
          + " (systemctl stop cdm-run), or another tilecast. It will be tried again";
    } else if (said.contains("Permission")) {
      return path + " may not be opened by this user; run as root, or change its owner";
    }
    return said;
  }

  /**
   * What the driver said. Java tells an error by its text alone, which depends on the language of
   * the process; what is not understood is for the caller to look into.
   */
  static Optional<Written> understood(IOException e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("No route to host")) {
      return Optional.of(Written.UNREACHABLE);
    } else if (said.contains("temporarily unavailable")) {
      return Optional.of(Written.LATER);
    }
    return Optional.empty();
  }

  /**
   * One descriptor both ways. A channel holds one lock while it reads and while it writes, so a
   * reader that waits would stop every write: the reader uses the channel, the writer the file.
   */
  private static final class OpenFile implements Opened {
    private final RandomAccessFile file;
    private final FileChannel channel;

    OpenFile(RandomAccessFile file) {
      this.file = file;
      this.channel = file.getChannel();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return channel.read(into);
    }

    @Override
    public Written write(byte[] packet) throws IOException {
      try {
        file.write(packet, 0, packet.length);
        return Written.TAKEN;
      } catch (IOException e) {
        return understood(e).orElseThrow(() -> e);
      }
    }

    @Override
    public void close() throws IOException {
      // Frees a reader that waits, which closing the file would not.
      channel.close();
      file.close();
    }
  }
}
