package dev.tilecast.engine.store;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import java.util.List;
import java.util.Optional;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;

/** Bytes of rows, believed only where they are what their digest says. */
final class Checked {
  private Checked() {}

  /**
   * {@code row}, of whose columns none may be NULL: what H2 gives of a damaged page can be.
   *
   * @throws DataAccessException where one is, as for other damage
   */
  static <R extends Record> R whole(R row) {
    for (Field<?> field : row.fields()) {
      if (row.get(field) == null) {
        throw new DataAccessException("the file is damaged: " + field + " is NULL");
      }
    }
    return row;
  }

  /** The head whose id is {@code manifestId}, or empty where {@code encoded} is not it. */
  static Optional<ManifestHead> head(Bytes manifestId, Bytes encoded) {
    if (!Bytes.sha256(encoded.toArray()).equals(manifestId)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ManifestHead.decode(encoded));
    } catch (MalformedException e) {
      // The digest fits, so the row is as it was written, by a program with another format.
      return Optional.empty();
    }
  }

  /** Page {@code index} of {@code head}, or empty where {@code encoded} is not it. */
  static Optional<ManifestPage> page(ManifestHead head, int index, Bytes encoded) {
    if (!isPage(head, index, encoded) || encoded.length() != head.pageBytes(index)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ManifestPage.decode(encoded));
    } catch (MalformedException e) {
      // As above: whole, but not of this format.
      return Optional.empty();
    }
  }

  /** Whether {@code encoded} has the digest that {@code head} gives for page {@code index}. */
  static boolean isPage(ManifestHead head, int index, Bytes encoded) {
    List<Bytes> digests = head.pageDigests();
    return index >= 0
        && index < digests.size()
        && Bytes.sha256(encoded.toArray()).equals(digests.get(index));
  }
}
