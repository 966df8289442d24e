package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class QuestionsTest {
  private static final List<List<String>> ALL =
      List.of(
          List.of("status"),
          List.of("ls"),
          List.of("show", "demo.mfz"),
          List.of("neighbors"),
          List.of("transfers"),
          List.of("events"),
          List.of("why", "demo.mfz"),
          List.of("wait", "demo.mfz", "--timeout", "1"));

  @TempDir private Path folder;
  private Path home;
  private DeskTile tile;

  @BeforeEach
  void start() throws IOException {
    home = folder.resolve("tile");
    tile = DeskTile.at(home);
  }

  @AfterEach
  void stop() throws IOException {
    tile.close();
  }

  private Outcome ask(String... words) {
    return Outcome.of(Map.of("TILECAST_HOME", home.toString()), words);
  }

  @Test
  void transfersTellsRateShareAndBoundAndTheScoreOfThoseThatAreFinished() {
    tile.publish(DeskTile.busy());

    assertThat(ask("transfers").out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "NAME STAMP WAITS FOR DONE OF KEPT REUSED RATE SHARE LEFT BOUND OPEN STALLED FROM",
            "big.mfz 2019-01-31T10:17:26Z bytes 36 % 1000 B 120 B 40 B 59.6 KiB/s 95 % 10.5 ms"
                + " 8.0 ms 12.0 s 0.0 ms ET",
            "finished",
            "demo.mfz 2019-01-31T10:17:26Z 2.0 MiB 2.0 MiB 0 B 0 B 36.0 s 32.0 s 1.13 4.0 s ET");
    assertThat(ask("transfers", "--json").out()).contains("\"finished\":[{\"name\":\"demo.mfz\"");
  }

  @Test
  void everyQuestionIsAnsweredWithExitCodeZeroAndWithJson() {
    tile.publish(DeskTile.busy());
    tile.log("something");

    for (List<String> words : ALL) {
      Outcome plain = ask(words.toArray(String[]::new));
      List<String> withJson = new java.util.ArrayList<>(words);
      withJson.add("--json");
      Outcome json = ask(withJson.toArray(String[]::new));

      assertThat(plain).as("%s", words).returns(0, Outcome::exitCode).returns("", Outcome::err);
      assertThat(plain.out()).isNotBlank().doesNotStartWith("{");
      assertThat(json).as("%s", words).returns(0, Outcome::exitCode).returns("", Outcome::err);
      assertThat(JsonParser.parseString(json.out()).isJsonObject()).isTrue();
      assertThat(json.out().lines()).hasSize(1);
    }
  }

  @Test
  void withoutADaemonEveryQuestionEndsWithThreeAndSaysWhatToDo() throws IOException {
    tile.close();

    for (List<String> words : ALL) {
      assertThat(ask(words.toArray(String[]::new)))
          .returns(3, Outcome::exitCode)
          .returns("", Outcome::out)
          .satisfies(
              outcome ->
                  assertThat(outcome.err())
                      .startsWith("tilecast: no daemon runs for " + home)
                      .contains("tilecast run --home " + home));
    }
  }

  /** Three things that a name from elsewhere must not do: begin a line, steer, turn round. */
  private static final String FORGED = "x\nlive        9 names\u001b[2J\u202egnp.mfz";

  private static final String SPELLED = "x\\nlive        9 names\\x1b[2J\\u202egnp.mfz";

  @Test
  void aNameFromElsewhereForgesNoLineAndSteersNoTerminal() {
    tile.publish(DeskTile.refusing(FORGED, FORGED + " has no known name"));
    tile.log("refused " + FORGED);

    assertThat(ask("status").out())
        .contains("refused     " + SPELLED + " from inbox, 3.0 s ago: " + SPELLED + " has no")
        .doesNotContain("\nlive        9")
        .doesNotContain("\u001b", "\u202e");
    assertThat(ask("events").out().lines()).singleElement().asString().endsWith(SPELLED);
    assertThat(ask("publish", FORGED).err().lines())
        .singleElement()
        .isEqualTo("tilecast: there is no " + SPELLED);
  }

  @Test
  void jsonSpellsWhatIsNotSeenAndMeansTheSame() {
    String name = FORGED + "\u0085\udb40\udc41";
    tile.publish(DeskTile.refusing(name, "no"));

    String json = ask("status", "--json").out();

    assertThat(json.lines()).hasSize(1);
    assertThat(json.strip().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    JsonObject refusal =
        JsonParser.parseString(json)
            .getAsJsonObject()
            .getAsJsonArray("refusals")
            .get(0)
            .getAsJsonObject();
    assertThat(refusal.get("name").getAsString()).isEqualTo(name);
  }

  @Test
  void statusFitsOnHalfAPage() {
    tile.publish(DeskTile.busy());

    assertThat(ask("status").out())
        .isEqualTo(
            """
            tile        000102030405060708090a0b0c0d0e0f of grid desk, up 5.0 s
            live        1 name, 2.0 MiB, catalog 1a2b3c4d
            signers     alpha (*.mfz)
            neighbors   1 of 2 alive: ET same, WT link down
            transfer    big.mfz 36 % of 1000 B from ET, 59.6 KiB/s, waits for bytes that it has asked for
            claimed     odd.mfz at ET: unknown key
            activation  demo.mfz done for stamp 1548929846: exit 0
            refused     bad.mfz from inbox, 3.0 s ago: wrong name
            """);
    assertThat(ask("status", "--counters").out()).contains("counter     steps 7\n");
  }

  @Test
  void lsAlignsItsColumns() {
    tile.publish(DeskTile.busy());

    assertThat(ask("ls").out())
        .isEqualTo(
            """
            NAME      STAMP                        RAW     SIZE  SIGNER  DIGEST    ALSO AT
            demo.mfz  2019-01-31T10:17:26Z  1548929846  2.0 MiB  alpha   00000000  ET
            """);
  }

  @Test
  void whatCameFromElsewhereDoesNotSteerTheTerminal() {
    tile.publish(DeskTile.busy());

    assertThat(ask("neighbors").out()).contains("refused\\x1b[31m").doesNotContain("\u001b");
  }

  @Test
  void neighborsShowsEveryDirectionAndForHowLong() {
    tile.publish(DeskTile.busy());

    assertThat(ask("neighbors").out())
        .isEqualTo(
            """
            DIR  STATE             FOR      HEARD  ROUND TRIP  WINDOW   LOST     KEPT UP  MTU  DEMERITS  TILE      NOTE
            ET   same       1 min 30 s  1.5 s ago      0.1 ms       8  1.2 %  62.5 KiB/s  255         0  00112233
            WT   link down       5.0 s      never           -       1      -           -  255         0  -         refused\\x1b[31m
            """);
  }

  @Test
  void neighborsOfOneDirectionTellsEverythingAboutIt() {
    tile.publish(DeskTile.busy());

    assertThat(ask("neighbors", "et").out())
        .isEqualTo(
            """
            direction   ET
            state       same
            for         1 min 30 s
            link        up
            heard       1.5 s ago
            tile        00112233
            boot        0011
            group       ffee
            protocol    1
            mtu         255
            round trip  0.1 ms
            window      8
            lost        1.2 %
            kept up     62.5 KiB/s
            demerits    0
            counters
              packets-in 5
            """);
    assertThat(ask("neighbors", "ET", "--json").out())
        .contains("\"presence\":\"alive\"", "\"tileId\":\"00112233\"", "\"bootId\":\"0011\"")
        .doesNotContain("WT");
  }

  @Test
  void neighborsOfADirectionWithoutALinkFails() {
    tile.publish(DeskTile.busy());

    assertThat(ask("neighbors", "NE"))
        .returns(1, Outcome::exitCode)
        .satisfies(outcome -> assertThat(outcome.err()).contains("NE has no link"));
    assertThat(ask("neighbors", "up"))
        .returns(2, Outcome::exitCode)
        .satisfies(outcome -> assertThat(outcome.err()).contains("'up' is no direction"));
  }

  @Test
  void showOfANameThatIsNotLiveSaysWhyAndFails() {
    assertThat(ask("show", "other.mfz"))
        .returns(1, Outcome::exitCode)
        .satisfies(
            outcome ->
                assertThat(outcome.err())
                    .contains("other.mfz is not live here. No neighbor has claimed"));
  }

  @Test
  void aSignedCdmNameMeansItsIdentity() {
    tile.publish(DeskTile.live("cdmss-07.mfz", DeskTile.STAMP));

    assertThat(ask("wait", "cdmss-07-4ec85b.mfz", "--timeout", "0").exitCode()).isZero();
  }

  @Test
  void scrubTellsWhatWasFoundAndMended() {
    tile.publish(DeskTile.live("demo.mfz", DeskTile.STAMP));
    tile.onScrub(
        name ->
            tile.publish(
                DeskTile.scrubbed(
                    Map.of(
                        "scrubs_asked", 1L,
                        "scrub_bytes", 2L << 20,
                        "chunks_rotten", 1L,
                        "chunks_mended", 1L,
                        "files_mended", 1L))));

    assertThat(ask("scrub", "demo.mfz"))
        .isEqualTo(
            new Outcome(
                0,
                """
                read:   2.0 MiB of demo.mfz
                found:  1 chunk that the disk has changed or lost
                mended: 1 chunk pulled again, 1 file whole again
                """,
                ""));
  }

  @Test
  void scrubTellsOfSealsThatWereGoneOrChanged() {
    tile.publish(DeskTile.live("demo.mfz", DeskTile.STAMP));
    tile.onScrub(
        name -> tile.publish(DeskTile.scrubbed(Map.of("scrubs_asked", 1L, "seals_damaged", 1L))));

    Outcome scrub = ask("scrub");

    assertThat(scrub).returns(0, Outcome::exitCode);
    assertThat(scrub.out())
        .endsWith("seals:  1 seal gone or changed; what was done about it: tilecast events\n");
  }

  @Test
  void scrubFailsWhereAFileStaysRottenAndSaysWhatIsDone() {
    tile.publish(DeskTile.live("demo.mfz", DeskTile.STAMP));
    TileReport.Rotten rotten =
        new TileReport.Rotten(
            DeskTile.entry("demo.mfz", DeskTile.STAMP).version(),
            1,
            24,
            5000,
            7,
            true,
            "no neighbor is known to have this version",
            "");
    tile.onScrub(name -> tile.publish(DeskTile.scrubbed(Map.of("scrubs_asked", 1L), rotten)));

    Outcome failed = ask("scrub");

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.out())
        .endsWith("rotten: demo.mfz, 1 of 24 chunks: no neighbor is known to have this version\n");
    assertThat(ask("status").out())
        .contains("rotten      demo.mfz: the disk has changed 1 of 24 chunks; no neighbor is");
    assertThat(ask("why", "demo.mfz", "--json").out()).contains("\"state\":\"rotten\"");
    assertThat(ask("scrub", "other.mfz").exitCode()).isEqualTo(1);
    tile.onScrub(name -> {});
    assertThat(ask("scrub", "--timeout", "1ms").exitCode()).isEqualTo(4);
  }

  @Test
  void aScrubThatIsNotWaitedForSaysSo() {
    tile.publish(DeskTile.scrubbed(Map.of()));

    Outcome begun = ask("scrub", "--timeout", "0");

    assertThat(begun).returns(4, Outcome::exitCode);
    assertThat(begun.out()).contains("found:  nothing new that is wrong so far\n");
    assertThat(begun.err())
        .isEqualTo("tilecast: begun, and not waited for; see: tilecast status\n");
  }

  @Test
  void aWaitThatWasInVainEndsEachSentenceBeforeTheNext() {
    tile.publish(DeskTile.refusing("other.mfz", "no"));

    assertThat(ask("wait", "demo.mfz", "--timeout", "1ms").err())
        .contains("tilecast publish FILE. See: tilecast why demo.mfz");
  }

  @Test
  void waitEndsWithFourWhenItsTimeIsOverAndSaysWhy() {
    Outcome over = ask("wait", "demo.mfz", "--timeout", "1ms");
    tile.publish(DeskTile.live("demo.mfz", DeskTile.STAMP));
    Outcome older =
        ask("wait", "demo.mfz", "--timeout", "1ms", "--stamp", "" + (DeskTile.STAMP + 2), "--json");

    assertThat(over).returns(4, Outcome::exitCode).returns("", Outcome::out);
    assertThat(over.err()).startsWith("tilecast: not within 1.0 ms: No neighbor has claimed");
    assertThat(older).returns(4, Outcome::exitCode);
    assertThat(older.out()).startsWith("{\"met\":false,\"version\":{\"name\":\"demo.mfz\"");
  }

  @Test
  void waitReturnsOnceTheVersionIsLive() throws Exception {
    CompletableFuture<Outcome> waiting =
        CompletableFuture.supplyAsync(() -> ask("wait", "demo.mfz", "--timeout", "50s"));
    tile.publish(DeskTile.live("demo.mfz", DeskTile.STAMP));

    assertThat(waiting.get())
        .isEqualTo(new Outcome(0, "live: demo.mfz, stamp 2019-01-31T10:17:26Z (1548929846)\n", ""));
  }

  @Test
  void eventsShowTheNewestAndOnlyAsManyAsAsked() {
    List.of("one", "two", "three").forEach(tile::log);

    assertThat(ask("events", "-n", "2").out())
        .isEqualTo(
            """
            2026-01-01T00:00:00Z  live          two
            2026-01-01T00:00:00Z  live          three
            """);
    assertThat(ask("events", "-n", "0")).returns(2, Outcome::exitCode);
    assertThat(ask("events", "-n", "2001")).returns(2, Outcome::exitCode);
  }

  @Test
  void publishRenamesTheWholeFileIntoTheInboxAndTellsTheVerdict() throws IOException {
    Path file = Files.write(folder.resolve("demo.mfz"), new byte[100_000]);
    tile.judge(new Verdict.Live(DeskTile.entry("demo.mfz", DeskTile.STAMP)));
    Outcome live = ask("publish", file.toString());
    tile.judge(new Verdict.AlreadyLive(DeskTile.entry("demo.mfz", DeskTile.STAMP)));
    Outcome again = ask("publish", file.toString());

    assertThat(live.exitCode()).isZero();
    assertThat(live.out())
        .isEqualTo(
            "live: demo.mfz, stamp 2019-01-31T10:17:26Z (1548929846), 2.0 MiB, signed by alpha\n");
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).startsWith("already live, nothing changed: demo.mfz");
    assertThat(tile.dropped()).isEqualTo("demo.mfz");
    assertThat(tile.inbox().resolve("demo.mfz")).hasSameBinaryContentAs(file);
    assertThat(tile.inbox()).isDirectoryContaining("glob:**demo.mfz");
    assertThat(tile.inbox()).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void publishSaysWhatItCouldNotCopyAndThatNothingWasPublished() throws IOException {
    tile.publish(DeskTile.busy());
    Path file = Files.writeString(folder.resolve("demo.mfz"), "content");
    Path part =
        home.resolve("inbox").resolve(".demo.mfz." + ProcessHandle.current().pid() + ".part");
    Files.createDirectories(part);

    assertThat(ask("publish", file.toString()))
        .returns(1, Outcome::exitCode)
        .satisfies(
            outcome ->
                assertThat(outcome.err())
                    .contains("copying " + file + " to " + part, "nothing was published"));

    assertThat(ask("publish", "/dev/null").err()).contains("/dev/null is no regular file");
  }

  @Test
  void publishTellsWhatBecameOfTheSeal() throws IOException {
    Path file = Files.write(folder.resolve("demo.mfz"), new byte[10]);
    Path seal = Files.write(folder.resolve("demo.mfz.seal"), new byte[3]);
    var entry = DeskTile.entry("demo.mfz", DeskTile.STAMP);
    String unused =
        "tilecast: %s is not used, and the file is passed on without a seal: %s. Make it anew"
            + " with: tilecast seal %s and publish the file again%n";

    tile.judge(new Verdict.AlreadyLive(entry, true, Optional.empty()));
    Outcome added = ask("publish", file.toString());
    tile.judge(new Verdict.Live(entry).withSealUnused("it is a seal of another file"));
    Outcome wrong = ask("publish", file.toString());
    Outcome json = ask("publish", file.toString(), "--json");
    tile.judge(new Verdict.AlreadyLive(entry.withSeal(true)).withSealUnused("it is cut off"));
    Outcome sealed = ask("publish", file.toString());

    assertThat(sealed.err())
        .isEqualTo(
            "tilecast: "
                + seal
                + " is not used, and the file keeps the seal that it has: it is cut off\n");
    assertThat(added).returns(0, Outcome::exitCode).returns("", Outcome::err);
    assertThat(added.out()).startsWith("already live, its seal was added: demo.mfz");
    assertThat(wrong).returns(0, Outcome::exitCode);
    assertThat(wrong.err()).isEqualTo(unused.formatted(seal, "it is a seal of another file", file));
    assertThat(JsonParser.parseString(json.out()).getAsJsonObject().get("sealUnused").getAsString())
        .isEqualTo("it is a seal of another file");
    assertThat(tile.inbox().resolve("demo.mfz.seal")).hasSameBinaryContentAs(seal);
  }

  @Test
  void publishTellsOfASealThatIsNoFileAndOfAFolderInTheWay() throws IOException {
    Path file = Files.write(folder.resolve("demo.mfz"), new byte[10]);
    Path seal = Files.createDirectory(folder.resolve("demo.mfz.seal"));
    tile.judge(new Verdict.Live(DeskTile.entry("demo.mfz", DeskTile.STAMP)));

    Outcome isFolder = ask("publish", file.toString());
    Files.delete(seal);
    Files.createSymbolicLink(seal, folder.resolve("nothing"));
    Outcome isLink = ask("publish", file.toString());
    Files.delete(seal);
    Files.writeString(seal, "x");
    Path inTheWay = Files.createDirectory(tile.inbox().resolve("demo.mfz.seal"));
    Outcome besideFolder = ask("publish", file.toString());
    Path fileInTheWay = Files.createDirectory(tile.inbox().resolve("other.mfz"));
    Path other = Files.write(folder.resolve("other.mfz"), new byte[10]);
    Outcome blocked = ask("publish", other.toString());

    assertThat(isFolder).returns(0, Outcome::exitCode);
    assertThat(isFolder.err()).contains(seal + " is not used", "it is a folder, which has to");
    assertThat(isLink.err()).contains("it is a link that leads nowhere");
    assertThat(besideFolder).returns(0, Outcome::exitCode);
    assertThat(besideFolder.err())
        .containsOnlyOnce(seal + " is not used")
        .contains(inTheWay + " is a folder, which has to be moved away");
    assertThat(inTheWay).isEmptyDirectory();
    assertThat(blocked).returns(1, Outcome::exitCode);
    assertThat(blocked.err())
        .isEqualTo(
            "tilecast: "
                + fileInTheWay
                + " is a folder, so nothing can be dropped under that name; move it away\n");
  }

  @Test
  void publishOfARefusedFileFailsInTheWordsOfTheTile() throws IOException {
    Path file = Files.write(folder.resolve("demo.mfz"), new byte[10]);
    tile.judge(new Verdict.Refused(new Refusal(Reason.OLDER, "it is older than what was live")));

    Outcome refused = ask("publish", file.toString(), "--json");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).isEqualTo("tilecast: refused: it is older than what was live\n");
    JsonObject json = JsonParser.parseString(refused.out()).getAsJsonObject();
    assertThat(json.get("reason").getAsString()).isEqualTo("older");
  }

  @Test
  void publishWithoutAVerdictInTimeEndsWithFour() throws IOException {
    Path file = Files.write(folder.resolve("demo.mfz"), new byte[10]);

    assertThat(ask("publish", file.toString(), "--timeout", "1s").exitCode()).isEqualTo(4);
  }

  @Test
  void publishCopiesNothingWhereNoDaemonIsOrTheNameIsBad() throws IOException {
    Path file = Files.write(folder.resolve("demo.mfz"), new byte[10]);
    Path odd = Files.write(folder.resolve("-rf.mfz"), new byte[10]);

    Outcome bad = ask("publish", "--", odd.toString());
    Outcome missing = ask("publish", folder.resolve("none.mfz").toString());
    tile.close();
    Outcome noDaemon = ask("publish", file.toString());

    assertThat(bad).returns(1, Outcome::exitCode);
    assertThat(bad.err()).contains("'-rf.mfz' cannot be published");
    assertThat(missing).returns(1, Outcome::exitCode);
    assertThat(missing.err()).isEqualTo("tilecast: there is no " + folder + "/none.mfz\n");
    assertThat(noDaemon).returns(3, Outcome::exitCode);
    assertThat(tile.inbox()).isEmptyDirectory();
  }

  @Test
  void progressIsDrawnForAPersonOnly() {
    CompletableFuture<Outcome> person =
        CompletableFuture.supplyAsync(
            () ->
                Outcome.of(
                    true,
                    Map.of(),
                    "wait",
                    "demo.mfz",
                    "--timeout",
                    "1500ms",
                    "--home",
                    home.toString()));
    Outcome script = ask("wait", "demo.mfz", "--timeout", "1500ms");

    assertThat(person.join().err()).contains("\r\u001b[KNo neighbor has claimed to have demo.mfz");
    assertThat(script.err()).doesNotContain("\u001b").startsWith("tilecast: not within");
  }

  @Test
  void theHomeOptionGoesBeforeTheEnvironment() {
    Outcome other = ask("status", "--home", folder.resolve("other").toString());

    assertThat(other).returns(3, Outcome::exitCode);
    assertThat(other.err()).contains(folder.resolve("other").toString());
    assertThat(Outcome.of("status").err()).contains("/var/lib/tilecast");
  }
}
