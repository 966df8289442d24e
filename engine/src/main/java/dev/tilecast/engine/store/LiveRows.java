package dev.tilecast.engine.store;

import static dev.tilecast.schema.generated.Tables.INTENT;
import static dev.tilecast.schema.generated.Tables.MANIFEST;
import static dev.tilecast.schema.generated.Tables.MANIFEST_PAGE;
import static dev.tilecast.schema.generated.Tables.VERSION;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Record2;
import org.jooq.ResultQuery;
import org.jooq.impl.DSL;

/** What is live, the manifests of those files, and promotions that had begun. */
final class LiveRows {
  private final DSLContext dsl;

  // Asked again and again, so they stay prepared.
  private final ResultQuery<Record1<byte[]>> headById;
  private final ResultQuery<Record2<byte[], byte[]>> pageById;

  private final ResultQuery<Record1<byte[]>> manifestIdByName;
  private final PreparedWrite insertVersion;
  private final PreparedWrite deleteVersionByName;
  private final PreparedWrite deleteVersionById;
  private final PreparedWrite insertManifest;
  private final PreparedWrite deleteManifest;
  private final PreparedWrite insertPage;
  private final PreparedWrite insertIntent;
  private final PreparedWrite deleteIntentByName;
  private final PreparedWrite deleteIntent;

  LiveRows(DSLContext dsl) {
    this.dsl = dsl;
    this.headById =
        dsl.select(MANIFEST.HEAD)
            .from(MANIFEST)
            .where(MANIFEST.MANIFEST_ID.eq(DSL.param("id", MANIFEST.MANIFEST_ID)))
            .keepStatement(true);
    this.pageById =
        dsl.select(MANIFEST.HEAD, MANIFEST_PAGE.PAGE)
            .from(MANIFEST)
            .join(MANIFEST_PAGE)
            .on(MANIFEST_PAGE.MANIFEST_ID.eq(MANIFEST.MANIFEST_ID))
            .where(MANIFEST.MANIFEST_ID.eq(DSL.param("id", MANIFEST.MANIFEST_ID)))
            .and(MANIFEST_PAGE.PAGE_INDEX.eq(DSL.param("page", MANIFEST_PAGE.PAGE_INDEX)))
            .keepStatement(true);
    this.manifestIdByName =
        dsl.select(VERSION.MANIFEST_ID)
            .from(VERSION)
            .where(VERSION.NAME.eq(DSL.param("name", VERSION.NAME)))
            .keepStatement(true);
    this.insertVersion =
        new PreparedWrite(
            dsl,
            dsl.insertInto(
                    VERSION,
                    VERSION.NAME,
                    VERSION.STAMP,
                    VERSION.INNER_DIGEST,
                    VERSION.MANIFEST_ID,
                    VERSION.FILE_IDENTITY)
                .values((String) null, null, null, null, null));
    this.deleteVersionByName =
        new PreparedWrite(dsl, dsl.deleteFrom(VERSION).where(VERSION.NAME.eq((String) null)));
    this.deleteVersionById =
        new PreparedWrite(
            dsl, dsl.deleteFrom(VERSION).where(VERSION.MANIFEST_ID.eq((byte[]) null)));
    this.insertManifest =
        new PreparedWrite(
            dsl,
            dsl.insertInto(MANIFEST, MANIFEST.MANIFEST_ID, MANIFEST.HEAD)
                .values((byte[]) null, null));
    this.deleteManifest =
        new PreparedWrite(
            dsl, dsl.deleteFrom(MANIFEST).where(MANIFEST.MANIFEST_ID.eq((byte[]) null)));
    this.insertPage =
        new PreparedWrite(
            dsl,
            dsl.insertInto(
                    MANIFEST_PAGE,
                    MANIFEST_PAGE.MANIFEST_ID,
                    MANIFEST_PAGE.PAGE_INDEX,
                    MANIFEST_PAGE.PAGE)
                .values((byte[]) null, null, null));
    this.insertIntent =
        new PreparedWrite(
            dsl,
            dsl.insertInto(INTENT, INTENT.NAME, INTENT.STAMP, INTENT.INNER_DIGEST)
                .values((String) null, null, null));
    this.deleteIntentByName =
        new PreparedWrite(dsl, dsl.deleteFrom(INTENT).where(INTENT.NAME.eq((String) null)));
    this.deleteIntent =
        new PreparedWrite(
            dsl,
            dsl.deleteFrom(INTENT)
                .where(INTENT.NAME.eq((String) null))
                .and(INTENT.STAMP.eq((Long) null))
                .and(INTENT.INNER_DIGEST.eq((byte[]) null)));
  }

