package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSizes;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.daemon.Surroundings;
import dev.tilecast.engine.daemon.Tile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * The daemon's own shell in virtual time: {@link Tile} on a real home. Its links are the ports of
 * the tile, its slow work happens at later instants, one after the other, and is lost when the
 * process ends. Whatever the world wants to know of it is read from its packets and its files.
 *
 * <p>How it ends is drawn: with all that the database had to write, or without what had not been
 * synced. A kill may find the database in either state.
 */
final class DiskShell implements Software {
  private final SimTile tile;
  private final TileFolder folder;
  private final Tile daemon;
  private final Map<Direction, TilePort> links = new EnumMap<>(Direction.class);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** Whether this turn has sent a packet. */
  private boolean sending;

  private DiskShell(SimTile tile, TileFolder folder) throws IOException, SettingsException {
    this.tile = tile;
    this.folder = folder;
    // Cables may be laid later; the daemon's links are those that it had at its start.
    for (Direction direction : Direction.values()) {
      links.put(direction, new TilePort(tile.port(direction), this));
    }
    daemon =
        Tile.open(
            folder.root(),
            new Surroundings(
                (settings, troubles) -> List.copyOf(links.values()),
                this::slow,
                Optional.empty(),
                tile::nanos,
                tile::clock,
                tile.world().chanceOf(tile),
                work -> {
                  throw new IllegalStateException("tiles of a world run no commands");
                },
                cause -> failure.compareAndSet(null, cause),
                folder.out()));
    daemon.writeOnlyWhenSynced();
    folder.inspected(this::inspected);
    folder.refresh();
  }

  /** The tile of {@code folder}, its rows in agreement with its files. */
  static DiskShell open(SimTile tile, TileFolder folder) throws IOException {
    try {
      return new DiskShell(tile, folder);
    } catch (SettingsException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public void start() throws IOException {
    daemon.start();
    requireGoingOn();
  }

  @Override
  public void up(Direction direction) {
    links.get(direction).up();
  }

  @Override
  public void down(Direction direction, String why) {
    links.get(direction).down(why);
  }

  @Override
  public void received(Direction from, byte[] packet) {
    links.get(from).received(packet);
  }

  @Override
  public void turn() throws IOException {
    sending = false;
    tile.reach(CutPoint.BEFORE_COMMIT);
    try {
      daemon.turn(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    requireGoingOn();
  }

  /** What it sends, it sends after the commit of the turn. */
  void beforeSending() {
    if (!sending) {
      tile.reach(CutPoint.AFTER_COMMIT);
    }
  }

  void afterSending() {
    if (!sending) {
      sending = true;
      tile.reach(CutPoint.WHILE_SENDING);
    }
  }

  SimTile tile() {
    return tile;
  }

  private void slow(Runnable work) {
    tile.slow(
        tile.model().inspectNanos(),
        () -> {
          work.run();
          observe();
          requireGoingOn();
        });
  }

  /** Tells whoever looks on what a piece of slow work has changed. */
  private void observe() throws IOException {
    boolean promoted = false;
    for (SimFile file : folder.refresh()) {
      promoted = true;
      tile.world().watches().forEach(watch -> watch.wentLive(tile, file, file.content()));
      if (failure.get() == null) {
        tile.world().watches().forEach(watch -> watch.settled(tile, file.version()));
      }
    }
    for (String fileName : List.copyOf(folder.dropped().keySet())) {
      Optional<Verdict> verdict = daemon.verdict(fileName);
      if (verdict.isPresent()) {
        SimFile file = folder.dropped().remove(fileName);
        tile.world().watches().forEach(watch -> watch.answered(tile, file, verdict.get()));
      }
    }
    if (promoted) {
      tile.reach(CutPoint.AFTER_MARK);
    }
  }

  private void requireGoingOn() throws IOException {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IOException(cause.getMessage(), cause);
    }
  }

  @Override
  public long dueAtNanos() {
    return daemon.dueAtNanos();
  }

  @Override
  public boolean isIdle() {
    return daemon.isIdle();
  }

  /** It looks by itself, twice a second. */
  @Override
  public void look() {}

  /** As an operator does it: the files of its keys are others, and it finds that out. */
  @Override
  public void trust(Trust now) {
    try {
      folder.trust(now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<TileReport> report() {
    return Optional.of(daemon.report());
  }

  private Set<Bytes> inspected() {
    return daemon.report().transfers().stream()
        .filter(transfer -> transfer.phase().compareTo(TileReport.Phase.INSPECTION) >= 0)
        .map(TileReport.Transfer::manifestId)
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<TileSizes> sizes() {
    return Optional.of(daemon.sizes());
  }

  @Override
  public Optional<Version> mark(Name name) {
    return daemon.mark(name);
  }

  @Override
  public void end() {
    folder.inspected(Set::of);
    if (tile.world().chanceOf(tile).nextBoolean()) {
      daemon.close();
    } else {
      daemon.abandon();
    }
  }
}
