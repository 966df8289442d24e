package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {
  @Test
  void theRootIsTheOneOfThePageInAnyOrder() throws IOException {
    LiveEntry demo = entry("demo.mfz", 1_600_000_000L, 0, 1);
    LiveEntry b = entry("b.mfz", 1_600_000_002L, 64, 2);

    String root = new Catalog(List.of(demo, b), List.of()).root().toHex();

    assertThat(new Catalog(List.of(b, demo), List.of()).root().toHex()).isEqualTo(root);
    assertThat(Files.readString(Path.of("PROTOCOL.md"))).contains("the root `" + root + "`");
    assertThat(new Catalog(List.of(), List.of()).root().toHex()).isEqualTo("0".repeat(24));
  }

  @Test
  void neverMovesDownNorBelowAMark() {
    LiveEntry old = entry("demo.mfz", 100, 0, 1);
    LiveEntry young = entry("demo.mfz", 102, 0, 2);
    Catalog catalog = new Catalog(List.of(young), List.of());
    Catalog marked = new Catalog(List.of(), List.of(young.version()));

    assertThatThrownBy(() -> catalog.put(old)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> catalog.put(young)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> marked.put(old)).isInstanceOf(IllegalStateException.class);
    assertThat(marked.wanted()).containsExactly(young.version());
  }

  @Test
  void findsEntriesByTheFirstBytesOfTheirManifestIds() {
    LiveEntry a = entry("a.mfz", 100, 0, 1);
    LiveEntry b = entry("b.mfz", 100, 0, 1);
    Catalog catalog = new Catalog(List.of(a, b), List.of());
    int key = a.manifestId().firstInt();

    assertThat(catalog.byKey(key)).containsExactlyInAnyOrder(a, b);
    catalog.put(entry("a.mfz", 102, 0, 3));
    assertThat(catalog.byKey(key)).containsExactly(b);
    assertThat(catalog.byKey(key + 1)).isEmpty();
  }

  private static LiveEntry entry(String name, long stamp, int firstDigestByte, int manifest) {
    byte[] digest = new byte[64];
    for (int i = 0; i < digest.length; i++) {
      digest[i] = (byte) (firstDigestByte + i);
    }
    byte[] id = new byte[32];
    id[0] = (byte) manifest;
    Version version = new Version(new Name(name), stamp, Bytes.copyOf(digest));
    return new LiveEntry(version, Bytes.copyOf(id), 10, "alpha", Bytes.copyOf(new byte[64]), false);
  }
}