  void put(Save.Live save) {
    LiveEntry entry = save.entry();
    forgetRows(entry.version().name().text());
    byte[] id = entry.manifestId().toArray();
    removeManifest(id);
    insertManifest.run(id, save.manifest().head().encode().toArray());
    List<ManifestPage> pages = save.manifest().pages();
    for (int i = 0; i < pages.size(); i++) {
      insertPage.run(id, i, pages.get(i).encode().toArray());
    }
    insertVersion.run(
        entry.version().name().text(),
        entry.version().stamp(),
        entry.version().innerDigest().toArray(),
        id,
        save.fileIdentity());
  }

  void forget(Name name) {
    forget(name.text());
  }

  private void forget(String name) {
    dsl.transaction(tx -> forgetRows(name));
  }

  private void forgetRows(String name) {
    List<byte[]> ids = manifestIdByName.bind("name", name).fetch(VERSION.MANIFEST_ID);
    deleteVersionByName.run(name);
    ids.forEach(deleteManifest::run);
    deleteIntentByName.run(name);
  }

  void putIntent(Version version) {
    deleteIntentByName.run(version.name().text());
    insertIntent.run(version.name().text(), version.stamp(), version.innerDigest().toArray());
  }

  void removeIntent(Version version) {
    deleteIntent.run(version.name().text(), version.stamp(), version.innerDigest().toArray());
  }

  List<Version> intents() {
    List<Version> intents = new ArrayList<>();
    for (Record row : dsl.selectFrom(INTENT).orderBy(INTENT.NAME).fetch()) {
      String name = Checked.whole(row).get(INTENT.NAME);
      Bytes digest = Bytes.copyOf(row.get(INTENT.INNER_DIGEST));
      if (Name.isValid(name) && digest.length() == Version.DIGEST_BYTES) {
        intents.add(new Version(new Name(name), row.get(INTENT.STAMP), digest));
      } else {
        dsl.deleteFrom(INTENT).where(INTENT.NAME.eq(name)).execute();
      }
    }
    return intents;
  }

  List<StoredLive> all() {
    Map<Bytes, Integer> pages = pageCounts();
    List<StoredLive> all = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    for (Record row :
        dsl.select(VERSION.fields())
            .select(MANIFEST.HEAD)
            .from(VERSION)
            .join(MANIFEST)
            .on(MANIFEST.MANIFEST_ID.eq(VERSION.MANIFEST_ID))
            .orderBy(VERSION.NAME)
            .fetch()) {
      Optional<StoredLive> live = checked(Checked.whole(row), pages);
      live.ifPresent(all::add);
      if (live.isEmpty()) {
        bad.add(row.get(VERSION.NAME));
      }
    }
    bad.forEach(this::forget);
    return all;
  }

  private Map<Bytes, Integer> pageCounts() {
    Map<Bytes, Integer> counts = new HashMap<>();
    dsl.select(MANIFEST_PAGE.MANIFEST_ID, DSL.count())
        .from(MANIFEST_PAGE)
        .groupBy(MANIFEST_PAGE.MANIFEST_ID)
        .forEach(row -> counts.put(Bytes.copyOf(Checked.whole(row).value1()), row.value2()));
    return counts;
  }

