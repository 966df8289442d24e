package dev.tilecast.engine.admin;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The asking end. Each call is one connection. All of them throw {@link NoDaemonException} where no
 * daemon answers for the home, and {@link AnswerException} where the answer is an error.
 */
public final class AdminClient {
  /** A catalog of 4096 names with all its claims stays far below this. */
  private static final int ANSWER_BYTES_MAX = 32 * 1024 * 1024;

  /** A daemon that works answers a plain question in milliseconds, also on a slow disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration TICK = Duration.ofSeconds(1);

  private final Path home;

  /** Asks the daemon of {@code home}; nothing is opened yet. */
  public AdminClient(Path home) {
    this.home = home;
  }

  /** The current report. */
  public TileReport report() throws IOException {
    return read(reportJson(), ReportJson::read);
  }

  /** The current report as the daemon sent it. */
  public JsonObject reportJson() throws IOException {
    return ask(new Question.Report(false));
  }

  /** Hands each report on until {@code each} returns false or the daemon ends the connection. */
  public void followReports(Listener<JsonObject> each) throws IOException {
    follow(new Question.Report(true), each);
  }

  /** The newest {@code limit} events, oldest first. */
  public List<LoggedEvent> events(int limit) throws IOException {
    JsonObject answer = ask(new Question.Events(0, limit, false));
    return read(
        answer,
        json -> {
          JsonArray events = JsonFields.element(json, "events").getAsJsonArray();
          List<LoggedEvent> read = new ArrayList<>();
          events.forEach(event -> read.add(AnswerJson.readEvent(event.getAsJsonObject())));
          return read;
        });
  }

  /**
   * Hands on the newest {@code limit} events and then each as it happens, until {@code each}
   * returns false or the daemon ends the connection.
   */
  public void followEvents(int limit, Listener<LoggedEvent> each) throws IOException {
    follow(
        new Question.Events(0, limit, true), json -> each.hear(read(json, AnswerJson::readEvent)));
  }

  /**
   * Says that {@code fileName} was renamed into the inbox, and waits for the verdict.
   *
   * @param tick runs about once a second while waiting
   * @return empty where there was none within {@code timeout}
   */
  public Optional<Verdict> dropped(String fileName, Duration timeout, Runnable tick)
      throws IOException {
    Question question = new Question.Dropped(fileName, timeout);
    try (LineChannel line = open(question)) {
      JsonObject answer = awaitLine(line, timeout, tick);
      return read(
          answer,
          json ->
              JsonFields.text(json, "verdict").equals("none-yet")
                  ? Optional.empty()
                  : Optional.of(AnswerJson.readVerdict(json)));
    }
  }

  /**
   * Waits until a version that is not below the asked one is live.
   *
   * @param waiting hears what is being waited for, each time that it changes
   * @return the daemon's last line: {@code met}, {@code version} if any is live, {@code why}
   */
  public JsonObject awaitLive(Question.AwaitLive question, Consumer<String> waiting)
      throws IOException {
    long deadlineNanos = System.nanoTime() + question.timeout().plus(PATIENCE).toNanos();
    try (LineChannel line = open(question)) {
      while (true) {
        Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
        JsonObject answer = awaitLine(line, left, () -> {});
        if (answer.has("met")) {
          return answer;
        }
        waiting.accept(read(answer, json -> JsonFields.text(json, "waiting")));
      }
    }
  }

  /**
   * Lets the tile read what it holds again, and waits for what comes of it.
   *
   * @param tick runs about once a second while waiting
   * @return the daemon's line: {@code done}, counts, {@code rotten}
   */
  public JsonObject scrub(Question.Scrub question, Runnable tick) throws IOException {
    try (LineChannel line = open(question)) {
      return awaitLine(line, question.timeout(), tick);
    }
  }

  /** Hears one answer after the other. */
  @FunctionalInterface
  public interface Listener<T> {
    /** Returns whether it wants to hear more. */
    boolean hear(T answer) throws IOException;
  }

  private JsonObject ask(Question question) throws IOException {
    try (LineChannel line = open(question)) {
      return parse(readLine(line, PATIENCE));
    }
  }

  private void follow(Question question, Listener<JsonObject> each) throws IOException {
    try (LineChannel line = open(question)) {
      while (true) {
        // Silence is no fault here: perhaps nothing happens for days.
        Optional<String> answer = readLine(line, Question.TIMEOUT_MAX);
        if (answer.isEmpty() || !each.hear(parse(answer))) {
          return;
        }
      }
    }
  }

  private JsonObject awaitLine(LineChannel line, Duration timeout, Runnable tick)
      throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.plus(PATIENCE).toNanos();
    while (!line.isReadable(TICK) && System.nanoTime() < deadlineNanos) {
      tick.run();
    }
    return parse(readLine(line, PATIENCE));
  }

  private Optional<String> readLine(LineChannel line, Duration timeout) throws IOException {
    try {
      return line.readLine(ANSWER_BYTES_MAX, timeout);
    } catch (SocketTimeoutException e) {
      throw new NoDaemonException(
          "the daemon of "
              + home
              + " took the question and did not answer within "
              + InWords.span(timeout.toNanos())
              + "; look at its log, and restart it if it hangs",
          e);
    } catch (IOException e) {
      throw isGone(e) ? ended(e) : e;
    }
  }

  private NoDaemonException ended(IOException e) {
    return new NoDaemonException("the daemon of " + home + " ended before it had answered", e);
  }

  /** Whether the other end was killed; the platform has several words for that. */
  static boolean isGone(IOException e) {
    String words = String.valueOf(e.getMessage());
    return e instanceof SocketException
        || words.contains("Broken pipe")
        || words.contains("Connection reset");
  }

  private LineChannel open(Question question) throws IOException {
    UnixDomainSocketAddress address = AdminSocket.find(home);
    SocketChannel channel;
    try {
      channel = SocketChannel.open(address);
    } catch (ConnectException e) {
      throw new NoDaemonException(
          "no daemon answers for "
              + home
              + " (its socket "
              + address
              + " is dead: it was killed, or is just starting). Start it with: tilecast run --home "
              + home,
          e);
    } catch (SocketException e) {
      // It was there a moment ago: the daemon is just ending, or making it anew.
      throw new NoDaemonException(
          "no daemon answers for " + home + " (its socket " + address + ": " + e.getMessage() + ")",
          e);
    }
    LineChannel line = new LineChannel(channel);
    try {
      line.writeLine(question.toLine(), PATIENCE);
    } catch (IOException e) {
      // A daemon that has no room for a question says so and closes without having read it.
      if (!line.isReadable(Duration.ofMillis(1))) {
        line.close();
        throw isGone(e) ? ended(e) : e;
      }
    }
    return line;
  }

  private JsonObject parse(Optional<String> answer) throws IOException {
    if (answer.isEmpty()) {
      throw new NoDaemonException("the daemon of " + home + " ended before it had answered");
    }
    JsonObject json =
        read(
            answer.get(),
            text -> {
              JsonElement element = JsonParser.parseString(text);
              return element.getAsJsonObject();
            });
    if (json.has("error")) {
      throw new AnswerException("the daemon says: " + read(json, j -> JsonFields.text(j, "error")));
    }
    return json;
  }

  private static <A, T> T read(A answer, Reading<A, T> reading) throws AnswerException {
    try {
      return reading.read(answer);
    } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
      throw new AnswerException(
          "the daemon's answer is not understood ("
              + e.getMessage()
              + "); perhaps it runs another version of tilecast: restart it",
          e);
    }
  }

  private interface Reading<A, T> {
    T read(A answer);
  }
}
