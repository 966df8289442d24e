package dev.tilecast.engine.admin;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.MalformedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The daemon's end: takes one question a connection and answers it. A connection costs one thread;
 * there are at most {@link #CONNECTIONS_MAX}, and who neither asks nor listens within {@link
 * #PATIENCE} is let go.
 */
public final class AdminServer implements Closeable {
  /** Connections at once, waiting and following ones included; one more is told to come later. */
  public static final int CONNECTIONS_MAX = 32;

  /** How long a client may take to send its question, or to take a line of the answer. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger(AdminServer.class.getName());
  private static final Duration FOLLOW_PAUSE = Duration.ofMillis(250);
  private static final Duration WAIT_SLICE = Duration.ofSeconds(1);
  private static final Duration CLOSE_PATIENCE = Duration.ofMillis(200);

  private final Path socket;
  private final Answers answers;
  private final ThreadFactory threads;
  private final ServerSocketChannel server;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private final Set<LineChannel> open = ConcurrentHashMap.newKeySet();

  private AdminServer(
      Path socket, Answers answers, ThreadFactory threads, ServerSocketChannel server) {
    this.socket = socket;
    this.answers = answers;
    this.threads = threads;
    this.server = server;
  }

  /**
   * Listens from now on.
   *
   * @param socket normally {@code run/admin.sock} of the home, whose folder exists and is private
   * @param threads makes the thread that accepts and one for each connection
   */
  public static AdminServer start(Path socket, Answers answers, ThreadFactory threads)
      throws IOException {
    AdminServer admin = new AdminServer(socket, answers, threads, AdminSocket.bind(socket));
    admin.startThread(admin::accept);
    return admin;
  }

  /**
   * Ends all connections and removes the socket; waits a moment for the answers under way. No
   * thread is interrupted: one that reads the database would close its file under everybody.
   */
  @Override
  public void close() throws IOException {
    server.close();
    AdminSocket.remove(socket);
    open.forEach(LineChannel::hangUp);
    long deadlineNanos = System.nanoTime() + CLOSE_PATIENCE.toNanos();
    try {
      for (Thread thread : running) {
        long leftNanos = deadlineNanos - System.nanoTime();
        if (leftNanos > 0 && thread != Thread.currentThread()) {
          // Rounded up, since a join of 0 ms would wait without end.
          thread.join(leftNanos / 1_000_000 + 1);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        welcome(server.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "admin: cannot accept: " + e.getMessage());
        // Most likely out of descriptors: some must be freed first.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  private void welcome(SocketChannel channel) throws IOException {
    // The accepting thread counts among the running.
    if (running.size() > CONNECTIONS_MAX) {
      try (LineChannel line = new LineChannel(channel)) {
        line.writeLine(
            error("the daemon has " + CONNECTIONS_MAX + " open questions already; ask later"),
            Duration.ofMillis(100));
      }
      return;
    }
    startThread(() -> serve(channel));
  }

  private void startThread(Runnable work) {
    Thread thread =
        threads.newThread(
            () -> {
              try {
                work.run();
              } finally {
                running.remove(Thread.currentThread());
              }
            });
    running.add(thread);
    thread.start();
  }

  private void serve(SocketChannel channel) {
    try (LineChannel line = new LineChannel(channel)) {
      open.add(line);
      try {
        Optional<String> asked = line.readLine(Question.BYTES_MAX, PATIENCE);
        // After the close nothing new is begun: the database may be closed by now.
        if (asked.isPresent() && server.isOpen()) {
          answer(asked.get(), line);
        }
      } catch (LineTooLongException e) {
        line.writeLine(error("a question has at most " + Question.BYTES_MAX + " bytes"), PATIENCE);
      } finally {
        open.remove(line);
      }
    } catch (IOException e) {
      // The client went away or was too slow: its loss, and nobody else's.
      LOG.log(System.Logger.Level.DEBUG, "admin: a question ended early: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(String asked, LineChannel line) throws IOException, InterruptedException {
    Question question;
    try {
      question = Question.parse(asked);
    } catch (MalformedException e) {
      line.writeLine(error(e.getMessage()), PATIENCE);
      return;
    }
    if (question instanceof Question.Report report) {
      tellReports(report, line);
    } else if (question instanceof Question.Events events) {
      tellEvents(events, line);
    } else if (question instanceof Question.Dropped dropped) {
      tellVerdict(dropped, line);
    } else if (question instanceof Question.AwaitLive await) {
      tellWhenLive(await, line);
    } else if (question instanceof Question.Scrub scrub) {
      tellScrub(scrub, line);
    } else {
      throw new AssertionError(question);
    }
  }

  private void tellReports(Question.Report question, LineChannel line)
      throws IOException, InterruptedException {
    do {
      line.writeLine(ReportJson.write(answers.report()).toString(), PATIENCE);
    } while (question.follow() && pause(line));
  }

  private void tellEvents(Question.Events question, LineChannel line)
      throws IOException, InterruptedException {
    long afterId = question.afterId();
    int limit = question.limit();
    do {
      List<LoggedEvent> events = answers.events(afterId, limit);
      if (question.follow()) {
        for (LoggedEvent event : events) {
          line.writeLine(AnswerJson.event(event).toString(), PATIENCE);
          afterId = event.id();
        }
        limit = Question.EVENTS_MAX;
      } else {
        JsonArray all = JsonFields.array(events, AnswerJson::event);
        JsonObject answer = new JsonObject();
        answer.add("events", all);
        line.writeLine(answer.toString(), PATIENCE);
      }
    } while (question.follow() && pause(line));
  }

  private void tellVerdict(Question.Dropped question, LineChannel line)
      throws IOException, InterruptedException {
    Optional<Verdict> verdict = answers.dropped(question.fileName(), question.timeout());
    JsonObject json = verdict.map(AnswerJson::verdict).orElseGet(JsonObject::new);
    if (verdict.isEmpty()) {
      json.addProperty("verdict", "none-yet");
    }
    line.writeLine(json.toString(), PATIENCE);
  }

  /** While it waits, tells each second what it waits for, if that has changed. */
  private void tellWhenLive(Question.AwaitLive question, LineChannel line)
      throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + question.timeout().toNanos();
    String told = "";
    while (true) {
      long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
      Duration slice = Duration.ofNanos(Math.min(leftNanos, WAIT_SLICE.toNanos()));
      boolean met = answers.await(question::isMetBy, slice);
      if (met || leftNanos == 0) {
        tellOutcome(question, met, line);
        return;
      }
      if (line.isHungUp()) {
        return;
      }
      String why = Why.explain(answers.report(), question.name()).headline();
      if (!why.equals(told)) {
        JsonObject json = new JsonObject();
        json.addProperty("waiting", why);
        line.writeLine(json.toString(), PATIENCE);
        told = why;
      }
    }
  }

  /** Says how many chunks were found wrong and mended since it was asked, and what is left. */
  private void tellScrub(Question.Scrub question, LineChannel line)
      throws IOException, InterruptedException {
    TileReport before = answers.report();
    long asked = counter(before, "scrubs_asked");
    answers.scrub(question.name());
    long deadlineNanos = System.nanoTime() + question.timeout().toNanos();
    boolean done = false;
    long leftNanos = question.timeout().toNanos();
    while (!done && leftNanos > 0 && !line.isHungUp()) {
      Duration slice = Duration.ofNanos(Math.min(leftNanos, WAIT_SLICE.toNanos()));
      done =
          answers.await(
              report -> counter(report, "scrubs_asked") > asked && question.isMetBy(report), slice);
      leftNanos = deadlineNanos - System.nanoTime();
    }
    TileReport after = answers.report();
    JsonObject json = new JsonObject();
    json.addProperty("done", done);
    json.addProperty("bytesRead", grown("scrub_bytes", before, after));
    json.addProperty("filesRotten", grown("files_rotten", before, after));
    json.addProperty("chunksRotten", grown("chunks_rotten", before, after));
    json.addProperty("chunksMended", grown("chunks_mended", before, after));
    json.addProperty("filesMended", grown("files_mended", before, after));
    json.addProperty("sealsDamaged", grown("seals_damaged", before, after));
    json.add("rotten", JsonFields.array(question.rotten(after), ReportJson::rotten));
    line.writeLine(json.toString(), PATIENCE);
  }

  private static long grown(String name, TileReport before, TileReport after) {
    return counter(after, name) - counter(before, name);
  }

  private static long counter(TileReport report, String name) {
    return report.counters().getOrDefault(name, 0L);
  }

  private void tellOutcome(Question.AwaitLive question, boolean met, LineChannel line)
      throws IOException {
    TileReport report = answers.report();
    JsonObject json = new JsonObject();
    json.addProperty("met", met);
    report.live().stream()
        .filter(live -> live.entry().version().name().equals(question.name()))
        .forEach(live -> json.add("version", ReportJson.live(live)));
    json.addProperty("why", Why.explain(report, question.name()).headline());
    line.writeLine(json.toString(), PATIENCE);
  }

  /**
   * Waits a little between two looks; returns whether the client is still there. Not by waiting for
   * a report: the tile makes those as fast as it can while somebody does.
   */
  private boolean pause(LineChannel line) throws IOException, InterruptedException {
    TimeUnit.NANOSECONDS.sleep(FOLLOW_PAUSE.toNanos());
    return !line.isHungUp() && server.isOpen();
  }

  private static String error(String text) {
    JsonObject json = new JsonObject();
    json.addProperty("error", text);
    return json.toString();
  }
}
