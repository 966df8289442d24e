package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.files.Inbox;
import dev.tilecast.engine.files.Look;
import dev.tilecast.engine.files.Take;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.mfz.Inspection;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * From a file at rest in the inbox to its verdict: a private copy, its inspection, the core's
 * decision, and whoever waits for it. Its slow steps run on the inspector's thread.
 */
final class Reception {
  /** Askers at once; one more is told that there is no verdict yet. */
  private static final int WAITING_MAX = 256;

  /** Verdicts kept for those who rename first and ask a moment later. */
  private static final int KNOWN_MAX = 64;

  /** How long such a moment may be. */
  private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Inbox inbox;
  private final Trusted trusted;
  private final Executor inspector;
  private final Beside beside;
  private final InputQueue inputs;
  private final Diary diary;
  private final LongSupplier nanoTime;

  /** Guarded by this; names that are being judged. */
  private final Set<String> inHand = new HashSet<>();

  private final Map<Long, String> tickets = new HashMap<>();

  /** By ticket, why the seal beside a file is not used. */
  private final Map<Long, String> unusedSeals = new HashMap<>();

  /** Guarded by this, like what follows. */
  private final List<Waiter> waiting = new ArrayList<>();

  /** By name, the oldest first. */
  private final Map<String, Known> known = new LinkedHashMap<>();

  /** Who asks for the verdict on what lay in the inbox, if anything, when he asked. */
  private record Waiter(
      String fileName, Optional<String> identity, CompletableFuture<Verdict> verdict) {}

  /** The last verdict on a name, and the file that it was on. */
  private record Known(String identity, Verdict verdict, long sinceNanos) {}

  /** Clears a judged file away; whether its original still was that file. */
  private interface Clearing {
    boolean run() throws IOException;
  }

  Reception(
      Inbox inbox,
      Trusted trusted,
      Executor inspector,
      Beside beside,
      InputQueue inputs,
      Diary diary,
      LongSupplier nanoTime) {
    this.inbox = inbox;
    this.trusted = trusted;
    this.inspector = inspector;
    this.beside = beside;
    this.inputs = inputs;
    this.diary = diary;
    this.nanoTime = nanoTime;
  }

  /** Looks at the inbox; what is at rest goes to the inspector. */
  void look(long nowNanos) {
    Look look;
    try {
      look = inbox.look(nowNanos);
    } catch (IOException e) {
      diary.trouble("inbox", "the inbox cannot be read: " + e.getMessage());
      return;
    }
    look.complaints().forEach(c -> inputs.answer(new Input.InboxNoted(c.fileName(), c.text())));
    for (String fileName : look.ready()) {
      if (begin(fileName)) {
        inspector.execute(() -> judge(fileName));
      }
    }
  }

  private synchronized boolean begin(String fileName) {
    return inHand.add(fileName);
  }

