package dev.tilecast.engine.store;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A transfer that was open when the tile stopped. Which of its bytes in {@code staging/} are good
 * is not kept: they are believed after hashing alone.
 *
 * @param manifestId whose
 * @param head its id is {@code manifestId}
 * @param pages those that had come, by number, each the one that {@code head} names
 */
public record StoredTransfer(
    Bytes manifestId, ManifestHead head, Map<Integer, ManifestPage> pages) {
  public StoredTransfer {
    pages = Collections.unmodifiableMap(new TreeMap<>(pages));
  }
}
