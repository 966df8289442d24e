package dev.tilecast.engine.store;

import static dev.tilecast.schema.generated.Tables.EVENT;
import static dev.tilecast.schema.generated.Tables.MANIFEST;
import static dev.tilecast.schema.generated.Tables.MANIFEST_PAGE;
import static dev.tilecast.schema.generated.Tables.TRANSFER;
import static dev.tilecast.schema.generated.Tables.TRANSFER_PAGE;
import static dev.tilecast.schema.generated.Tables.VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.schema.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"));

  @TempDir Path folder;

  @Test
  void whatComesAfterTheCloseFailsAndDoesNotBlameTheFile() throws IOException {
    Store closed = open();
    closed.commit(List.of(live(manifest("demo.mfz", 100, 1, 70), "identity 1")));
    closed.close();

    assertThatThrownBy(
            () -> closed.commit(List.of(live(manifest("demo.mfz", 101, 1, 70), "identity 2"))))
        .isInstanceOf(IOException.class);

    try (Store store = open()) {
      assertThat(store.setAside()).isEmpty();
      assertThat(store.live()).hasSize(1);
    }
  }

  @Test
  void whoeverAbandonsItLosesWhatWasNotSyncedAndNothingElse() throws IOException {
    Manifest synced = manifest("demo.mfz", 100, 1, 1);
    Manifest pulled = manifest("other.mfz", 100, 2, 40);
    Bytes id = pulled.head().id();
    Store store = open();
    store.writeOnlyWhenSynced();
    store.commit(List.of(live(synced, "identity 1"), new Save.TransferBegun(id, pulled.head())));
    store.commit(List.of(new Save.Page(id, 0, pulled.pages().get(0))));

    store.abandon();
    store.close();

    try (Store again = open()) {
      assertThat(again.setAside()).isEmpty();
      assertThat(names(again.live())).containsExactly("demo.mfz");
      assertThat(again.transfers())
          .singleElement()
          .satisfies(transfer -> assertThat(transfer.pages()).isEmpty());
    }
  }

  @Test
  void keepsWhatIsLiveWithItsManifest() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 70);
    try (Store store = open()) {
      store.commit(List.of(live(manifest, "identity 1")));
    }

    try (Store store = open()) {
      Bytes id = manifest.head().id();
      assertThat(store.live())
          .containsExactly(new StoredLive(LiveEntry.of(manifest.head()), "identity 1"));
      assertThat(store.manifest(id)).contains(manifest);
      assertThat(store.manifestUnit(id, Message.ManifestWant.HEAD))
          .contains(manifest.head().encode());
      for (int page = 0; page < 3; page++) {
        assertThat(store.manifestUnit(id, page)).contains(manifest.pages().get(page).encode());
      }
      assertThat(store.manifestUnit(id, 3)).isEmpty();
      assertThat(store.manifestUnit(Bytes.sha256(new byte[1]), 0)).isEmpty();
      assertThat(store.manifest(Bytes.sha256(new byte[1]))).isEmpty();
    }
  }

  @Test
  void aNewerVersionTakesThePlaceOfTheOldWithItsManifestAndIntent() throws IOException {
    Manifest old = manifest("demo.mfz", 100, 1, 40);
    Manifest other = manifest("other.mfz", 100, 2, 1);
    Manifest newer = manifest("demo.mfz", 102, 3, 2);
    try (Store store = open()) {
      store.commit(List.of(live(old, "a"), live(other, "b")));
      store.commit(
          List.of(
              new Save.Intent(newer.head().version()), new Save.Intent(other.head().version())));
      assertThat(store.intents()).containsExactly(newer.head().version(), other.head().version());

      store.commit(List.of(live(newer, "c")));

      assertThat(store.live()).extracting(StoredLive::fileIdentity).containsExactly("c", "b");
      assertThat(store.manifest(old.head().id())).isEmpty();
      assertThat(store.intents()).containsExactly(other.head().version());
    }
    tamper(
        dsl -> {
          assertThat(dsl.fetchCount(MANIFEST)).isEqualTo(2);
          assertThat(dsl.fetchCount(MANIFEST_PAGE)).isEqualTo(2);
        });
  }

  @Test
  void theSameManifestMayGoLiveAgain() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 40);
    try (Store store = open()) {
      store.commit(List.of(live(manifest, "a")));
      store.commit(List.of(live(manifest, "b")));

      assertThat(store.live()).extracting(StoredLive::fileIdentity).containsExactly("b");
      assertThat(store.manifest(manifest.head().id())).contains(manifest);
    }
  }

  @Test
  void anIntentGoesOnlyWithItsOwnVersion() throws IOException {
    Version first = manifest("demo.mfz", 100, 1, 1).head().version();
    Version second = manifest("demo.mfz", 102, 2, 1).head().version();
    try (Store store = open()) {
      store.commit(List.of(new Save.Intent(first)));
      store.commit(List.of(new Save.Intent(second)));
      store.commit(List.of(new Save.IntentGone(first)));
      assertThat(store.intents()).containsExactly(second);

      store.commit(List.of(new Save.IntentGone(second)));
      assertThat(store.intents()).isEmpty();
    }
  }

  @Test
  void forgetsWhatIsLive() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 40);
    try (Store store = open()) {
      store.commit(List.of(live(manifest, "a")));
      store.forgetLive(new Name("demo.mfz"));
      store.forgetLive(new Name("unknown.mfz"));

      assertThat(store.live()).isEmpty();
      assertThat(store.manifest(manifest.head().id())).isEmpty();
    }
  }

  @Test
  void aTransferGoesOnWithThePagesThatItHad() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 70);
    Bytes id = manifest.head().id();
    try (Store store = open()) {
      store.commit(List.of(new Save.TransferBegun(id, manifest.head())));
      store.commit(
          List.of(
              new Save.Page(id, 2, manifest.pages().get(2)),
              new Save.Page(id, 0, manifest.pages().get(0))));
      // A page may come twice.
      store.commit(List.of(new Save.Page(id, 2, manifest.pages().get(2))));
    }

    try (Store store = open()) {
      StoredTransfer transfer = store.transfers().get(0);
      assertThat(transfer.manifestId()).isEqualTo(id);
      assertThat(transfer.head()).isEqualTo(manifest.head());
      assertThat(transfer.pages())
          .containsExactly(
              Map.entry(0, manifest.pages().get(0)), Map.entry(2, manifest.pages().get(2)));
    }
  }

  @Test
  void aTransferThatEndsOrBeginsAnewLeavesNothing() throws IOException {
    Manifest ended = manifest("a.mfz", 100, 1, 70);
    Manifest begunAnew = manifest("b.mfz", 100, 2, 70);
    Bytes endedId = ended.head().id();
    Bytes anewId = begunAnew.head().id();
    try (Store store = open()) {
      for (Manifest manifest : List.of(ended, begunAnew)) {
        Bytes id = manifest.head().id();
        store.commit(
            List.of(
                new Save.TransferBegun(id, manifest.head()),
                new Save.Page(id, 0, manifest.pages().get(0))));
      }

      store.commit(
          List.of(
              new Save.Page(endedId, 1, ended.pages().get(1)),
              new Save.TransferGone(endedId),
              new Save.Page(anewId, 1, begunAnew.pages().get(1)),
              new Save.TransferBegun(anewId, begunAnew.head()),
              new Save.Page(anewId, 2, begunAnew.pages().get(2))));

      assertThat(store.transfers()).hasSize(1);
      assertThat(store.transfers().get(0).manifestId()).isEqualTo(anewId);
      assertThat(store.transfers().get(0).pages()).containsOnlyKeys(2);
    }
    tamper(
        dsl -> {
          assertThat(dsl.fetchCount(TRANSFER)).isEqualTo(1);
          assertThat(dsl.fetchCount(TRANSFER_PAGE)).isEqualTo(1);
        });
  }

  @Test
  void whatIsSaidOfATransferThatIsGoneIsSweptAndStopsNobody() throws IOException {
    Bytes gone = Bytes.sha256(new byte[3]);
    try (Store store = open()) {
      store.commit(
          List.of(
              new Save.TransferGone(gone),
              new Save.Page(gone, 0, manifest("a.mfz", 1, 1, 1).pages().get(0))));
      assertThat(store.transfers()).isEmpty();
    }
    tamper(dsl -> assertThat(dsl.fetchCount(TRANSFER_PAGE)).isEqualTo(1));

    try (Store store = open()) {
      assertThat(store.transfers()).isEmpty();
    }

    tamper(dsl -> assertThat(dsl.fetchCount(TRANSFER_PAGE)).isZero());
  }

  @Test
  void rowsThatDoNotHoldWhatTheyShouldAreDeletedAndTreatedAsAbsent() throws IOException {
    Manifest good = manifest("a-good.mfz", 1, 1, 40);
    Manifest badHead = manifest("b.mfz", 1, 2, 40);
    Manifest badStamp = manifest("c.mfz", 1, 3, 40);
    Manifest missingPage = manifest("d.mfz", 1, 4, 40);
    Manifest badPage = manifest("e.mfz", 1, 5, 40);
    try (Store store = open()) {
      for (Manifest each : List.of(good, badHead, badStamp, missingPage, badPage)) {
        store.commit(List.of(live(each, "x")));
      }
    }
    tamper(
        dsl -> {
          dsl.update(MANIFEST)
              .set(MANIFEST.HEAD, new byte[] {1, 2, 3})
              .where(MANIFEST.MANIFEST_ID.eq(badHead.head().id().toArray()))
              .execute();
          dsl.update(VERSION).set(VERSION.STAMP, 99L).where(VERSION.NAME.eq("c.mfz")).execute();
          dsl.deleteFrom(MANIFEST_PAGE)
              .where(MANIFEST_PAGE.MANIFEST_ID.eq(missingPage.head().id().toArray()))
              .and(MANIFEST_PAGE.PAGE_INDEX.eq(1))
              .execute();
          dsl.update(MANIFEST_PAGE)
              .set(MANIFEST_PAGE.PAGE, new byte[36])
              .where(MANIFEST_PAGE.MANIFEST_ID.eq(badPage.head().id().toArray()))
              .and(MANIFEST_PAGE.PAGE_INDEX.eq(1))
              .execute();
        });

    try (Store store = open()) {
      assertThat(names(store.live())).containsExactly("a-good.mfz", "e.mfz");
      assertThat(store.manifestUnit(badPage.head().id(), 0)).isPresent();
      assertThat(store.manifestUnit(badPage.head().id(), 1)).isEmpty();
      assertThat(names(store.live())).containsExactly("a-good.mfz");
      assertThat(store.manifest(good.head().id())).contains(good);
    }
    tamper(
        dsl -> {
          assertThat(dsl.fetchCount(VERSION)).isEqualTo(1);
          assertThat(dsl.fetchCount(MANIFEST)).isEqualTo(1);
          assertThat(dsl.fetchCount(MANIFEST_PAGE)).isEqualTo(2);
        });
  }

  @Test
  void aColumnThatCannotBeNullAndIsCountsAsDamage() throws IOException {
    try (Store store = open()) {
      store.commit(List.of(live(manifest("a.mfz", 1, 1, 40), "x")));
    }
    tamper(
        dsl -> {
          dsl.execute("ALTER TABLE manifest ALTER COLUMN head SET NULL");
          dsl.execute("UPDATE manifest SET head = NULL");
        });

    try (Store store = open()) {
      assertThatThrownBy(store::live)
          .isInstanceOf(StoreDistrustedException.class)
          .hasMessageContaining("is NULL");
    }

    try (Store store = open()) {
      assertThat(store.setAside()).isPresent();
      assertThat(store.live()).isEmpty();
    }
  }

  @Test
  void badRowsOfATransferAreDeletedAndTheRestGoesOn() throws IOException {
    Manifest some = manifest("a.mfz", 1, 1, 70);
    Manifest lost = manifest("b.mfz", 1, 2, 70);
    Bytes id = some.head().id();
    try (Store store = open()) {
      for (Manifest each : List.of(some, lost)) {
        store.commit(List.of(new Save.TransferBegun(each.head().id(), each.head())));
        for (int page = 0; page < 3; page++) {
          store.commit(List.of(new Save.Page(each.head().id(), page, each.pages().get(page))));
        }
      }
      // The manifest has three pages.
      store.commit(List.of(new Save.Page(id, 3, some.pages().get(0))));
    }
    tamper(
        dsl -> {
          dsl.update(TRANSFER)
              .set(TRANSFER.HEAD, some.head().encode().toArray())
              .where(TRANSFER.MANIFEST_ID.eq(lost.head().id().toArray()))
              .execute();
          dsl.update(TRANSFER_PAGE)
              .set(TRANSFER_PAGE.PAGE, some.pages().get(0).encode().toArray())
              .where(TRANSFER_PAGE.MANIFEST_ID.eq(id.toArray()))
              .and(TRANSFER_PAGE.PAGE_INDEX.eq(1))
              .execute();
        });

    try (Store store = open()) {
      assertThat(store.transfers()).hasSize(1);
      assertThat(store.transfers().get(0).pages()).containsOnlyKeys(0, 2);
    }
    tamper(dsl -> assertThat(dsl.fetchCount(TRANSFER_PAGE)).isEqualTo(2));
  }

  @Test
  void eventsAreNumberedReadInPartsAndCapped() throws IOException {
    try (Store store = open()) {
      store.commit(List.of(event("first"), event("second")));
      store.commit(List.of(event("third")));

      assertThat(store.events(0, 2))
          .containsExactly(
              new LoggedEvent(1, "2026-01-02T03:04:05.678Z", event("first").event()),
              new LoggedEvent(2, "2026-01-02T03:04:05.678Z", event("second").event()));
      assertThat(store.events(2, 10)).extracting(LoggedEvent::id).containsExactly(3L);
      assertThat(store.newestEvents(2)).extracting(LoggedEvent::id).containsExactly(2L, 3L);
    }
    try (Store store = open()) {
      for (int batch = 0; batch < 30; batch++) {
        store.commit(IntStream.range(0, 100).<Save>mapToObj(i -> event("more " + i)).toList());
      }

      List<LoggedEvent> all = store.events(0, Integer.MAX_VALUE);
      assertThat(all).hasSizeBetween(EventRows.KEPT, EventRows.KEPT + EventRows.SLACK);
      assertThat(all.get(all.size() - 1).id()).isEqualTo(3003);
      assertThat(all.get(0).id()).isEqualTo(3003 - all.size() + 1);
    }
  }

  @Test
  void eventsThatAreTooLongAreCut() throws IOException {
    try (Store store = open()) {
      store.commit(
          List.of(
              new Save.Event(
                  new TileEvent(TileEvent.Kind.TROUBLE, "n".repeat(999), "t".repeat(9999)))));

      TileEvent kept = store.newestEvents(1).get(0).event();
      assertThat(kept.name()).hasSize(256).endsWith("n…");
      assertThat(kept.text()).hasSize(2000).endsWith("t…");
    }
  }

  @Test
  void allRowsOfACommitAreKeptOrNone() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 2);
    Save impossible =
        new Save.Live(
            LiveEntry.of(manifest.head()), manifest, "longer than its column ".repeat(99));
    Manifest begun = manifest("begun.mfz", 100, 2, 70);
    Bytes begunId = begun.head().id();
    try (Store store = open()) {
      store.commit(
          List.of(
              event("before"),
              new Save.TransferBegun(begunId, begun.head()),
              new Save.Page(begunId, 0, begun.pages().get(0))));

      assertThatThrownBy(
              () ->
                  store.commit(
                      List.of(
                          event("lost"),
                          new Save.Intent(manifest.head().version()),
                          new Save.TransferGone(begunId),
                          new Save.TransferBegun(manifest.head().id(), manifest.head()),
                          new Save.Page(begunId, 1, begun.pages().get(1)),
                          impossible)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("writing 6 rows to the store " + folder);

      assertThat(store.intents()).isEmpty();
      assertThat(store.transfers())
          .containsExactly(
              new StoredTransfer(begunId, begun.head(), Map.of(0, begun.pages().get(0))));
      assertThat(store.live()).isEmpty();
      store.commit(List.of(event("after")));
      assertThat(store.events(0, 10))
          .extracting(logged -> logged.id() + " " + logged.event().text())
          .containsExactly("1 before", "2 after");
    }
  }

  @Test
  void aDurableCommitSurvivesTheLossOfEverythingAfterIt() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 70);
    Bytes id = manifest.head().id();
    Version version = manifest.head().version();
    Manifest other = manifest("other.mfz", 100, 2, 1);
    Path onceBegun = folder.resolve("begun");
    Path onceSynced = folder.resolve("synced");
    Path onceLive = folder.resolve("live");
    try (Store store = open()) {
      store.commit(List.of(new Save.TransferBegun(id, manifest.head())));
      copyTo(onceBegun);
      store.commit(List.of(new Save.Intent(version)));
      store.commit(List.of(live(other, "b")));
      copyTo(onceSynced);
      store.commit(List.of(live(manifest, "a")));
      copyTo(onceLive);
    }

    try (Store store = Store.open(onceBegun, CLOCK)) {
      assertThat(store.setAside()).isEmpty();
      assertThat(store.transfers())
          .containsExactly(new StoredTransfer(id, manifest.head(), Map.of()));
    }
    try (Store store = Store.open(onceSynced, CLOCK)) {
      assertThat(store.setAside()).isEmpty();
      assertThat(names(store.live())).containsExactly("other.mfz");
      // What was committed before it is there, too.
      assertThat(store.intents()).containsExactly(version);
      assertThat(store.transfers())
          .containsExactly(new StoredTransfer(id, manifest.head(), Map.of()));
    }
    try (Store store = Store.open(onceLive, CLOCK)) {
      assertThat(store.setAside()).isEmpty();
      assertThat(store.manifest(id)).contains(manifest);
    }
  }

  /** What another process would find if this one were killed now. */
  private void copyTo(Path place) throws IOException {
    Files.createDirectory(place);
    Files.copy(folder.resolve(Database.FILE), place.resolve(Database.FILE));
  }

  @Test
  void anEmptyCommitAndReadingWriteNothing() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 70);
    try (Store store = open()) {
      store.commit(List.of(live(manifest, "a"), event("hello")));
      byte[] before = Files.readAllBytes(folder.resolve(Database.FILE));

      store.commit(List.of());
      for (int i = 0; i < 100; i++) {
        assertThat(store.manifestUnit(manifest.head().id(), i % 3)).isPresent();
      }
      store.live();
      store.events(0, 10);
      store.transfers();
      store.commit(List.of());

      assertThat(Files.readAllBytes(folder.resolve(Database.FILE))).isEqualTo(before);
    }
  }

  @Test
  void aDamagedFileIsSetAsideAndAFreshStoreWorks() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 70);
    try (Store store = open()) {
      store.commit(List.of(live(manifest, "a")));
    }
    byte[] bytes = Files.readAllBytes(folder.resolve(Database.FILE));
    Arrays.fill(bytes, 0, bytes.length, (byte) 7);
    Files.write(folder.resolve(Database.FILE), bytes);

    try (Store store = open()) {
      assertThat(store.setAside().orElseThrow()).contains("is damaged", "set aside");
      assertThat(store.live()).isEmpty();
      store.commit(List.of(live(manifest, "b")));
      assertThat(store.manifest(manifest.head().id())).contains(manifest);
    }
  }

  @Test
  void aStoreThatFailedInUseIsSetAsideAtTheNextStart() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 2);
    Save impossible =
        new Save.Live(
            LiveEntry.of(manifest.head()), manifest, "longer than its column ".repeat(99));
    try (Store store = open()) {
      assertThatThrownBy(() -> store.commit(List.of(impossible))).isInstanceOf(IOException.class);
    }

    try (Store store = open()) {
      assertThat(store.setAside().orElseThrow())
          .contains("failed while it was used (writing 1 rows to the store", "set aside");
    }
    try (Store store = open()) {
      assertThat(store.setAside()).isEmpty();
    }
  }

  @Test
  void damageNeverMakesItSayWhatWasNotSavedNorStopsItForLong() throws IOException {
    Manifest live = manifest("live.mfz", 1, 1, 70);
    Manifest pulled = manifest("pulled.mfz", 1, 2, 320);
    try (Store store = open()) {
      store.commit(List.of(live(live, "a"), new Save.Intent(pulled.head().version())));
      store.commit(List.of(new Save.TransferBegun(pulled.head().id(), pulled.head())));
      for (int page = 0; page < 10; page++) {
        store.commit(List.of(new Save.Page(pulled.head().id(), page, pulled.pages().get(page))));
      }
      for (int i = 0; i < 20; i++) {
        store.commit(List.of(event("line " + i)));
      }
    }
    byte[] good = Files.readAllBytes(folder.resolve(Database.FILE));
    Random random = new Random(99);

    for (int round = 0; round < 40; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i < 1 + round; i++) {
        bad[8192 + random.nextInt(bad.length - 8192)] ^= (byte) (1 + random.nextInt(255));
      }
      Path place = Files.createDirectory(folder.resolve("round-" + round));
      Files.write(place.resolve(Database.FILE), bad);
      int starts = 0;
      while (!survives(place, live, pulled)) {
        starts++;
        assertThat(starts).as("starts that failed in round %d", round).isLessThan(2);
      }
    }
  }

  /** One life of a tile, which ends at the first error of its store. */
  private static boolean survives(Path place, Manifest live, Manifest pulled) {
    Store store;
    try {
      store = Store.open(place, CLOCK);
    } catch (IOException e) {
      return false;
    }
    boolean used = false;
    try {
      for (StoredLive row : store.live()) {
        assertThat(row.entry()).isEqualTo(LiveEntry.of(live.head()));
        store.manifest(live.head().id()).ifPresent(kept -> assertThat(kept).isEqualTo(live));
      }
      for (StoredTransfer transfer : store.transfers()) {
        assertThat(transfer.head()).isEqualTo(pulled.head());
        transfer.pages().forEach((i, page) -> assertThat(page).isEqualTo(pulled.pages().get(i)));
      }
      store.intents();
      store.newestEvents(10);
      store.commit(
          List.of(
              new Save.Intent(live.head().version()),
              live(live, "b"),
              new Save.Page(pulled.head().id(), 1, pulled.pages().get(1)),
              event("goes on")));
      assertThat(store.live()).extracting(StoredLive::fileIdentity).containsExactly("b");
      used = true;
      store.close();
      return true;
    } catch (IOException e) {
      // As the end of the process would: else this one would find the failed file still open.
      try {
        store.close();
      } catch (IOException atClose) {
        e.addSuppressed(atClose);
      }
      return used;
    }
  }

  @Test
  void whateverIsCommittedIsReadBack() throws IOException {
    Random random = new Random(7);
    Model model = new Model();
    Store store = open();
    try {
      for (int round = 0; round < 150; round++) {
        List<Save> batch = new ArrayList<>();
        int size = random.nextInt(6);
        for (int i = 0; i < size; i++) {
          batch.add(model.next(random));
        }
        store.commit(batch);
        if (random.nextInt(15) == 0) {
          store.close();
          store = open();
        }
        model.check(store);
      }
    } finally {
      store.close();
    }
  }

  @Test
  void everyKindOfRowIsWritten() throws IOException {
    Manifest manifest = manifest("demo.mfz", 100, 1, 2);
    List<Save> one =
        List.of(
            new Save.Intent(manifest.head().version()),
            live(manifest, "a"),
            new Save.IntentGone(manifest.head().version()),
            new Save.TransferBegun(manifest.head().id(), manifest.head()),
            new Save.Page(manifest.head().id(), 0, manifest.pages().get(0)),
            new Save.TransferGone(manifest.head().id()),
            event("hello"));
    assertThat(one.stream().map(Object::getClass).toList())
        .containsExactlyInAnyOrder(Save.class.getPermittedSubclasses());

    try (Store store = open()) {
      for (Save save : one) {
        store.commit(List.of(save));
      }
      assertThat(store.live()).hasSize(1);
      assertThat(store.newestEvents(5)).hasSize(1);
    }
    tamper(dsl -> assertThat(dsl.fetchCount(EVENT)).isEqualTo(1));
  }

  private Store open() throws IOException {
    return Store.open(folder, CLOCK);
  }

  private void tamper(Consumer<DSLContext> how) throws IOException {
    try (Database database = Database.open(folder)) {
      how.accept(database.dsl());
    }
  }

  private static List<String> names(List<StoredLive> live) {
    return live.stream().map(row -> row.entry().version().name().text()).toList();
  }

  private static Save.Live live(Manifest manifest, String identity) {
    return new Save.Live(LiveEntry.of(manifest.head()), manifest, identity);
  }

  private static Save.Event event(String text) {
    return new Save.Event(new TileEvent(TileEvent.Kind.STORE, "", text));
  }

  static Manifest manifest(String name, long stamp, int seed, int chunkCount) {
    Random random = new Random(seed);
    List<ChunkRef> chunks = new ArrayList<>();
    for (int i = 0; i < chunkCount; i++) {
      chunks.add(new ChunkRef(1 + random.nextInt(16384), random(random, 32)));
    }
    Version version = new Version(new Name(name), stamp, random(random, 64));
    return Manifest.of(version, "a handle", random(random, 64), random(random, 128), chunks);
  }

  private static Bytes random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.copyOf(bytes);
  }

  /** What a store should hold, in maps: the simplest thing that can be right. */
  private static final class Model {
    private final Map<String, Manifest> live = new TreeMap<>();
    private final Map<String, Version> intents = new TreeMap<>();
    private final Map<Bytes, Manifest> transfers = new TreeMap<>();
    private final Map<Bytes, Set<Integer>> pages = new HashMap<>();

    Save next(Random random) {
      Manifest manifest = manifest("n" + random.nextInt(4) + ".mfz", 1, random.nextInt(5), 40);
      ManifestHead head = manifest.head();
      String name = head.version().name().text();
      switch (random.nextInt(6)) {
        case 0 -> {
          intents.put(name, head.version());
          return new Save.Intent(head.version());
        }
        case 1 -> {
          intents.remove(name, head.version());
          return new Save.IntentGone(head.version());
        }
        case 2 -> {
          live.put(name, manifest);
          intents.remove(name);
          return live(manifest, "identity");
        }
        case 3 -> {
          transfers.remove(head.id());
          return new Save.TransferGone(head.id());
        }
        case 4 -> {
          transfers.put(head.id(), manifest);
          pages.put(head.id(), new TreeSet<>());
          return new Save.TransferBegun(head.id(), head);
        }
        default -> {
          int index = random.nextInt(2);
          pages.computeIfAbsent(head.id(), id -> new TreeSet<>()).add(index);
          return new Save.Page(head.id(), index, manifest.pages().get(index));
        }
      }
    }

    void check(Store store) throws IOException {
      assertThat(store.live())
          .extracting(StoredLive::entry)
          .containsExactlyElementsOf(
              live.values().stream().map(manifest -> LiveEntry.of(manifest.head())).toList());
      for (Manifest manifest : live.values()) {
        assertThat(store.manifest(manifest.head().id())).contains(manifest);
      }
      assertThat(store.intents()).containsExactlyElementsOf(intents.values());
      assertThat(store.transfers())
          .extracting(StoredTransfer::manifestId)
          .containsExactlyElementsOf(transfers.keySet());
      for (StoredTransfer transfer : store.transfers()) {
        Map<Integer, ManifestPage> expected = new TreeMap<>();
        List<ManifestPage> all = transfers.get(transfer.manifestId()).pages();
        pages.get(transfer.manifestId()).forEach(index -> expected.put(index, all.get(index)));
        assertThat(transfer.pages()).isEqualTo(expected);
      }
    }
  }
}
