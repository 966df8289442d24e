package dev.tilecast.schema;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.message.DbException;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FileUtils;

/**
 * A file of a Java file system other than the default one, as H2 sees it. H2 names its files by
 * text, so each folder gets a number while a database is open in it, and {@code foreign:/7/tile}
 * lies in the seventh.
 */
final class ForeignFile extends FilePath {
  private static final String SCHEME = "foreign";

  private static final Map<Long, Path> FOLDERS = new ConcurrentHashMap<>();
  private static final AtomicLong LAST_NUMBER = new AtomicLong();

  static {
    FilePath.register(new ForeignFile(SCHEME + ":"));
  }

  private ForeignFile(String name) {
    this.name = name;
  }

  /** Gives {@code folder} a number of its own; the name by which H2 finds it. */
  static String enter(Path folder) {
    long number = LAST_NUMBER.incrementAndGet();
    FOLDERS.put(number, folder);
    return SCHEME + ":/" + number;
  }

  /** Forgets what {@link #enter} gave. */
  static void leave(String folderName) {
    FOLDERS.remove(Long.parseLong(folderName.substring(folderName.indexOf('/') + 1)));
  }

  /** Where the file lies. */
  private Path path() {
    String[] parts = name.split("/", 3);
    Path folder = FOLDERS.get(Long.parseLong(parts[1]));
    if (folder == null) {
      throw new IllegalStateException(name + ": no database is open in that folder any more");
    }
    return parts.length == 3 ? folder.resolve(parts[2]) : folder;
  }

  private DbException failed(IOException e) {
    return DbException.convertIOException(e, path().toString());
  }

  @Override
  public long size() {
    try {
      return Files.size(path());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void moveTo(FilePath target, boolean atomicReplace) {
    try {
      Path to = ((ForeignFile) target).path();
      if (atomicReplace) {
        Files.move(path(), to, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.move(path(), to);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public boolean createFile() {
    try {
      if (exists()) {
        return false;
      }
      Files.createFile(path());
      return true;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public boolean exists() {
    return Files.exists(path(), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void delete() {
    try {
      Files.deleteIfExists(path());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public List<FilePath> newDirectoryStream() {
    List<FilePath> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path())) {
      for (Path entry : entries) {
        files.add(getPath(name + "/" + entry.getFileName()));
      }
    } catch (IOException e) {
      throw failed(e);
    }
    return files;
  }

  @Override
  public FilePath toRealPath() {
    return this;
  }

  @Override
  public FilePath getParent() {
    return getPath(name.substring(0, name.lastIndexOf('/')));
  }

  @Override
  public boolean isDirectory() {
    return Files.isDirectory(path());
  }

  @Override
  public boolean isRegularFile() {
    return Files.isRegularFile(path());
  }

  @Override
  public boolean isAbsolute() {
    return true;
  }

  @Override
  public long lastModified() {
    try {
      return Files.getLastModifiedTime(path()).toMillis();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public boolean canWrite() {
    return Files.isWritable(path());
  }

  /** H2 asks for this only when told to, which we never do. */
  @Override
  public boolean setReadOnly() {
    return false;
  }

  @Override
  public void createDirectory() {
    try {
      Files.createDirectory(path());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return FileChannel.open(path(), FileUtils.modeToOptions(mode));
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FilePath getPath(String path) {
    return new ForeignFile(path);
  }
}
