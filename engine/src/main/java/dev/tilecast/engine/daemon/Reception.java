package dev.tilecast.engine.daemon;

import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.files.DiskRefusal;
import dev.tilecast.engine.files.Inbox;
import dev.tilecast.engine.files.Look;
import dev.tilecast.engine.files.Take;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.mfz.Inspection;
import dev.tilecast.engine.mfz.Inspector;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * From a file at rest in the inbox to its verdict: a private copy, its inspection, the core's
 * decision, and whoever waits for it. Its slow steps run on the inspector's thread.
 */
final class Reception {
  /** Verdicts kept for those who ask a moment later. */
  private static final int WAITING_MAX = 256;

  private final Inbox inbox;
  private final Trusted trusted;
  private final Worker inspector;
  private final InputQueue inputs;
  private final Diary diary;

  /** Guarded by this; names that are being judged. */
  private final Set<String> inHand = new HashSet<>();

  private final Map<Long, String> tickets = new HashMap<>();
  private final Map<String, CompletableFuture<Verdict>> waiting = new HashMap<>();

  Reception(Inbox inbox, Trusted trusted, Worker inspector, InputQueue inputs, Diary diary) {
    this.inbox = inbox;
    this.trusted = trusted;
    this.inspector = inspector;
    this.inputs = inputs;
    this.diary = diary;
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
    look.complaints().forEach(c -> diary.tell("inbox", c.text()));
    for (String fileName : look.ready()) {
      if (begin(fileName)) {
        inspector.submit(() -> judge(fileName));
      }
    }
  }

  private synchronized boolean begin(String fileName) {
    return inHand.add(fileName);
  }

  /** Somebody renamed {@code fileName} into the inbox and waits for its verdict. */
  Optional<Verdict> await(String fileName, Duration timeout) throws InterruptedException {
    CompletableFuture<Verdict> verdict;
    synchronized (this) {
      if (waiting.size() >= WAITING_MAX) {
        return Optional.empty();
      }
      verdict = waiting.computeIfAbsent(fileName, name -> new CompletableFuture<>());
    }
    inbox.complete(fileName);
    look(System.nanoTime());
    try {
      return Optional.of(verdict.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      synchronized (this) {
        waiting.remove(fileName, verdict);
      }
    }
  }

  private void judge(String fileName) {
    Take take;
    try {
      take = inbox.take(fileName);
    } catch (IOException e) {
      refuse(fileName, DiskRefusal.of(e));
      return;
    }
    if (take instanceof Take.NotAtRest) {
      end(fileName, Optional.empty());
    } else if (take instanceof Take.Refused refused) {
      refuse(fileName, refused.refusal());
    } else if (take instanceof Take.Taken taken) {
      synchronized (this) {
        tickets.put(taken.ticket(), fileName);
      }
      inspect(fileName, taken);
    }
  }

  private void inspect(String fileName, Take.Taken taken) {
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
      Manifest manifest = judge.manifest(taken.copy(), accepted);
      inputs.answer(new Input.Offered(taken.ticket(), manifest));
    } catch (IOException e) {
      Refusal refusal = DiskRefusal.of(e);
      answer(taken.ticket(), new Verdict.Refused(refusal));
      inputs.answer(new Input.OfferRefused(fileName, refusal));
    }
  }

  /** Clears the file away according to its verdict, and tells who waits for it. */
  void answer(long ticket, Verdict verdict) {
    String fileName;
    synchronized (this) {
      fileName = tickets.remove(ticket);
    }
    try {
      if (verdict instanceof Verdict.Refused refused) {
        inbox.refuse(ticket, refused.refusal().text());
      } else {
        inbox.done(ticket);
      }
    } catch (IOException e) {
      diary.tell("trouble", "the inbox could not be cleared: " + e.getMessage());
    }
    end(fileName, Optional.of(verdict));
  }

  private void refuse(String fileName, Refusal refusal) {
    try {
      inbox.refuse(fileName, refusal.text());
    } catch (IOException e) {
      diary.tell("trouble", "the inbox could not be cleared: " + e.getMessage());
    }
    inputs.answer(new Input.OfferRefused(fileName, refusal));
    end(fileName, Optional.of(new Verdict.Refused(refusal)));
  }

  private synchronized void end(String fileName, Optional<Verdict> verdict) {
    inHand.remove(fileName);
    CompletableFuture<Verdict> waits = waiting.get(fileName);
    if (waits != null && verdict.isPresent()) {
      waits.complete(verdict.get());
    }
  }
}
