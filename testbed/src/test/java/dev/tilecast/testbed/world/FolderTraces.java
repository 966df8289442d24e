package dev.tilecast.testbed.world;

import dev.tilecast.engine.files.Marks;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@link Traces} in the home of a tile, read and changed with the programs of every system. */
final class FolderTraces implements Traces {
  private static final String PART = ".part";

  private final Path home;

  FolderTraces(Path home) {
    this.home = home;
  }

  private Store store() throws IOException {
    return Store.open(home.resolve("store"), InstantSource.system());
  }

  @Override
  public Map<Name, Version> rows() throws IOException {
    Map<Name, Version> rows = new TreeMap<>();
    try (Store store = store()) {
      store.live().forEach(row -> rows.put(row.entry().version().name(), row.entry().version()));
    }
    return rows;
  }

  @Override
  public Map<Bytes, Integer> transfers() throws IOException {
    Map<Bytes, Integer> transfers = new TreeMap<>();
    try (Store store = store()) {
      store.transfers().forEach(row -> transfers.put(row.manifestId(), row.pages().size()));
    }
    return transfers;
  }

  @Override
  public Set<Name> intents() throws IOException {
    Set<Name> intents = new LinkedHashSet<>();
    try (Store store = store()) {
      store.intents().forEach(version -> intents.add(version.name()));
    }
    return intents;
  }

  @Override
  public Map<Name, Version> marks() throws IOException {
    Map<Name, Version> marks = new TreeMap<>();
    Marks.open(home.resolve("marks")).all().forEach(mark -> marks.put(mark.name(), mark));
    return marks;
  }

  @Override
  public Set<Bytes> staged() throws IOException {
    Set<Bytes> staged = new TreeSet<>();
    for (String fileName : names("staging")) {
      if (fileName.endsWith(PART)) {
        staged.add(Bytes.ofHex(fileName.substring(0, fileName.length() - PART.length())));
      }
    }
    return staged;
  }

  @Override
  public Bytes staged(Bytes id) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(stagingFile(id)));
  }

  private Path stagingFile(Bytes id) {
    return home.resolve("staging").resolve(id.toHex() + PART);
  }

  @Override
  public Set<String> inbox() throws IOException {
    return names("inbox");
  }

  @Override
  public Set<String> refused() throws IOException {
    return names("refused").stream()
        .filter(fileName -> !fileName.endsWith(".reason.txt"))
        .map(fileName -> fileName.replace(".was-live", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public Map<Name, Bytes> archive() throws IOException {
    Map<Name, Bytes> archive = new TreeMap<>();
    for (String fileName : names("archive")) {
      Path file = home.resolve("archive").resolve(fileName);
      archive.put(new Name(fileName), Bytes.copyOf(Files.readAllBytes(file)));
    }
    return archive;
  }

  private Set<String> names(String folder) throws IOException {
    try (Stream<Path> entries = Files.list(home.resolve(folder))) {
      return new TreeSet<>(entries.map(path -> path.getFileName().toString()).toList());
    }
  }

  private Path live(Name name) {
    return home.resolve("live").resolve(name.text());
  }

  @Override
  public void putLive(SimFile file) throws IOException {
    Path copy = Files.write(home.resolve("copy"), file.content().toArray());
    Files.move(copy, live(file.name()), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void deleteLive(Name name) throws IOException {
    Files.delete(live(name));
  }

  @Override
  public void flipStaged(Bytes id, int at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(stagingFile(id), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) ~one.get(0));
      channel.write(one.rewind(), at);
    }
  }

  @Override
  public void deleteStaged(Bytes id) throws IOException {
    Files.delete(stagingFile(id));
  }

  @Override
  public void strayInStaging(SimFile file) throws IOException {
    Files.write(stagingFile(file.id()), file.content().toArray());
  }

  @Override
  public void promoteUpTo(CutPoint point, SimFile file) throws IOException {
    Path live = live(file.name());
    if (point.compareTo(CutPoint.AFTER_ARCHIVE) >= 0 && Files.exists(live)) {
      Files.createLink(home.resolve("archive").resolve(file.name().text()), live);
    }
    if (point.compareTo(CutPoint.AFTER_RENAME) >= 0) {
      Files.move(stagingFile(file.id()), live, StandardCopyOption.ATOMIC_MOVE);
    }
    if (point.compareTo(CutPoint.AFTER_MARK) >= 0) {
      Marks.open(home.resolve("marks")).raise(file.version());
    }
  }
}