  /**
   * Somebody renamed {@code fileName} into the inbox and waits for the verdict on that very file,
   * which may have fallen a moment ago.
   */
  Optional<Verdict> await(String fileName, Duration timeout) throws InterruptedException {
    Waiter waiter;
    synchronized (this) {
      // A file is cleared away and its verdict kept in one turn, so what lies there is not judged.
      Optional<String> present = inbox.identity(fileName);
      Optional<Verdict> fallen = fallen(fileName, present, nanoTime.getAsLong());
      if (fallen.isPresent() || waiting.size() >= WAITING_MAX) {
        return fallen;
      }
      waiter = new Waiter(fileName, present, new CompletableFuture<>());
      waiting.add(waiter);
    }
    inbox.complete(fileName);
    look(nanoTime.getAsLong());
    try {
      return Optional.of(waiter.verdict.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      synchronized (this) {
        waiting.remove(waiter);
      }
    }
  }

  /** The verdict on the file that was last judged under {@code fileName}, a moment ago. */
  synchronized Optional<Verdict> verdict(String fileName) {
    return fallen(fileName, inbox.identity(fileName), nanoTime.getAsLong());
  }

  private Optional<Verdict> fallen(String fileName, Optional<String> present, long nowNanos) {
    known.values().removeIf(old -> nowNanos - old.sinceNanos > KNOWN_NANOS);
    return Optional.ofNullable(known.get(fileName))
        .filter(last -> present.isEmpty() || present.get().equals(last.identity))
        .map(Known::verdict);
  }

  private void judge(String fileName) {
    Take take = inbox.take(fileName);
    if (take instanceof Take.NotAtRest) {
      synchronized (this) {
        inHand.remove(fileName);
      }
    } else if (take instanceof Take.Refused refused) {
      if (!isStopping()) {
        refuse(refused);
      }
    } else if (take instanceof Take.Taken taken) {
      synchronized (this) {
        tickets.put(taken.ticket(), fileName);
      }
      inspect(fileName, taken);
    }
  }

  /**
   * Whether what failed may have failed since the tile stops: no file and no disk is to blame then,
   * and the next start looks at the file afresh.
   */
  private static boolean isStopping() {
    return Thread.currentThread().isInterrupted();
  }

  private void inspect(String fileName, Take.Taken taken) {
    Beside.Begun<Boolean> synced = beside.syncEarly(taken.copy());
    Beside.Begun<List<ChunkRef>> chunks = beside.begin(() -> Inspector.chunks(taken.copy()));
    try {
      Inspector judge = trusted.inspector();
      Inspection inspection = judge.inspect(taken.copy(), Optional.of(fileName));
      if (inspection instanceof Inspection.Refused refused) {
        answer(taken.ticket(), new Verdict.Refused(refused.refusal()));
        inputs.answer(new Input.OfferRefused(fileName, refused.refusal()));
        return;
      }
      Inspection.Accepted accepted = (Inspection.Accepted) inspection;
      if (accepted.version().isEmpty()) {
        Refusal nameless =
            new Refusal(
                Reason.BAD_NAME,
                fileName
                    + " has no MFZNAME.DAT, so nothing signed says what it is called: it is from"
                    + " before 2019 and can be verified, but not published; make it anew with:"
                    + " tilecast make");
        answer(taken.ticket(), new Verdict.Refused(nameless));
        inputs.answer(new Input.OfferRefused(fileName, nameless));
        return;
      }
      Manifest manifest = Inspector.manifest(accepted, chunks.await());
      Optional<Bytes> seal = seal(fileName, taken.ticket(), manifest);
      // The disk may tell of what it has lost once only, and then its promotion would not hear it.
      synced.await();
      inputs.answer(new Input.Offered(taken.ticket(), manifest, seal));
    } catch (IOException e) {
      if (isStopping()) {
        return;
      }
      Refusal refusal = DiskRefusal.of(e);
      answer(taken.ticket(), new Verdict.Refused(refusal));
      inputs.answer(new Input.OfferRefused(fileName, refusal));
    } finally {
      // Of what is no MFZ, most is worth neither reading nor writing.
      chunks.abandon();
      synced.abandon();
    }
  }

  /** The signature of the seal that lay beside it; a wrong one counts as none, and is told. */
  private Optional<Bytes> seal(String fileName, long ticket, Manifest manifest) {
    try {
      Optional<Bytes> content = inbox.seal(ticket, Seal.BYTES_MAX);
      if (content.isEmpty()) {
        return Optional.empty();
      }
      Seal seal = Seal.decode(content.get());
      if (!seal.isOf(manifest)) {
        return noSeal(fileName, ticket, "it is a seal of another file");
      }
      Optional<Refusal> objection = seal.objection(trusted.keyring());
      return objection.isPresent()
          ? noSeal(fileName, ticket, objection.get().text())
          : Optional.of(seal.signature());
    } catch (MalformedException e) {
      return noSeal(fileName, ticket, e.getMessage());
    } catch (IOException e) {
      return noSeal(fileName, ticket, DurableFile.words(e));
    }
  }

  private Optional<Bytes> noSeal(String fileName, long ticket, String why) {
    synchronized (this) {
      unusedSeals.put(ticket, why);
    }
    String seal = fileName + Seal.SUFFIX;
    inputs.answer(new Input.InboxNoted(seal, seal + " counts as absent: " + why));
    return Optional.empty();
  }

  /** Clears the file away according to its verdict, and tells who waits for it. */
  synchronized void answer(long ticket, Verdict verdict) {
    String identity = inbox.identity(ticket);
    Clearing clearing =
        verdict instanceof Verdict.Refused refused
            ? () -> inbox.refuse(ticket, refused.refusal().text())
            : () -> inbox.done(ticket);
    String unused = unusedSeals.remove(ticket);
    Verdict told = unused == null ? verdict : verdict.withSealUnused(unused);
    end(tickets.remove(ticket), identity, told, clearing);
  }

  private void refuse(Take.Refused take) {
    inputs.answer(new Input.OfferRefused(take.fileName(), take.refusal()));
    end(
        take.fileName(),
        take.identity(),
        new Verdict.Refused(take.refusal()),
        () -> inbox.refuse(take));
  }

  /**
   * One turn, so that nobody can put another file under the name and ask for it between the end of
   * this one and its verdict. Where the original is another file already, only who asked for the
   * judged one is told; the others wait on for theirs.
   */
  private synchronized void end(
      String fileName, String identity, Verdict verdict, Clearing clearing) {
    boolean still = false;
    try {
      still = clearing.run();
    } catch (IOException e) {
      diary.tell("trouble", "the inbox could not be cleared: " + DurableFile.words(e));
      // What could not be cleared away is left alone, so this stays the verdict on it.
      still = inbox.identity(fileName).equals(Optional.of(identity));
    }
    inHand.remove(fileName);
    for (Waiter waiter : waiting) {
      if (waiter.fileName.equals(fileName)
          && (still || waiter.identity.equals(Optional.of(identity)))) {
        waiter.verdict.complete(verdict);
      }
    }
    if (still) {
      keep(fileName, new Known(identity, verdict, nanoTime.getAsLong()));
    }
  }

  private void keep(String fileName, Known last) {
    known.remove(fileName);
    known.put(fileName, last);
    if (known.size() > KNOWN_MAX) {
      known.remove(known.keySet().iterator().next());
    }
  }
}