  /** The row, where head, columns and number of pages agree with each other. */
  private static Optional<StoredLive> checked(Record row, Map<Bytes, Integer> pageCounts) {
    Bytes manifestId = Bytes.copyOf(row.get(VERSION.MANIFEST_ID));
    return Checked.head(manifestId, Bytes.copyOf(row.get(MANIFEST.HEAD)))
        .filter(head -> head.version().name().text().equals(row.get(VERSION.NAME)))
        .filter(head -> head.version().stamp() == row.get(VERSION.STAMP))
        .filter(
            head ->
                head.version().innerDigest().equals(Bytes.copyOf(row.get(VERSION.INNER_DIGEST))))
        .filter(head -> pageCounts.getOrDefault(manifestId, 0) == head.pageDigests().size())
        .map(head -> new StoredLive(LiveEntry.of(head), row.get(VERSION.FILE_IDENTITY)));
  }

  Optional<Manifest> manifest(Bytes manifestId) {
    Optional<Bytes> encoded = row(manifestId);
    if (encoded.isEmpty()) {
      return Optional.empty();
    }
    Optional<Manifest> manifest =
        Checked.head(manifestId, encoded.get()).flatMap(head -> whole(manifestId, head));
    if (manifest.isEmpty()) {
      forgetManifest(manifestId);
    }
    return manifest;
  }

  private Optional<Manifest> whole(Bytes manifestId, ManifestHead head) {
    List<ManifestPage> pages = new ArrayList<>();
    for (Record1<byte[]> row :
        dsl.select(MANIFEST_PAGE.PAGE)
            .from(MANIFEST_PAGE)
            .where(MANIFEST_PAGE.MANIFEST_ID.eq(manifestId.toArray()))
            .orderBy(MANIFEST_PAGE.PAGE_INDEX)
            .fetch()) {
      Bytes encoded = Bytes.copyOf(Checked.whole(row).value1());
      Checked.page(head, pages.size(), encoded).ifPresent(pages::add);
    }
    if (pages.size() != head.pageDigests().size()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Manifest(head, pages));
    } catch (IllegalArgumentException e) {
      // Every page is the one that the head names, but their chunks do not add up to the file.
      return Optional.empty();
    }
  }

  Optional<Bytes> unit(Bytes manifestId, int unit) {
    if (unit == Message.ManifestWant.HEAD) {
      Optional<Bytes> encoded = row(manifestId);
      return encoded.filter(bytes -> good(manifestId, Checked.head(manifestId, bytes).isPresent()));
    }
    Record2<byte[], byte[]> row =
        pageById.bind("id", manifestId.toArray()).bind("page", unit).fetchOne();
    if (row == null) {
      return Optional.empty();
    }
    Bytes page = Bytes.copyOf(Checked.whole(row).value2());
    Optional<ManifestHead> head = Checked.head(manifestId, Bytes.copyOf(row.value1()));
    boolean isPage = head.isPresent() && Checked.isPage(head.get(), unit, page);
    return good(manifestId, isPage) ? Optional.of(page) : Optional.empty();
  }

  private boolean good(Bytes manifestId, boolean good) {
    if (!good) {
      forgetManifest(manifestId);
    }
    return good;
  }

  private Optional<Bytes> row(Bytes manifestId) {
    Record1<byte[]> row = headById.bind("id", manifestId.toArray()).fetchOne();
    return Optional.ofNullable(row).map(found -> Bytes.copyOf(Checked.whole(found).value1()));
  }

  /** Deletes a manifest that does not hold together, and that its file is live. */
  private void forgetManifest(Bytes manifestId) {
    dsl.transaction(tx -> removeManifest(manifestId.toArray()));
  }

  private void removeManifest(byte[] manifestId) {
    deleteVersionById.run(manifestId);
    deleteManifest.run(manifestId);
  }
}
