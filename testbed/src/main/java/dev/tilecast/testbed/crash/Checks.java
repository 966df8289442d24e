package dev.tilecast.testbed.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.files.Marks;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.store.Store;
import dev.tilecast.engine.store.StoredLive;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What must hold of a tile's disk: as the cut left it, after the start, and at the end. */
final class Checks {
  private static final String REASON_SUFFIX = ".reason.txt";

  private final Story story;
  private final Cast cast;
  private final Path root;

  Checks(Story story, Cast cast, Path root) {
    this.story = story;
    this.cast = cast;
    this.root = root;
  }

  /** Before anything is started: no part of a file is live, nothing acknowledged is gone. */
  void asLeft(Collection<Published> promised) throws IOException, ViolationException {
    Map<Name, Published> live = live(true);
    requireKept(live, promised);
    for (Path file : entries("archive")) {
      Bytes content = content(file);
      require(isPublished(file, content), file + " is no whole published file");
    }
    for (Story.Drop drop : story.drops()) {
      boolean there =
          holds("inbox", drop)
              || holds("refused", drop)
              || (drop.accepted()
                  && Name.parse(drop.fileName()).map(live::get).filter(this::isGoal).isPresent());
      require(there, "the dropped " + drop.fileName() + " is in neither inbox, live nor refused");
    }
  }

  /**
   * A promise is synced as rows, too, before it is said. A database that the cut has damaged is set
   * aside and rebuilt, which costs nobody anything but time.
   */
  void rowsAsLeft(Collection<Published> said) throws IOException, ViolationException {
    if (said.isEmpty()) {
      // Nothing to look for; there may not even be a home yet.
      return;
    }
    try (Store store = Store.open(root.resolve("store"), InstantSource.system())) {
      if (store.setAside().isPresent()) {
        return;
      }
      Map<Name, Version> rows = rows(store);
      for (Published kept : said) {
        Version row = rows.get(kept.name());
        require(
            row != null && !kept.version().isNewerThan(row),
            kept.version() + " was said to be live; its row says " + (row == null ? "no" : row));
      }
    }
  }

  /** What a start has left in the database when nothing came after it. */
  void rowsOfStart(TileReport report) throws IOException, ViolationException {
    try (Store store = Store.open(root.resolve("store"), InstantSource.system())) {
      require(store.setAside().isEmpty(), "after a good stop: " + store.setAside());
      Map<Name, Version> live = new TreeMap<>();
      report.live().forEach(l -> live.put(l.entry().version().name(), l.entry().version()));
      require(
          rows(store).equals(live),
          "after a start the rows say " + rows(store) + " is live, the tile says " + live);
      require(store.intents().isEmpty(), "after a start intents are left: " + store.intents());
      Set<Bytes> open = new HashSet<>();
      report.transfers().forEach(transfer -> open.add(transfer.manifestId()));
      Set<Bytes> kept = new HashSet<>();
      store.transfers().forEach(transfer -> kept.add(transfer.manifestId()));
      require(
          kept.equals(open),
          "after a start the rows have transfers " + kept + ", the tile has " + open);
    }
  }

  private static Map<Name, Version> rows(Store store) throws IOException {
    Map<Name, Version> rows = new TreeMap<>();
    for (StoredLive row : store.live()) {
      rows.put(row.entry().version().name(), row.entry().version());
    }
    return rows;
  }

  /** The start has made rows and marks agree with files, and swept what nobody knows. */
  void afterStart(TileReport report, Collection<Published> promised)
      throws IOException, ViolationException {
    Map<Name, Published> live = live(false);
    requireKept(live, promised);
    require(
        Stage.live(report).equals(versions(live)),
        "the tile reports " + Stage.live(report) + " as live, the disk has " + versions(live));
    requireMarks(live);
    Set<String> known = new HashSet<>();
    report.transfers().forEach(t -> known.add(t.manifestId().toHex() + ".part"));
    for (Path file : entries("staging")) {
      require(known.contains(file.getFileName().toString()), file + " was not swept away");
    }
  }

