package dev.tilecast.testbed.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What {@link java.nio.file.Files} asks of a {@link RecordingFileSystem}. */
final class RecordingProvider extends FileSystemProvider {
  static final String SCHEME = "recorded";

  private static final String FILE_PERMISSIONS = "rw-r--r--";
  private static final String FOLDER_PERMISSIONS = "rwxr-xr-x";

  private final RecordingFileSystem fileSystem;

  RecordingProvider(RecordingFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException("a recording file system is made by its constructor");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return fileSystem;
  }

  @Override
  public Path getPath(URI uri) {
    return fileSystem.getPath(uri.getPath());
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    RecordingPath ours = RecordingPath.of(path);
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean write = append || options.contains(StandardOpenOption.WRITE);
    boolean read = !write || options.contains(StandardOpenOption.READ);
    if (options.contains(StandardOpenOption.DELETE_ON_CLOSE)
        || options.contains(StandardOpenOption.SYNC)
        || options.contains(StandardOpenOption.DSYNC)) {
      throw new UnsupportedOperationException(options + " when opening " + path);
    }
    Inode inode = inode(ours, write ? options : Set.of(), attributes);
    if (inode.folder && write) {
      throw new IOException(path + " is a folder");
    }
    if (write && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      fileSystem.truncate(inode, 0);
    }
    fileSystem.opened(inode, ours);
    return new RecordingChannel(fileSystem, inode, read, write, append);
  }

  private Inode inode(
      RecordingPath path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    synchronized (fileSystem) {
      if (options.contains(StandardOpenOption.CREATE_NEW)) {
        return fileSystem.create(path, permissions(FILE_PERMISSIONS, attributes));
      }
      try {
        return fileSystem.find(path);
      } catch (NoSuchFileException e) {
        if (!options.contains(StandardOpenOption.CREATE)) {
          throw e;
        }
        return fileSystem.create(path, permissions(FILE_PERMISSIONS, attributes));
      }
    }
  }

  private static String permissions(String otherwise, FileAttribute<?>... attributes) {
    String permissions = otherwise;
    for (FileAttribute<?> attribute : attributes) {
      if (!attribute.name().equals("posix:permissions")) {
        throw new UnsupportedOperationException("attribute " + attribute.name());
      }
      permissions = permissions(attribute.value());
    }
    return permissions;
  }

  @SuppressWarnings("unchecked") // What an attribute of this name holds.
  private static String permissions(Object value) {
    return PosixFilePermissions.toString((Set<PosixFilePermission>) value);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (String name : fileSystem.names(RecordingPath.of(folder))) {
      Path path = folder.resolve(name);
      if (filter.accept(path)) {
        paths.add(path);
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return paths.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    fileSystem.makeFolder(RecordingPath.of(folder), permissions(FOLDER_PERMISSIONS, attributes));
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    fileSystem.link(RecordingPath.of(link), RecordingPath.of(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    fileSystem.delete(RecordingPath.of(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    Set<OpenOption> to =
        Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING)
            ? Set.of(
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING)
            : Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    try (FileChannel from = newFileChannel(source, Set.of(StandardOpenOption.READ));
        FileChannel into = newFileChannel(target, to)) {
      from.transferTo(0, from.size(), into);
    }
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    List<CopyOption> wanted = Arrays.asList(options);
    boolean replace =
        wanted.contains(StandardCopyOption.REPLACE_EXISTING)
            || wanted.contains(StandardCopyOption.ATOMIC_MOVE);
    fileSystem.rename(RecordingPath.of(source), RecordingPath.of(target), replace);
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return path.equals(other)
        || fileSystem.find(RecordingPath.of(path)).number
            == fileSystem.find(RecordingPath.of(other)).number;
  }

  @Override
  public boolean isHidden(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().startsWith(".");
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    fileSystem.find(RecordingPath.of(path));
    return fileSystem.store();
  }

  /** There are no users; what nobody may do, nobody does. */
  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    String permissions = fileSystem.attributes(RecordingPath.of(path)).mode();
    for (AccessMode mode : modes) {
      String letter =
          switch (mode) {
            case READ -> "r";
            case WRITE -> "w";
            case EXECUTE -> "x";
          };
      if (!permissions.contains(letter)) {
        throw new AccessDeniedException(path.toString());
      }
    }
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    RecordingView view = new RecordingView(RecordingPath.of(path));
    return type.isInstance(view) ? type.cast(view) : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    RecordingAttributes attributes = fileSystem.attributes(RecordingPath.of(path));
    if (!type.isInstance(attributes)) {
      throw new UnsupportedOperationException(type + " of " + path);
    }
    return type.cast(attributes);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    Map<String, Object> all = fileSystem.attributes(RecordingPath.of(path)).byName();
    String names = attributes.substring(attributes.indexOf(':') + 1);
    if (names.equals("*")) {
      return all;
    }
    Map<String, Object> wanted = new TreeMap<>();
    for (String name : names.split(",", -1)) {
      if (!all.containsKey(name)) {
        throw new IllegalArgumentException("'" + name + "' of " + attributes);
      }
      wanted.put(name, all.get(name));
    }
    return wanted;
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    if (!attribute.equals("posix:permissions")) {
      throw new UnsupportedOperationException(attribute + " of " + path);
    }
    fileSystem.permit(fileSystem.find(RecordingPath.of(path)), permissions(value));
  }
}
