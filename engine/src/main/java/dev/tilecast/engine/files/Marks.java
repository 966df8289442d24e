package dev.tilecast.engine.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The highest version of each name that was ever live here, in one small file each, so that no
 * older one goes live even when the database and the live file are lost (ARCHITECTURE.md, Files,
 * Marks). A mark never goes down. May be used from any thread.
 */
public final class Marks {
  private static final String SET_ASIDE_SUFFIX = ".set-aside";
  private static final int BYTES_MAX = 1024;
  private static final Pattern BODY =
      Pattern.compile(
          "tilecast mark 1\nname ([!-~]+)\nstamp (-?[0-9]{1,19})\ndigest ([0-9a-f]{128})\n");
  private static final Pattern FILE = Pattern.compile("(?s)(.*)check ([0-9a-f]{64})\n");

  private final Path folder;
  private final TreeMap<Name, Version> marks = new TreeMap<>();
  private final List<String> troubles = new ArrayList<>();

  private Marks(Path folder) {
    this.folder = folder;
  }

  /** Reads every mark in {@code folder}; those that are damaged are set aside. */
  public static Marks open(Path folder) throws IOException {
    Marks marks = new Marks(folder);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        marks.load(entry);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    marks.troubles.sort(null);
    return marks;
  }

  private void load(Path entry) throws IOException {
    Optional<Name> name = Name.parse(entry.getFileName().toString());
    if (name.isEmpty()) {
      return;
    }
    Optional<Version> mark = read(entry).filter(version -> version.name().equals(name.get()));
    if (mark.isPresent()) {
      marks.put(name.get(), mark.get());
      return;
    }
    Path aside = entry.resolveSibling(entry.getFileName() + SET_ASIDE_SUFFIX);
    Files.move(entry, aside, ATOMIC_MOVE);
    troubles.add(
        "the mark "
            + entry
            + " is damaged and was set aside as "
            + aside.getFileName()
            + "; until a version of "
            + name.get()
            + " is live here again, an older one than before could be taken");
  }

  /** What was found damaged when the marks were read, as sentences. */
  public List<String> troubles() {
    return List.copyOf(troubles);
  }

  /** Every mark, by name. */
  public synchronized List<Version> all() {
    return List.copyOf(marks.values());
  }

  /** The mark of {@code name}; empty where no version of it was ever live. */
  public synchronized Optional<Version> of(Name name) {
    return Optional.ofNullable(marks.get(name));
  }

  /**
   * Makes {@code version} the mark of its name where it is newer than that is; else does nothing.
   * On return the mark survives a power cut.
   */
  public void raise(Version version) throws IOException {
    try (Raise raise = prepare(version)) {
      raise.now();
    }
  }

  /**
   * Puts the mark of {@code version} on the disk, without effect: where there is no room for it,
   * nothing has happened yet.
   */
  public Raise prepare(Version version) throws IOException {
    Path target = folder.resolve(version.name().text());
    if (!isAbove(version)) {
      return new Raise(version, Optional.empty());
    }
    byte[] content = encode(version);
    DurableFile file = DurableFile.open(target, "rw-r--r--");
    try {
      DurableFile.writeFully(file.channel(), ByteBuffer.wrap(content), 0);
      file.channel().force(true);
      return new Raise(version, Optional.of(file));
    } catch (IOException e) {
      file.close();
      throw new IOException(
          "writing " + content.length + " bytes to " + target + ": " + DurableFile.words(e), e);
    }
  }

  private synchronized boolean isAbove(Version version) {
    Version mark = marks.get(version.name());
    return mark == null || version.isNewerThan(mark);
  }

  /** A mark that is written and not in force; closed before that, it leaves nothing. */
  public final class Raise implements AutoCloseable {
    private final Version version;
    private Optional<DurableFile> file;

    private Raise(Version version, Optional<DurableFile> file) {
      this.version = version;
      this.file = file;
    }

    /** As {@link Marks#raise}. */
    void now() throws IOException {
      synchronized (Marks.this) {
        if (file.isPresent() && isAbove(version)) {
          file.get().replace();
          marks.put(version.name(), version);
        }
      }
      // Here, where a failure still is one of raising it.
      close();
    }

    @Override
    public void close() throws IOException {
      Optional<DurableFile> written = file;
      file = Optional.empty();
      if (written.isPresent()) {
        written.get().close();
      }
    }
  }

  private static byte[] encode(Version version) {
    String body =
        "tilecast mark 1\nname "
            + version.name()
            + "\nstamp "
            + version.stamp()
            + "\ndigest "
            + version.innerDigest().toHex()
            + "\n";
    return (body + "check " + check(body) + "\n").getBytes(US_ASCII);
  }

  private static Optional<Version> read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > BYTES_MAX) {
      return Optional.empty();
    }
    Matcher whole = FILE.matcher(new String(Files.readAllBytes(file), US_ASCII));
    if (!whole.matches() || !check(whole.group(1)).equals(whole.group(2))) {
      return Optional.empty();
    }
    Matcher body = BODY.matcher(whole.group(1));
    if (!body.matches()) {
      return Optional.empty();
    }
    try {
      return Name.parse(body.group(1))
          .map(
              name -> new Version(name, Long.parseLong(body.group(2)), Bytes.ofHex(body.group(3))));
    } catch (NumberFormatException e) {
      // Nineteen digits can be more than a stamp holds; no program of ours wrote that.
      return Optional.empty();
    }
  }

  private static String check(String body) {
    return Bytes.sha256(body.getBytes(UTF_8)).toHex();
  }
}
