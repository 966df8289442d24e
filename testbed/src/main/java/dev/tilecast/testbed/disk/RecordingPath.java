package dev.tilecast.testbed.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** A path of names with slashes between them. What is relative is relative to the root. */
final class RecordingPath implements Path {
  private final RecordingFileSystem fileSystem;
  private final boolean absolute;
  private final List<String> names;

  private RecordingPath(RecordingFileSystem fileSystem, boolean absolute, List<String> names) {
    this.fileSystem = fileSystem;
    this.absolute = absolute;
    this.names = names;
  }

  static RecordingPath parse(RecordingFileSystem fileSystem, String text) {
    List<String> names =
        Arrays.stream(text.split("/", -1)).filter(name -> !name.isEmpty()).toList();
    boolean absolute = text.startsWith("/");
    return new RecordingPath(
        fileSystem, absolute, names.isEmpty() && !absolute ? List.of("") : names);
  }

  private RecordingPath with(boolean isAbsolute, List<String> otherNames) {
    return new RecordingPath(fileSystem, isAbsolute, otherNames);
  }

  /** {@code path} as one of ours. */
  static RecordingPath of(Path path) {
    if (path instanceof RecordingPath ours) {
      return ours;
    }
    throw new ProviderMismatchException(path + " is of another file system");
  }

  @Override
  public RecordingFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public RecordingPath getRoot() {
    return absolute ? with(true, List.of()) : null;
  }

  @Override
  public RecordingPath getFileName() {
    return names.isEmpty() ? null : with(false, List.of(names.get(names.size() - 1)));
  }

  @Override
  public RecordingPath getParent() {
    if (names.isEmpty() || (!absolute && names.size() == 1)) {
      return null;
    }
    return with(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public RecordingPath getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public RecordingPath subpath(int begin, int end) {
    if (begin < 0 || end > names.size() || begin >= end) {
      throw new IllegalArgumentException("names " + begin + " to " + end + " of " + this);
    }
    return with(false, names.subList(begin, end));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof RecordingPath path
        && path.absolute == absolute
        && path.names.size() <= names.size()
        && names.subList(0, path.names.size()).equals(path.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof RecordingPath path) || path.names.size() > names.size()) {
      return false;
    }
    return path.absolute
        ? equals(path)
        : names.subList(names.size() - path.names.size(), names.size()).equals(path.names);
  }

  @Override
  public RecordingPath normalize() {
    List<String> kept = new ArrayList<>();
    for (String name : names) {
      boolean canGoUp = !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..");
      if (name.equals("..") && canGoUp) {
        kept.remove(kept.size() - 1);
      } else if (!name.equals(".") && !(name.equals("..") && absolute)) {
        kept.add(name);
      }
    }
    return with(absolute, Collections.unmodifiableList(kept));
  }

  @Override
  public RecordingPath resolve(Path other) {
    RecordingPath path = of(other);
    if (path.absolute) {
      return path;
    }
    if (path.toString().isEmpty()) {
      return this;
    }
    if (toString().isEmpty()) {
      return path;
    }
    List<String> all = new ArrayList<>(names);
    all.addAll(path.names);
    return with(absolute, Collections.unmodifiableList(all));
  }

  @Override
  public RecordingPath relativize(Path other) {
    RecordingPath path = of(other);
    if (path.absolute != absolute) {
      throw new IllegalArgumentException(this + " and " + path + " are of two kinds");
    }
    int common = 0;
    while (common < Math.min(names.size(), path.names.size())
        && names.get(common).equals(path.names.get(common))) {
      common++;
    }
    List<String> way = new ArrayList<>(Collections.nCopies(names.size() - common, ".."));
    way.addAll(path.names.subList(common, path.names.size()));
    return with(false, way.isEmpty() ? List.of("") : Collections.unmodifiableList(way));
  }

  @Override
  public URI toUri() {
    return URI.create(RecordingProvider.SCHEME + "://" + toAbsolutePath());
  }

  @Override
  public RecordingPath toAbsolutePath() {
    return absolute ? this : fileSystem.getPath("/").resolve(this);
  }

  @Override
  public RecordingPath toRealPath(LinkOption... options) throws IOException {
    RecordingPath real = toAbsolutePath().normalize();
    fileSystem.find(real);
    return real;
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("this file system cannot be watched");
  }

  @Override
  public int compareTo(Path other) {
    return toString().compareTo(of(other).toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordingPath path
        && path.fileSystem.equals(fileSystem)
        && path.absolute == absolute
        && path.names.equals(names);
  }

  @Override
  public int hashCode() {
    return Objects.hash(absolute, names);
  }

  @Override
  public String toString() {
    return (absolute ? "/" : "") + String.join("/", names);
  }
}
