package dev.tilecast.engine.admin;

import static dev.tilecast.engine.admin.Reports.DEMO;
import static dev.tilecast.engine.admin.Reports.STAMP;
import static dev.tilecast.engine.admin.Reports.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AdminServerTest {
  private final SmallTile tile = new SmallTile();

  @TempDir private Path folder;
  private Path home;
  private AdminServer server;
  private AdminClient client;

  @BeforeEach
  void start() throws IOException {
    home = Files.createDirectories(folder.resolve("tile"));
    Files.createDirectory(home.resolve("run"));
    server = AdminServer.start(AdminSocket.of(home), tile, Thread::new);
    client = new AdminClient(home);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void answersWithTheCurrentReport() throws IOException {
    assertThat(client.report()).isEqualTo(tile.report());

    tile.publish(new Reports().live(version(DEMO, STAMP, 1)).report());

    assertThat(client.report()).isEqualTo(tile.report());
  }

  @Test
  void theSocketIsForTheOwnerAlone() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(AdminSocket.of(home))))
        .isEqualTo("rw-------");
  }

  @Test
  void answersWithTheNewestEventsOldestFirst() throws IOException {
    List.of("one", "two", "three").forEach(tile::log);

    assertThat(client.events(2))
        .extracting(event -> event.event().text())
        .containsExactly("two", "three");
  }

  @Test
  void goesOnWithEventsAsTheyHappen() throws IOException {
    List.of("one", "two").forEach(tile::log);
    List<String> heard = new ArrayList<>();

    client.followEvents(
        1,
        event -> {
          heard.add(event.event().text());
          tile.log("after " + event.event().text());
          return heard.size() < 3;
        });

    assertThat(heard).containsExactly("two", "after two", "after after two");
  }

  @Test
  void goesOnWithReports() throws IOException {
    List<Integer> liveCounts = new ArrayList<>();

    client.followReports(
        report -> {
          liveCounts.add(report.getAsJsonArray("live").size());
          tile.publish(new Reports().live(version(DEMO, STAMP, 1)).report());
          return liveCounts.size() < 2;
        });

    assertThat(liveCounts).containsExactly(0, 1);
  }

  @Test
  void handsTheVerdictOnADroppedFileBack() throws IOException {
    Verdict refused = new Verdict.Refused(new Refusal(Reason.OLDER, "older"));

    assertThat(client.dropped("x.mfz", Duration.ZERO, () -> {})).isEmpty();
    tile.judge(refused);
    assertThat(client.dropped("y.mfz", Duration.ofSeconds(1), () -> {})).contains(refused);
    assertThat(tile.dropped()).isEqualTo("y.mfz");
  }

  @Test
  void aWaitEndsWhenTheVersionGoesLiveAndTellsMeanwhileWhy() throws Exception {
    List<String> heard = new ArrayList<>();
    CompletableFuture<String> first = new CompletableFuture<>();
    Question.AwaitLive question =
        new Question.AwaitLive(DEMO, STAMP, Bytes.empty(), Duration.ofMinutes(1));
    CompletableFuture<JsonObject> answer =
        ask(
            () ->
                client.awaitLive(
                    question,
                    why -> {
                      heard.add(why);
                      first.complete(why);
                    }));

    assertThat(first.get()).startsWith("No neighbor has claimed to have demo.mfz");
    assertThat(answer).isNotDone();
    tile.publish(new Reports().live(version(DEMO, STAMP, 1)).report());

    assertThat(answer.get().get("met").getAsBoolean()).isTrue();
    assertThat(answer.get().get("version").getAsJsonObject().get("stamp").getAsLong())
        .isEqualTo(STAMP);
    assertThat(heard).hasSize(1);
  }

  @Test
  void aWaitThatIsOverSaysWhy() throws IOException {
    Question.AwaitLive question =
        new Question.AwaitLive(DEMO, STAMP, Bytes.empty(), Duration.ofMillis(1));

    JsonObject answer = client.awaitLive(question, why -> {});

    assertThat(answer.get("met").getAsBoolean()).isFalse();
    assertThat(answer.get("why").getAsString()).startsWith("No neighbor has claimed");
    assertThat(answer.has("version")).isFalse();
  }

  @Test
  void malformedAndOverlongQuestionsHarmNobody() throws IOException {
    assertThat(raw("no json\n"))
        .isEqualTo("{\"error\":\"a question is a JSON object on one line\"}\n");
    assertThat(raw("{\"ask\":\"stop\"}\n")).contains("nobody here can answer 'stop'");
    assertThat(raw("x".repeat(Question.BYTES_MAX + 1)))
        .isEqualTo("{\"error\":\"a question has at most 65536 bytes\"}\n");
    assertThat(raw("x".repeat(70_000) + "\n")).contains("at most 65536 bytes");
    assertThat(raw("")).isEmpty();
    assertThat(client.report()).isEqualTo(tile.report());
  }

  @Test
  void moreQuestionsThanConnectionsAreToldToComeLater() throws Exception {
    List<CompletableFuture<JsonObject>> waiting = new ArrayList<>();
    Question.AwaitLive question =
        new Question.AwaitLive(DEMO, STAMP, Bytes.empty(), Duration.ofMinutes(1));
    for (int i = 0; i < AdminServer.CONNECTIONS_MAX; i++) {
      waiting.add(ask(() -> client.awaitLive(question, why -> {})));
      tile.awaitWaiting(i + 1);
    }

    assertThatThrownBy(client::report)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("32 open questions");
    tile.publish(new Reports().live(version(DEMO, STAMP, 1)).report());
    for (CompletableFuture<JsonObject> each : waiting) {
      assertThat(each.get().get("met").getAsBoolean()).isTrue();
    }
  }

  @Test
  void closingEndsWhoWaitsAndRemovesTheSocket() throws Exception {
    Question.AwaitLive question =
        new Question.AwaitLive(DEMO, STAMP, Bytes.empty(), Duration.ofMinutes(1));
    CompletableFuture<JsonObject> waiting = ask(() -> client.awaitLive(question, why -> {}));
    tile.awaitWaiting(1);

    server.close();

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoDaemonException.class);
    assertThat(AdminSocket.of(home)).doesNotExist();
    assertThatThrownBy(client::report)
        .isInstanceOf(NoDaemonException.class)
        .hasMessageContaining("tilecast run --home " + home);
  }

  @Test
  void theSocketOfAKilledDaemonIsSaidToBeDeadAndThenReplaced() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other/run")).getParent();
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(AdminSocket.of(other)));
    }
    AdminClient toOther = new AdminClient(other);

    assertThatThrownBy(toOther::report)
        .isInstanceOf(NoDaemonException.class)
        .hasMessageContaining("is dead");
    try (AdminServer replacing = AdminServer.start(AdminSocket.of(other), tile, Thread::new)) {
      assertThat(toOther.report()).isEqualTo(tile.report());
      assertThat(replacing).isNotNull();
    }
  }

  @Test
  void aHomeTooDeepForASocketGetsOneElsewhereWithItsAddressWrittenDown() throws IOException {
    Path deep = folder.resolve("d".repeat(AdminSocket.PATH_BYTES_MAX));
    Files.createDirectories(deep.resolve("run"));
    AdminClient toDeep = new AdminClient(deep);
    Path place;

    try (AdminServer elsewhere = AdminServer.start(AdminSocket.of(deep), tile, Thread::new)) {
      place = Path.of(Files.readString(deep.resolve("run/admin.address")).strip());
      assertThat(toDeep.report()).isEqualTo(tile.report());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.getParent())))
          .isEqualTo("rwx------");
      assertThat(elsewhere).isNotNull();
    }

    assertThat(place.getParent()).doesNotExist();
    assertThat(deep.resolve("run/admin.address")).doesNotExist();
  }

  private interface Asking {
    JsonObject ask() throws IOException;
  }

  private static CompletableFuture<JsonObject> ask(Asking asking) {
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                answer.complete(asking.ask());
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            })
        .start();
    return answer;
  }

  /** What comes back for {@code bytes}, until the server closes. */
  private String raw(String bytes) throws IOException {
    try (SocketChannel channel = SocketChannel.open(AdminSocket.find(home))) {
      channel.write(ByteBuffer.wrap(bytes.getBytes(UTF_8)));
      channel.shutdownOutput();
      ByteBuffer answer = ByteBuffer.allocate(4096);
      int count = 0;
      while (count >= 0) {
        count = channel.read(answer);
      }
      return new String(answer.array(), 0, answer.position(), UTF_8);
    }
  }

  @Test
  void whoeverWasKilledWhileAskedCountsAsNoDaemon() {
    assertThat(AdminClient.isGone(new IOException("Broken pipe"))).isTrue();
    assertThat(AdminClient.isGone(new IOException("Connection reset by peer"))).isTrue();
    assertThat(AdminClient.isGone(new java.net.SocketException("anything"))).isTrue();
    assertThat(AdminClient.isGone(new IOException("an answer of 33 MiB"))).isFalse();
  }
}
