package dev.tilecast.engine.store;

import static dev.tilecast.schema.generated.Tables.TRANSFER;
import static dev.tilecast.schema.generated.Tables.TRANSFER_PAGE;

import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record2;

/** Progress of open transfers. */
final class TransferRows {
  private final DSLContext dsl;

  private final PreparedWrite insertTransfer;
  private final PreparedWrite deleteTransfer;
  private final PreparedWrite insertPage;
  private final PreparedWrite deletePage;
  private final PreparedWrite deletePages;

  TransferRows(DSLContext dsl) {
    this.dsl = dsl;
    this.insertTransfer =
        new PreparedWrite(
            dsl,
            dsl.insertInto(TRANSFER, TRANSFER.MANIFEST_ID, TRANSFER.HEAD)
                .values((byte[]) null, null));
    this.deleteTransfer =
        new PreparedWrite(
            dsl, dsl.deleteFrom(TRANSFER).where(TRANSFER.MANIFEST_ID.eq((byte[]) null)));
    this.insertPage =
        new PreparedWrite(
            dsl,
            dsl.insertInto(
                    TRANSFER_PAGE,
                    TRANSFER_PAGE.MANIFEST_ID,
                    TRANSFER_PAGE.PAGE_INDEX,
                    TRANSFER_PAGE.PAGE)
                .values((byte[]) null, null, null));
    this.deletePage =
        new PreparedWrite(
            dsl,
            dsl.deleteFrom(TRANSFER_PAGE)
                .where(TRANSFER_PAGE.MANIFEST_ID.eq((byte[]) null))
                .and(TRANSFER_PAGE.PAGE_INDEX.eq((Integer) null)));
    this.deletePages =
        new PreparedWrite(
            dsl, dsl.deleteFrom(TRANSFER_PAGE).where(TRANSFER_PAGE.MANIFEST_ID.eq((byte[]) null)));
  }

  /** Deletes pages whose transfer is gone. */
  void sweep() {
    var known = dsl.select(TRANSFER.MANIFEST_ID).from(TRANSFER);
    dsl.deleteFrom(TRANSFER_PAGE).where(TRANSFER_PAGE.MANIFEST_ID.notIn(known)).execute();
  }

  /** A transfer begins with an empty staging file, so rows of an earlier one of that id go. */
  void begin(Save.TransferBegun begun) {
    remove(begun.manifestId());
    insertTransfer.run(begun.manifestId().toArray(), begun.head().encode().toArray());
  }

  /** Writes {@code page} in place of the one that was there before. */
  void putPage(Save.Page page) {
    byte[] id = page.manifestId().toArray();
    deletePage.run(id, page.index());
    insertPage.run(id, page.index(), page.page().encode().toArray());
  }

  void remove(Bytes manifestId) {
    byte[] id = manifestId.toArray();
    deleteTransfer.run(id);
    deletePages.run(id);
  }

  List<StoredTransfer> all() {
    List<StoredTransfer> stored = new ArrayList<>();
    for (Record2<byte[], byte[]> row :
        dsl.select(TRANSFER.MANIFEST_ID, TRANSFER.HEAD)
            .from(TRANSFER)
            .orderBy(TRANSFER.MANIFEST_ID)
            .fetch()) {
      Bytes manifestId = Bytes.copyOf(Checked.whole(row).value1());
      Optional<ManifestHead> head = Checked.head(manifestId, Bytes.copyOf(row.value2()));
      if (head.isPresent()) {
        stored.add(new StoredTransfer(manifestId, head.get(), pages(manifestId, head.get())));
      } else {
        remove(manifestId);
      }
    }
    return stored;
  }

  private Map<Integer, ManifestPage> pages(Bytes manifestId, ManifestHead head) {
    Map<Integer, ManifestPage> pages = new TreeMap<>();
    byte[] id = manifestId.toArray();
    for (Record2<Integer, byte[]> row :
        dsl.select(TRANSFER_PAGE.PAGE_INDEX, TRANSFER_PAGE.PAGE)
            .from(TRANSFER_PAGE)
            .where(TRANSFER_PAGE.MANIFEST_ID.eq(id))
            .fetch()) {
      Optional<ManifestPage> page =
          Checked.page(head, Checked.whole(row).value1(), Bytes.copyOf(row.value2()));
      if (page.isPresent()) {
        pages.put(row.value1(), page.get());
      } else {
        dsl.deleteFrom(TRANSFER_PAGE)
            .where(TRANSFER_PAGE.MANIFEST_ID.eq(id))
            .and(TRANSFER_PAGE.PAGE_INDEX.eq(row.value1()))
            .execute();
      }
    }
    return pages;
  }
}
