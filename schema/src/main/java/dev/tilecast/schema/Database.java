package dev.tilecast.schema;

import static dev.tilecast.schema.generated.Tables.SCHEMA_VERSION;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.tilecast.schema.generated.DefaultSchema;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.h2.api.ErrorCode;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * The one open H2 file of a tile. A file that cannot be used, because it is damaged or of another
 * schema version, is set aside under another name and a fresh one is made: everything in it that
 * matters can be rebuilt from files that verify themselves (SCHEMA.md, Set aside).
 *
 * <p>Not thread-safe: one connection, and whoever opened it takes care of turns.
 */
public final class Database implements AutoCloseable {
  /** The number of the shape that the SQL files give. Raised whenever they change the tables. */
  public static final int VERSION = 2;

  /** The file inside the folder. */
  public static final String FILE = "tile.mv.db";

  /** How many files that were set aside are kept; older ones are deleted. */
  public static final int SET_ASIDE_MAX = 2;

  /** The SQL files, in the order in which they run. */
  static final List<String> SQL_FILES =
      List.of(
          "010-schema_version.sql",
          "020-manifest.sql",
          "030-version.sql",
          "040-transfer.sql",
          "050-event.sql");

  /** Beside the file when it failed while it was used; holds why, in words. */
  private static final String DISTRUST_FILE = "tile.distrusted";

  private static final String SET_ASIDE_INFIX = ".set-aside-";

  /**
   * WRITE_DELAY: milliseconds until an unsynced commit reaches the file; each such write costs 16
   * KB of flash whatever the row, so seconds, not the half second that is H2's default. CACHE_SIZE:
   * KiB. DB_CLOSE_ON_EXIT: the daemon closes the file itself, in its own order.
   */
  private static final String OPTIONS =
      ";WRITE_DELAY=5000;CACHE_SIZE=4096;DB_CLOSE_ON_EXIT=FALSE"
          + ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0";

  /**
   * H2 compacts a file for 200 ms when it is closed. In memory that is thousands of writes, most of
   * them the same again, and each would be a point at which the power is cut: so on other file
   * systems than the machine's a smaller file that was closed the last time is not compacted. One
   * that was not closed is, there too: until it is written over, H2 may take what is torn in it for
   * the newest state once more.
   */
  static final long COMPACT_FROM_BYTES = 512 * 1024;

  /** What the first block of a file says that was closed. */
  private static final String CLOSED = ",clean:1,";

  private static final int HEADER_BYTES = 4096;

  private static final int COMPACT_MILLIS = 200;

  /** Held, since the logging of Java forgets the level of a logger that nobody holds. */
  private static final Logger JOOQ_LOG = Logger.getLogger("org.jooq");

  static {
    // jOOQ would print its logo, a tip of the day and H2's version into the daemon's log.
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    JOOQ_LOG.setLevel(Level.WARNING);
  }

  private final Path file;
  private final Opened opened;
  private final DSLContext dsl;
  private final Optional<String> setAside;

  /**
   * A connection, and what is to be done when it is closed.
   *
   * @param forget lets H2 forget the folder, where that is of another file system
   */
  private record Opened(Connection connection, Runnable forget) {}

  private Database(Path file, Opened opened, Optional<String> setAside) {
    this.file = file;
    this.opened = opened;
    this.dsl = dslOf(opened.connection);
    this.setAside = setAside;
  }