  /** The goal is reached, on the disk, too. */
  void atEnd(TileReport report) throws IOException, ViolationException {
    Map<Name, Published> live = live(false);
    for (Published goal : story.goal()) {
      require(
          goal.equals(live.get(goal.name())), "live/" + goal.name() + " is not the newest version");
    }
    require(live.size() == story.goal().size(), "live/ holds " + live.keySet());
    requireMarks(live);
    require(report.wanted().isEmpty(), "the tile still wants " + report.wanted());
    require(entries("staging").isEmpty(), "staging/ still holds " + entries("staging"));
    for (Story.Drop drop : story.drops()) {
      if (drop.accepted()) {
        require(!Files.exists(root.resolve("refused").resolve(drop.fileName())), "was refused");
      } else {
        require(holds("refused", drop), drop.fileName() + " is not in refused/");
        Path reason = root.resolve("refused").resolve(drop.fileName() + REASON_SUFFIX);
        require(
            Files.exists(reason) && !Files.readString(reason, UTF_8).isBlank(),
            reason + " does not say why " + drop.fileName() + " was refused");
      }
    }
  }

  /** After a stop in good order the rows are those of the files. */
  void rows() throws IOException, ViolationException {
    try (Store store = Store.open(root.resolve("store"), InstantSource.system())) {
      require(store.setAside().isEmpty(), "after a good stop: " + store.setAside());
      Map<Name, Version> rows = rows(store);
      Map<Name, Version> goal = new TreeMap<>();
      story.goal().forEach(published -> goal.put(published.name(), published.version()));
      require(rows.equals(goal), "the rows say " + rows + " is live, expected " + goal);
      require(store.intents().isEmpty(), "intents are left: " + store.intents());
      require(store.transfers().isEmpty(), "transfers are left: " + store.transfers());
    }
  }

  /** Each file in {@code live/}, required to be a whole published one of its name. */
  private Map<Name, Published> live(boolean damagedToo) throws IOException, ViolationException {
    Map<Name, Published> live = new TreeMap<>();
    for (Path file : entries("live")) {
      Bytes content = content(file);
      Optional<Published> published =
          cast.all().stream()
              .filter(p -> p.name().text().equals(file.getFileName().toString()))
              .filter(p -> p.content().equals(content))
              .findFirst();
      published.ifPresent(p -> live.put(p.name(), p));
      boolean expected = published.isPresent() || (damagedToo && story.damaged().contains(content));
      require(expected, file + " (" + content.length() + " bytes) is no whole published file");
    }
    return live;
  }

  private boolean isPublished(Path file, Bytes content) {
    return cast.all().stream()
        .anyMatch(
            p ->
                p.name().text().equals(file.getFileName().toString())
                    && p.content().equals(content));
  }

  private boolean isGoal(Published live) {
    return story.goal().contains(live);
  }

  private static void requireKept(Map<Name, Published> live, Collection<Published> promised)
      throws ViolationException {
    for (Published kept : promised) {
      Published now = live.get(kept.name());
      require(
          now != null && !kept.version().isNewerThan(now.version()),
          kept.version()
              + " was acknowledged; live is "
              + (now == null ? "nothing" : now.version().toString()));
    }
  }

  private void requireMarks(Map<Name, Published> live) throws IOException, ViolationException {
    Marks marks = Marks.open(root.resolve("marks"));
    require(marks.troubles().isEmpty(), marks.troubles().toString());
    for (Path file : entries("marks")) {
      require(!file.toString().endsWith(".set-aside"), file + ": a mark was damaged");
    }
    for (Published published : live.values()) {
      require(
          marks.of(published.name()).equals(Optional.of(published.version())),
          "the mark of " + published.version() + " is " + marks.of(published.name()));
    }
  }

  private boolean holds(String folder, Story.Drop drop) throws IOException {
    Path file = root.resolve(folder).resolve(drop.fileName());
    return Files.exists(file) && content(file).equals(drop.content());
  }

  private static Set<Version> versions(Map<Name, Published> live) {
    Set<Version> versions = new HashSet<>();
    live.values().forEach(published -> versions.add(published.version()));
    return versions;
  }

  /** What is in a folder; temporary files, which begin with a dot, left out. */
  private List<Path> entries(String folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (!Files.isDirectory(root.resolve(folder))) {
      return files;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(folder))) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".")) {
          files.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  private static Bytes content(Path file) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(file));
  }

  private static void require(boolean holds, String otherwise) throws ViolationException {
    if (!holds) {
      throw new ViolationException(otherwise);
    }
  }
}
