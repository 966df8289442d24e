package dev.tilecast.engine.physics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.ActivationState.Phase;
import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ActivationTest {
  private static final long PATIENCE_SECONDS = 30;
  private static final long SECOND = 1_000_000_000L;
  private static final Instant NOW = Instant.parse("2026-01-19T12:29:00Z");

  @TempDir private Path temporary;

  private Path home;
  private final AtomicLong skippedNanos = new AtomicLong();
  private final BlockingQueue<ActivationState> states = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final Deque<Activation> opened = new ArrayDeque<>();

  @BeforeEach
  void findHome() throws IOException {
    home = temporary.toRealPath();
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Activation::close);
  }

  @Test
  void runsTheCommandInTheHomeAndTellsItEverything() throws Exception {
    Activation activation =
        activation(
            "printf '%s\\n' \"$TILECAST_FILE\" \"$TILECAST_NAME\" \"$TILECAST_STAMP\""
                + " \"$TILECAST_DIGEST\" \"$TILECAST_HOME\" \"$(pwd -P)\" > seen; echo hello");
    LiveEntry entry = entry("demo.mfz", 100);

    activation.wentLive(entry, live("demo.mfz"));

    expect(Phase.WAITING, 0);
    expect(Phase.RUNNING, 1);
    ActivationState done = expect(Phase.DONE, 1);
    assertThat(done.name()).isEqualTo(entry.version().name());
    assertThat(done.stamp()).isEqualTo(100);
    assertThat(done.result()).matches("exit code 0 after [0-9.]+ s, at 2026-01-19T12:29:00Z");
    String digest = entry.version().innerDigest().toHex();
    assertThat(done.digest()).isEqualTo(digest);
    assertThat(Files.readAllLines(home.resolve("seen")))
        .containsExactly(
            live("demo.mfz").toString(),
            "demo.mfz",
            "100",
            digest,
            home.toString(),
            home.toString());
    assertThat(Files.readString(home.resolve("active/demo.mfz.log")))
        .startsWith("# demo.mfz stamp 100")
        .contains("attempt 1", "exit code 0")
        .endsWith("\nhello\n");
  }

  @Test
  void aRestartNeitherRepeatsNorForgets() throws Exception {
    Activation first = activation("echo run >> runs");
    first.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    ActivationState done = awaitPhase(Phase.DONE);
    first.close();

    Activation second = activation("echo other command >> runs");
    second.wentLive(entry("demo.mfz", 100), live("demo.mfz"));

    expect(Phase.WAITING, 0);
    assertThat(expect(Phase.DONE, 1)).isEqualTo(done);
    assertThat(runs()).containsExactly("run");
  }

  @Test
  void eachVersionOfANameRunsOnce() throws Exception {
    Activation activation = activation("echo $TILECAST_STAMP >> runs");
    for (long stamp : new long[] {100, 101, 101, 102}) {
      activation.wentLive(entry("demo.mfz", stamp), live("demo.mfz"));
      assertThat(awaitPhase(Phase.DONE).stamp()).isEqualTo(stamp);
    }

    assertThat(runs()).containsExactly("100", "101", "102");
  }

  @Test
  void aDamagedMarkMakesTheCommandRunOnceMore() throws Exception {
    Activation activation = activation("echo run >> runs");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    awaitPhase(Phase.DONE);
    Files.writeString(home.resolve("active/demo.mfz.done"), "nonsense");

    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    awaitPhase(Phase.DONE);

    assertThat(runs()).containsExactly("run", "run");
  }

  @Test
  void aFailureIsTriedAgainAtGrowingIntervalsUntilItSucceeds() throws Exception {
    Activation activation = activation("echo run >> runs; echo not yet; test -e ready");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    expect(Phase.WAITING, 0);

    long waitSeconds = 1;
    for (int attempt = 1; attempt <= 12; attempt++) {
      expect(Phase.RUNNING, attempt);
      assertThat(expect(Phase.RETRYING, attempt).result())
          .contains("exit code 1", "its last output: not yet")
          .endsWith("; next try in " + waitSeconds + " s");
      if (attempt == 12) {
        Files.createFile(home.resolve("ready"));
      }
      skip(waitSeconds * SECOND);
      waitSeconds = Math.min(waitSeconds * 2, 300);
    }
    expect(Phase.RUNNING, 13);
    expect(Phase.DONE, 13);
    assertThat(runs()).hasSize(13);
  }

  @Test
  void aCommandThatCannotStartIsToldAndTriedAgain() throws Exception {
    Activation activation =
        activation(new ActivationRule(new Glob("*"), List.of("/no/such/program"), 60));
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));

    assertThat(awaitPhase(Phase.RETRYING).result())
        .contains("cannot start", "/no/such/program", "next try in 1 s");
  }

  @Test
  void atItsTimeLimitACommandIsKilledWithAllThatItStarted() throws Exception {
    Activation activation =
        activation("echo begun; sleep 1000 & echo $! > pid.tmp; mv pid.tmp pid; sleep 1000");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    ProcessHandle grandchild = awaitProcess("pid");

    skip(60 * SECOND);

    assertThat(awaitPhase(Phase.RETRYING).result())
        .contains("killed after its time limit of 60 s", "its last output: begun");
    awaitEnd(grandchild);
  }

  @Test
  void aNewerVersionKillsTheRunningCommandOfTheOlder() throws Exception {
    Activation activation =
        activation(
            "test $TILECAST_STAMP = 101 && exit 0; echo $$ > pid.tmp; mv pid.tmp pid; sleep 1000");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    ProcessHandle older = awaitProcess("pid");

    activation.wentLive(entry("demo.mfz", 101), live("demo.mfz"));

    assertThat(awaitPhase(Phase.DONE).stamp()).isEqualTo(101);
    awaitEnd(older);
    assertThat(states).isEmpty();
  }

  @Test
  void aNewerVersionEndsTheRetriesOfTheOlder() throws Exception {
    Activation activation = activation("echo $TILECAST_STAMP >> runs; test $TILECAST_STAMP != 100");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    awaitPhase(Phase.RETRYING);
    activation.wentLive(entry("demo.mfz", 101), live("demo.mfz"));
    awaitPhase(Phase.DONE);

    skip(1000 * SECOND);
    activation.wentLive(entry("demo.mfz", 102), live("demo.mfz"));
    assertThat(awaitPhase(Phase.DONE).stamp()).isEqualTo(102);

    assertThat(runs()).containsExactly("100", "101", "102");
  }

  @Test
  void closeKillsWhatRunsAndTheNextStartRunsItAgain() throws Exception {
    Activation first =
        activation("test -e again && exit 0; echo $$ > pid.tmp; mv pid.tmp pid; sleep 1000");
    first.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    ProcessHandle running = awaitProcess("pid");
    expect(Phase.WAITING, 0);
    expect(Phase.RUNNING, 1);

    long begin = System.nanoTime();
    first.close();
    assertThat(System.nanoTime() - begin).isLessThan(SECOND);
    assertThat(threads).noneMatch(Thread::isAlive);
    awaitEnd(running);
    first.wentLive(entry("other.mfz", 100), live("other.mfz"));
    assertThat(states).isEmpty();

    Files.createFile(home.resolve("again"));
    Activation second = activation("test -e again");
    second.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    assertThat(awaitPhase(Phase.DONE).attempts()).isEqualTo(1);
  }

  @Test
  void aCommandThatHangsDoesNotHoldUpOthers() throws Exception {
    Activation activation = activation("test $TILECAST_NAME = slow.mfz || exit 0; exec sleep 1000");
    activation.wentLive(entry("slow.mfz", 100), live("slow.mfz"));
    for (int i = 0; i < 10; i++) {
      activation.wentLive(entry("quick-" + i + ".mfz", 100), live("quick-" + i + ".mfz"));
    }

    for (int i = 0; i < 10; i++) {
      assertThat(awaitPhase(Phase.DONE).name().text()).startsWith("quick-");
    }
    assertThat(threads.size()).isLessThanOrEqualTo(Activation.RUNNING_MAX);
  }

  @Test
  void keepsTheLast64KibOfOutput() throws Exception {
    Activation activation =
        activation("head -c 300000 /dev/zero | tr '\\0' x; echo; echo the end >&2");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    awaitPhase(Phase.DONE);

    String log = Files.readString(home.resolve("active/demo.mfz.log"));
    String head = log.substring(0, log.indexOf('\n') + 1);
    assertThat(head).contains("bytes before these left out");
    assertThat(log).endsWith("x\nthe end\n").hasSize(head.length() + OutputTail.BYTES_MAX);
  }

  @Test
  void aCommandThatOnlyPrintsEndsAtItsTimeLimitToo() throws Exception {
    Activation activation = activation("exec yes");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));
    awaitPhase(Phase.RUNNING);

    skip(60 * SECOND);

    assertThat(awaitPhase(Phase.RETRYING).result()).contains("time limit");
  }

  @Test
  void whatACommandLeavesBehindDoesNotHoldItUp() throws Exception {
    Activation activation = activation("sleep 1000 & echo $! > pid.tmp; mv pid.tmp pid; echo ok");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));

    awaitPhase(Phase.DONE);

    ProcessHandle left = awaitProcess("pid");
    assertThat(left.isAlive()).isTrue();
    left.destroyForcibly();
    assertThat(Files.readString(home.resolve("active/demo.mfz.log"))).endsWith("\nok\n");
  }

  @Test
  void aCommandFindsNothingToRead() throws Exception {
    Activation activation = activation("cat");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));

    assertThat(awaitPhase(Phase.DONE).result()).startsWith("exit code 0");
  }

  @Test
  void onlyTheFirstRuleThatMatchesCountsAndOtherNamesAreLeftAlone() throws Exception {
    Activation activation =
        activation(
            new ActivationRule(new Glob("a*.mfz"), List.of("sh", "-c", "echo first >> runs"), 60),
            new ActivationRule(new Glob("ab.mfz"), List.of("sh", "-c", "echo second >> runs"), 60));
    activation.wentLive(entry("other.mfz", 100), live("other.mfz"));
    assertThat(states).isEmpty();
    assertThat(threads).isEmpty();

    activation.wentLive(entry("ab.mfz", 100), live("ab.mfz"));
    awaitPhase(Phase.DONE);

    assertThat(runs()).containsExactly("first");
  }

  @Test
  void aMarkThatCannotBeWrittenIsSaid() throws Exception {
    Activation activation = activation("rm -rf active; echo in the way > active");
    activation.wentLive(entry("demo.mfz", 100), live("demo.mfz"));

    assertThat(awaitPhase(Phase.DONE).result())
        .contains("its mark could not be written", "restart", "its output could not be kept");
  }

  private Activation activation(String script) {
    return activation(new ActivationRule(new Glob("*.mfz"), List.of("sh", "-c", script), 60));
  }

  private Activation activation(ActivationRule... rules) {
    Activation activation =
        new Activation(
            home,
            List.of(rules),
            body -> {
              Thread thread = new Thread(body, "activation");
              threads.add(thread);
              return thread;
            },
            () -> System.nanoTime() + skippedNanos.get(),
            states::add,
            () -> NOW);
    opened.push(activation);
    return activation;
  }

  private void skip(long nanos) {
    skippedNanos.addAndGet(nanos);
    opened.forEach(Activation::clockChanged);
  }

  private static LiveEntry entry(String name, long stamp) {
    byte[] digest = new byte[Version.DIGEST_BYTES];
    digest[0] = (byte) stamp;
    return new LiveEntry(
        new Version(new Name(name), stamp, Bytes.copyOf(digest)),
        Bytes.sha256(digest),
        1000,
        "handle",
        Bytes.copyOf(new byte[64]),
        false);
  }

  private Path live(String name) {
    return home.resolve("live").resolve(name);
  }

  private List<String> runs() throws IOException {
    return Files.readAllLines(home.resolve("runs"));
  }

  private ActivationState expect(Phase phase, int attempts) throws InterruptedException {
    ActivationState state = states.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(state).as("%s within %d s", phase, PATIENCE_SECONDS).isNotNull();
    assertThat(state.phase()).as("%s", state).isEqualTo(phase);
    assertThat(state.attempts()).isEqualTo(attempts);
    return state;
  }

  private ActivationState awaitPhase(Phase phase) throws InterruptedException {
    List<ActivationState> seen = new ArrayList<>();
    while (true) {
      ActivationState state = states.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(state).as("%s within %d s, after %s", phase, PATIENCE_SECONDS, seen).isNotNull();
      if (state.phase() == phase) {
        return state;
      }
      seen.add(state);
    }
  }

  /** The process whose number a command writes into {@code file}, by a rename. */
  private ProcessHandle awaitProcess(String file) throws IOException {
    long end = System.nanoTime() + PATIENCE_SECONDS * SECOND;
    while (!Files.exists(home.resolve(file))) {
      assertThat(System.nanoTime()).as("time until %s is there", file).isLessThan(end);
      Thread.onSpinWait();
    }
    long pid = Long.parseLong(Files.readString(home.resolve(file)).strip());
    return ProcessHandle.of(pid).orElseThrow();
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