  /**
   * Opens the file in {@code folder}, or makes it.
   *
   * @throws IOException where another process has it open, or where not even a fresh one can be
   *     made; then the file that was there is where it was
   */
  public static Database open(Path folder) throws IOException {
    Path file = folder.toAbsolutePath().normalize().resolve(FILE);
    if (!Files.isDirectory(folder)) {
      throw new FileNotFoundException(
          folder + " is not a folder, so the store cannot be opened there");
    }
    if (file.toString().contains(";")) {
      throw new IOException(
          file + " has a semicolon in its path, which H2 cannot open; use another --home");
    }
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(file.resolveSibling(DISTRUST_FILE));
      return fresh(file, Optional.empty());
    }
    String fault;
    try {
      requireTrusted(file);
      return existing(file);
    } catch (UnusableException e) {
      fault = e.getMessage();
    }
    Path aside = setAside(file);
    String sentence =
        file
            + " "
            + fault
            + "; it was set aside as "
            + aside.getFileName()
            + " and a fresh one is rebuilt from the tile's files";
    try {
      Database fresh = fresh(file, Optional.of(sentence));
      Files.deleteIfExists(file.resolveSibling(DISTRUST_FILE));
      return fresh;
    } catch (IOException e) {
      Files.deleteIfExists(file);
      Files.move(aside, file, ATOMIC_MOVE);
      throw e;
    }
  }

  /** What was set aside when this was opened, and why, as a sentence. */
  public Optional<String> setAside() {
    return setAside;
  }

  /** The connection, ready for statements; every statement commits by itself. */
  public DSLContext dsl() {
    return dsl;
  }

  /** The file that is open. */
  public Path file() {
    return file;
  }

  /**
   * Returns when everything committed so far would survive a power cut. A commit alone is not
   * synced by H2, whatever its WRITE_DELAY.
   */
  public void sync() throws IOException {
    try (Statement statement = opened.connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    } catch (SQLException e) {
      throw new IOException("syncing " + file + " failed: " + withCause(e), e);
    }
  }

  /**
   * Says that the file failed while it was used, so that it is set aside when it is opened next:
   * damage can hide where opening does not look, and must not stop the tile at every start.
   *
   * @param why in words, on one line
   */
  public void distrust(String why) throws IOException {
    Files.writeString(file.resolveSibling(DISTRUST_FILE), why);
  }

  /**
   * From now on only {@link #sync}, {@link #close} and much that is pending write to the file, and
   * never a thread of the database by itself: two runs of one world must leave the same file.
   */
  public void writeOnlyWhenSynced() throws IOException {
    try (Statement statement = opened.connection.createStatement()) {
      statement.execute("SET WRITE_DELAY " + Integer.MAX_VALUE);
    } catch (SQLException e) {
      throw new IOException("setting the delay of " + file + " failed: " + e.getMessage(), e);
    }
  }

  /**
   * Writes what is pending, unsynced: what a thread of the database does by itself every few
   * seconds, for whoever wants that to happen at a certain instant.
   */
  public void writeBehind() throws IOException {
    try (Statement statement = opened.connection.createStatement()) {
      statement.execute("CHECKPOINT");
    } catch (SQLException e) {
      throw new IOException("writing " + file + " failed: " + withCause(e), e);
    }
  }

  /** Closes the file as a kill of the process would: what is pending is lost. */
  public void abandon() {
    abandon(opened);
  }

  /** Writes what is pending and closes the file. */
  @Override
  public void close() throws IOException {
    try {
      opened.connection.close();
    } catch (SQLException e) {
      throw new IOException("closing " + file + " failed: " + e.getMessage(), e);
    } finally {
      opened.forget.run();
    }
  }

  private static void requireTrusted(Path file) throws IOException, UnusableException {
    Path distrust = file.resolveSibling(DISTRUST_FILE);
    if (Files.exists(distrust)) {
      throw new UnusableException(
          "failed while it was used ("
              + new String(Files.readAllBytes(distrust), UTF_8).strip()
              + ")");
    }
  }

  private static Database existing(Path file) throws IOException, UnusableException {
    if (!Files.isReadable(file) || !Files.isWritable(file)) {
      throw new IOException(
          file + " may not be read and written by this user; give it to the user of the daemon");
    }
    Opened opened = connectExisting(file);
    try {
      Integer version =
          dslOf(opened.connection)
              .select(DSL.max(SCHEMA_VERSION.VERSION))
              .from(SCHEMA_VERSION)
              .fetchSingle()
              .value1();
      if (version == null || version != VERSION) {
        throw new UnusableException(
            "has "
                + (version == null ? "no schema version" : "schema version " + version)
                + ", this program needs "
                + VERSION);
      }
      readEveryRow(dslOf(opened.connection));
      return new Database(file, opened, Optional.empty());
    } catch (UnusableException e) {
      abandon(opened);
      throw e;
    } catch (RuntimeException | VirtualMachineError | AssertionError e) {
      // H2 meets damaged pages with many kinds of these; whatever it is, the file is of no use.
      abandon(opened);
      throw new UnusableException("is damaged (" + firstLine(e) + ")", e);
    }
  }

  private static Opened connectExisting(Path file) throws IOException, UnusableException {
    try {
      return connect(file);
    } catch (SQLException e) {
      if (e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
        throw new IOException(
            file + " is open in another process; stop that process or use another --home", e);
      }
      throw new UnusableException("is damaged (" + firstLine(e) + ")", e);
    } catch (RuntimeException | VirtualMachineError | AssertionError e) {
      throw new UnusableException("is damaged (" + firstLine(e) + ")", e);
    }
  }

  private static Database fresh(Path file, Optional<String> setAside) throws IOException {
    Opened opened = null;
    boolean made = false;
    try {
      opened = connect(file);
      try (Statement statement = opened.connection.createStatement()) {
        for (String name : SQL_FILES) {
          statement.execute(sql(name));
        }
      }
      // Last, so that a file whose making was cut short is known by the missing row.
      dslOf(opened.connection).insertInto(SCHEMA_VERSION).values(VERSION).execute();
      Database database = new Database(file, opened, setAside);
      database.sync();
      syncFolder(file.getParent());
      made = true;
      return database;
    } catch (SQLException | DataAccessException e) {
      throw new IOException("making the store " + file + " failed: " + withCause(e), e);
    } finally {
      if (!made && opened != null) {
        abandon(opened);
        discard(file);
      }
    }
  }

  /** What the disk did not take it may never take, and the next sync would not say so. */
  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Why it could not be made is told; the next start sets aside what is left.
      System.getLogger(Database.class.getName())
          .log(System.Logger.Level.DEBUG, "deleting " + file + " that could not be made: " + e);
    }
  }

  /** Without this, a power cut may take the whole file, however often it was synced itself. */
  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Reads every row once, so that a damaged page shows now and not in the middle of work. The
   * greatest value of each column needs all of them, and almost no memory.
   */
  private static void readEveryRow(DSLContext dsl) {
    for (Table<?> table : DefaultSchema.DEFAULT_SCHEMA.getTables()) {
      List<Field<?>> columns = Arrays.stream(table.fields()).<Field<?>>map(DSL::max).toList();
      dsl.select(columns).from(table).fetchSingle();
    }
  }

  private static Opened connect(Path file) throws SQLException {
    if (file.getFileSystem().equals(FileSystems.getDefault())) {
      return new Opened(connect(file.toString(), COMPACT_MILLIS), () -> {});
    }
    int compactMillis = compactMillis(file);
    String folder = ForeignFile.enter(file.getParent());
    try {
      Connection connection = connect(folder + "/" + file.getFileName(), compactMillis);
      return new Opened(connection, () -> ForeignFile.leave(folder));
    } catch (SQLException | RuntimeException | Error e) {
      ForeignFile.leave(folder);
      throw e;
    }
  }

  private static int compactMillis(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String header = new String(in.readNBytes(HEADER_BYTES), ISO_8859_1);
      return header.contains(CLOSED) && Files.size(file) < COMPACT_FROM_BYTES ? 0 : COMPACT_MILLIS;
    } catch (IOException e) {
      // It is not there yet, or opening it will say what is wrong.
      return 0;
    }
  }

  private static Connection connect(String name, int compactMillis) throws SQLException {
    String base = name.substring(0, name.length() - ".mv.db".length());
    Properties user = new Properties();
    user.setProperty("user", "sa");
    user.setProperty("password", "");
    return org.h2.Driver.load()
        .connect("jdbc:h2:file:" + base + OPTIONS + ";MAX_COMPACT_TIME=" + compactMillis, user);
  }

  private static DSLContext dslOf(Connection connection) {
    return DSL.using(connection, SQLDialect.H2);
  }

  /** Closes without writing anything: what is open is of no use. */
  private static void abandon(Opened opened) {
    try (Statement statement = opened.connection.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    } catch (SQLException | RuntimeException | VirtualMachineError | AssertionError e) {
      System.getLogger(Database.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a store that is of no use: " + firstLine(e));
    } finally {
      opened.forget.run();
    }
  }

  private static Path setAside(Path file) throws IOException {
    NavigableMap<Long, Path> earlier = earlierSetAside(file);
    long number = earlier.isEmpty() ? 1 : earlier.lastKey() + 1;
    Path aside = file.resolveSibling(file.getFileName() + SET_ASIDE_INFIX + number);
    Files.move(file, aside, ATOMIC_MOVE);
    while (earlier.size() > SET_ASIDE_MAX - 1) {
      Files.deleteIfExists(earlier.pollFirstEntry().getValue());
    }
    return aside;
  }

  private static NavigableMap<Long, Path> earlierSetAside(Path file) throws IOException {
    String prefix = file.getFileName() + SET_ASIDE_INFIX;
    NavigableMap<Long, Path> found = new TreeMap<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(file.toAbsolutePath().getParent())) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(prefix) && name.substring(prefix.length()).matches("[0-9]{1,9}")) {
          found.put(Long.parseLong(name.substring(prefix.length())), entry);
        }
      }
    }
    return found;
  }

  /** The text of one of {@link #SQL_FILES}. */
  static String sql(String name) throws IOException {
    try (InputStream in = Database.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program was packaged without " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** H2 says only which file it was; whether the disk is full, say, stands in the last cause. */
  static String withCause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String words = firstLine(e);
    String last = firstLine(cause);
    return words.contains(last) ? words : words + " (" + last + ")";
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  /** A file that is there and cannot be used; the message continues "FILE ...". */
  private static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableException(String message) {
      super(message);
    }

    UnusableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
