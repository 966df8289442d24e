package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.daemon.InputQueue;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Reason;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** From a file in the inbox of a {@link SimDisk} to its verdict, as in the daemon's shell. */
final class SimReception {
  /** How long a file is left alone that could not be cleared away. */
  private static final long STUCK_NANOS = 60_000_000_000L;

  private final SimTile tile;
  private final SimDisk disk;
  private final InputQueue inputs;
  private final Supplier<Trust> trust;
  private final Map<Long, Dropped> dropped = new LinkedHashMap<>();
  private final Set<String> inHand = new LinkedHashSet<>();
  private long tickets;

  private record Dropped(String fileName, SimFile file) {}

  SimReception(SimTile tile, SimDisk disk, InputQueue inputs, Supplier<Trust> trust) {
    this.tile = tile;
    this.disk = disk;
    this.inputs = inputs;
    this.trust = trust;
  }

  /** Begins to judge what lies in the inbox and is not judged yet. */
  void look() {
    for (Map.Entry<String, SimFile> entry : disk.inbox().entrySet()) {
      if (inHand.add(entry.getKey())) {
        String fileName = entry.getKey();
        SimFile file = entry.getValue();
        tile.slow(tile.model().inspectNanos(), () -> judge(fileName, file));
      }
    }
  }

  private void judge(String fileName, SimFile file) {
    Optional<Refusal> refusal =
        disk.objectionTo(file.content().length())
            .or(() -> Mint.judge(file.manifest().head(), trust.get()));
    if (refusal.isEmpty() && tile.world().mint().genuine(file.id(), file.content()).isEmpty()) {
      refusal = Optional.of(new Refusal(Reason.BAD_FORMAT, fileName + " is broken"));
    }
    if (refusal.isPresent()) {
      inputs.answer(new Input.OfferRefused(fileName, refusal.get()));
      end(new Dropped(fileName, file), new Verdict.Refused(refusal.get()));
      return;
    }
    long ticket = ++tickets;
    dropped.put(ticket, new Dropped(fileName, file));
    Optional<Bytes> seal =
        file.seal().filter(s -> Mint.isSealed(file.manifest().head(), s, trust.get()));
    inputs.answer(new Input.Offered(ticket, file.manifest(), seal));
  }

  /** The core has decided. */
  void answer(long ticket, Verdict verdict) {
    end(dropped.remove(ticket), verdict);
  }

  /** A file that was replaced while it was judged stays, and is judged in its turn. */
  private void end(Dropped judged, Verdict verdict) {
    String fileName = judged.fileName();
    boolean still = judged.file().equals(disk.inbox().get(fileName));
    if (verdict instanceof Verdict.Refused && disk.isFull()) {
      // The reason why cannot be written, so the file stays where it is for a while.
      tile.lookAfter(STUCK_NANOS, () -> inHand.remove(fileName));
    } else {
      inHand.remove(fileName);
      if (still) {
        disk.inbox().remove(fileName);
      } else {
        tile.lookAfter(tile.model().restNanos(), () -> {});
      }
      if (verdict instanceof Verdict.Refused) {
        disk.refused().add(fileName);
      }
    }
    tile.world().watches().forEach(watch -> watch.answered(tile, judged.file(), verdict));
  }
}
