package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.KeyPrefix;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CatalogTreeTest {
  private final Random random = new Random(1);

  @Test
  void theDigestOfAPrefixIsTheOneOfThePage() throws IOException {
    CatalogTree tree = new CatalogTree();
    tree.put(new Version(new Name("demo.mfz"), 1_600_000_000L, run(0)));
    tree.put(new Version(new Name("b.mfz"), 1_600_000_002L, run(64)));
    String page = Files.readString(Path.of("PROTOCOL.md"));

    int children = 0;
    for (int i = 0; i < KeyPrefix.CHILDREN; i++) {
      KeyPrefix child = KeyPrefix.ROOT.child(i);
      if (!tree.under(child).isEmpty()) {
        children++;
        String prefix = Integer.toHexString(i);
        assertThat(page).contains("`" + prefix + "` `" + tree.digest(child).toHex() + "`");
      }
    }
    assertThat(children).isEqualTo(2);
  }

  @Test
  void whatIsKeptIsWhatWouldBeComputed() {
    CatalogTree grown = new CatalogTree();
    List<Version> versions = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Version version = new Version(new Name("n" + i % 200 + ".mfz"), 100 + i, digest());
      versions.add(version);
      grown.put(version);
      // Asked in between, so that something is kept that the next one changes.
      grown.root();
      grown.digest(KeyPrefix.of(digest(), 1));
      grown.digest(KeyPrefix.of(digest(), 2));
    }
    CatalogTree fresh = new CatalogTree();
    versions.forEach(fresh::put);

    assertThat(grown.root()).isEqualTo(fresh.root());
    for (int i = 0; i < KeyPrefix.CHILDREN; i++) {
      KeyPrefix child = KeyPrefix.ROOT.child(i);
      assertThat(grown.digest(child)).isEqualTo(fresh.digest(child));
      for (int j = 0; j < KeyPrefix.CHILDREN; j++) {
        assertThat(grown.digest(child.child(j))).isEqualTo(fresh.digest(child.child(j)));
      }
    }
  }

  @Test
  void eachEntryLiesUnderOneChildOfEachNode() {
    CatalogTree tree = new CatalogTree();
    for (int i = 0; i < 500; i++) {
      tree.put(new Version(new Name("n" + i + ".mfz"), 100, digest()));
    }

    int under = 0;
    for (int i = 0; i < KeyPrefix.CHILDREN; i++) {
      KeyPrefix child = KeyPrefix.ROOT.child(i);
      assertThat(child.parent()).isEqualTo(KeyPrefix.ROOT);
      assertThat(child.number()).isEqualTo(i);
      int grandchildren = 0;
      for (int j = 0; j < KeyPrefix.CHILDREN; j++) {
        grandchildren += tree.under(child.child(j)).size();
      }
      assertThat(grandchildren).isEqualTo(tree.under(child).size());
      under += grandchildren;
    }
    assertThat(under).isEqualTo(500);
  }

  private Bytes digest() {
    byte[] digest = new byte[Version.DIGEST_BYTES];
    random.nextBytes(digest);
    return Bytes.copyOf(digest);
  }

  private static Bytes run(int first) {
    byte[] digest = new byte[Version.DIGEST_BYTES];
    for (int i = 0; i < digest.length; i++) {
      digest[i] = (byte) (first + i);
    }
    return Bytes.copyOf(digest);
  }
}
