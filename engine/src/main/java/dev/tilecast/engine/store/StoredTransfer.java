package dev.tilecast.engine.store;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import java.util.BitSet;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A transfer that was open when the tile stopped.
 *
 * @param manifestId whose
 * @param head its id is {@code manifestId}
 * @param pages those that had come, by number, each the one that {@code head} names
 * @param chunks indexes of chunks that had been checked and whose page is here; their bytes must be
 *     checked again before they are believed
 */
public record StoredTransfer(
    Bytes manifestId, ManifestHead head, Map<Integer, ManifestPage> pages, BitSet chunks) {
  public StoredTransfer {
    pages = Collections.unmodifiableMap(new TreeMap<>(pages));
    chunks = (BitSet) chunks.clone();
  }

  @Override
  public BitSet chunks() {
    return (BitSet) chunks.clone();
  }
}
