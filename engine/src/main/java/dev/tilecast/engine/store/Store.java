package dev.tilecast.engine.store;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.schema.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.exception.DataAccessException;

/**
 * What a tile keeps in its database: a mirror of files that verify themselves, the progress of
 * transfers, and the diary (SCHEMA.md). What is read back is checked again; a row that does not
 * hold what it should is deleted and treated as absent.
 *
 * <p>May be used from any thread; calls take turns.
 */
public final class Store implements AutoCloseable {
  private final Database database;
  private final LiveRows live;
  private final TransferRows transfers;
  private final EventRows events;
  private boolean full;
  private boolean closed;

  private Store(Database database, InstantSource clock) {
    this.database = database;
    this.live = new LiveRows(database.dsl());
    this.transfers = new TransferRows(database.dsl());
    this.events = new EventRows(database.dsl(), clock);
  }

  /**
   * Opens the database in {@code folder}, or makes it; one that cannot be used is set aside.
   *
   * @param clock read for the diary only
   * @throws IOException where another process has it open, or not even a fresh one can be made
   */
  public static Store open(Path folder, InstantSource clock) throws IOException {
    requireNonNull(clock);
    Database database = Database.open(folder);
    try {
      Store store = new Store(database, clock);
      store.transfers.sweep();
      return store;
    } catch (DataAccessException e) {
      database.close();
      String words = words(database, "reading", e);
      throw isDiskFull(e) ? new StoreFullException(words, e) : distrusted(database, words, e);
    }
  }

  /** What was set aside when this was opened, and why, as a sentence. */
  public Optional<String> setAside() {
    return database.setAside();
  }

  /**
   * Writes all of {@code saves} in one transaction, in their order; where one of them is
   * {@linkplain Save#durable() durable}, returns only when all of them would survive a power cut.
   * An empty list touches nothing.
   *
   * @throws StoreFullException where the disk is full; none of them was kept
   * @throws IOException where none of them was kept
   */
  public synchronized void commit(List<Save> saves) throws IOException {
    if (saves.isEmpty()) {
      return;
    }
    try {
      // The statements of the rows are those of the one connection, which is in this transaction.
      database.dsl().transaction(tx -> new Commit(live, transfers, events).all(saves));
      events.committed();
      full = false;
    } catch (DataAccessException e) {
      events.rolledBack();
      throw failed("writing " + saves.size() + " rows to", e);
    }
    if (saves.stream().anyMatch(Save::durable)) {
      try {
        database.sync();
      } catch (IOException e) {
        // What the disk did not take may be in the file in part, and nobody can tell which.
        throw failure(e.getMessage(), e);
      }
    }
  }

  /** Every version that was live and whose manifest is here whole, by name. */
  public synchronized List<StoredLive> live() throws IOException {
    try {
      return live.all();
    } catch (DataAccessException e) {
      throw failed("reading", e);
    }
  }

  /** The manifest of a live file. */
  public synchronized Optional<Manifest> manifest(Bytes manifestId) throws IOException {
    try {
      return live.manifest(manifestId);
    } catch (DataAccessException e) {
      throw failed("reading", e);
    }
  }

  /**
   * One encoded unit of the manifest of a live file, checked to be part of that manifest.
   *
   * @param unit {@link dev.tilecast.engine.message.Message.ManifestWant#HEAD}, or a page's number
   */
  public synchronized Optional<Bytes> manifestUnit(Bytes manifestId, int unit) throws IOException {
    try {
      return live.unit(manifestId, unit);
    } catch (DataAccessException e) {
      throw failed("reading", e);
    }
  }

  /** Forgets what is said of {@code name} being live: its row, manifest and intent. */
  public synchronized void forgetLive(Name name) throws IOException {
    try {
      live.forget(name);
    } catch (DataAccessException e) {
      throw failed("forgetting " + name + " in", e);
    }
  }

  /** Promotions that had begun and of which neither success nor failure was kept. */
  public synchronized List<Version> intents() throws IOException {
    try {
      return live.intents();
    } catch (DataAccessException e) {
      throw failed("reading", e);
    }
  }

  /** Every transfer that was open. */
  public synchronized List<StoredTransfer> transfers() throws IOException {
    try {
      return transfers.all();
    } catch (DataAccessException e) {
      throw failed("reading", e);
    }
  }

  /** Up to {@code limit} events with an id above {@code afterId}, oldest first. */
  public synchronized List<LoggedEvent> events(long afterId, int limit) throws IOException {
    try {
      return events.after(afterId, limit);
    } catch (DataAccessException e) {
      throw failed("reading", e);
    }
  }

  /** The newest {@code limit} events, oldest of them first. */
  public synchronized List<LoggedEvent> newestEvents(int limit) throws IOException {
    try {
      return events.newest(limit);
    } catch (DataAccessException e) {
      throw failed("reading", e);
    }
  }

  /** From now on nothing is written between two syncs, as {@link Database#writeOnlyWhenSynced}. */
  public synchronized void writeOnlyWhenSynced() throws IOException {
    database.writeOnlyWhenSynced();
  }

  /** Writes what is pending, unsynced, as {@link Database#writeBehind}. */
  public synchronized void writeBehind() throws IOException {
    database.writeBehind();
  }

  /** Closes the file as a kill of the process would: what is pending is lost. */
  public synchronized void abandon() {
    if (!closed) {
      closed = true;
      database.abandon();
    }
  }

  /** Writes what is pending and closes the file. */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      database.close();
    }
  }

  private IOException failed(String doing, DataAccessException e) {
    return failure(words(database, doing, e), e);
  }

  /**
   * The error to throw for {@code e}. Whatever it was, the file is not trusted again: the daemon
   * stops, and its next start makes a fresh one. Excepted are a full disk, with all that fails
   * after it since H2 then closes the file, and what comes after our own {@link #close}.
   */
  private IOException failure(String words, Exception e) {
    full |= isDiskFull(e);
    if (full) {
      return new StoreFullException(words, e);
    }
    return closed ? new IOException(words, e) : distrusted(database, words, e);
  }

  private static IOException distrusted(Database database, String words, Exception e) {
    IOException failure = new StoreDistrustedException(words, e);
    try {
      database.distrust(words);
    } catch (IOException unsaid) {
      failure.addSuppressed(unsaid);
    }
    return failure;
  }

  private static String words(Database database, String doing, DataAccessException e) {
    return doing
        + " the store "
        + database.file()
        + " failed: "
        + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }

  private static boolean isDiskFull(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
        return true;
      }
    }
    return false;
  }
}
