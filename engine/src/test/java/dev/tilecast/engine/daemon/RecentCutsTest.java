package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.mfz.Cut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is still known of a file that moves, and what is not of one that changes. */
final class RecentCutsTest {
  private static final ChunkRef CHUNK = new ChunkRef(3, Bytes.sha256(new byte[] {1, 2, 3}));

  @TempDir private Path folder;
  private final RecentCuts cuts = new RecentCuts();

  private Path file(String name) throws IOException {
    return Files.write(folder.resolve(name), new byte[] {1, 2, 3});
  }

  @Test
  void aFileIsKnownUnderTheNameThatItIsLinkedOrRenamedTo() throws IOException {
    Path live = file("live");
    cuts.remember(live, List.of(CHUNK));

    Path linked = Files.createLink(folder.resolve("archived"), live);
    Path renamed = Files.move(live, folder.resolve("renamed"));

    assertThat(cuts.of(linked)).contains(List.of(CHUNK));
    assertThat(cuts.of(renamed)).contains(List.of(CHUNK));
  }

  @Test
  void aFileThatWasWrittenToIsNotKnown() throws IOException {
    Path live = file("live");
    cuts.remember(live, List.of(CHUNK));

    Files.write(live, new byte[] {1, 2, 4});
    Files.setLastModifiedTime(live, FileTime.fromMillis(1));

    assertThat(cuts.of(live)).isEmpty();
  }

  @Test
  void anotherFileOfThatNameIsNotKnown() throws IOException {
    Path live = file("live");
    cuts.remember(live, List.of(CHUNK));
    Files.move(live, folder.resolve("elsewhere"));

    assertThat(cuts.of(file("live"))).isEmpty();
    assertThat(cuts.of(folder.resolve("nothing"))).isEmpty();
  }

  @Test
  void whatWasNotUsedForLongestIsForgottenFirst() throws IOException {
    List<ChunkRef> many = Collections.nCopies(4096, CHUNK);
    Path first = file("first");
    Path second = file("second");
    Path third = file("third");
    cuts.remember(first, many);
    cuts.remember(second, many);
    assertThat(cuts.of(first)).isPresent();

    cuts.remember(third, many);

    assertThat(cuts.of(first)).isPresent();
    assertThat(cuts.of(second)).isEmpty();
    assertThat(cuts.of(third)).isPresent();
  }

  @Test
  void aCutThatIsTooLongIsNotKept() throws IOException {
    Path live = file("live");
    cuts.remember(live, Collections.nCopies(8193, CHUNK));

    assertThat(cuts.of(live)).isEmpty();
  }

  @Test
  void lengthsAreThoseOfOneAverage() throws IOException {
    Path live = file("live");
    Cut.Parameters small = new Cut.Parameters(4096);
    cuts.rememberLengths(live, small, List.of(3));

    assertThat(cuts.lengths(live, small)).containsExactly(3);
    assertThat(cuts.lengths(live, new Cut.Parameters(8192))).isEmpty();
    assertThat(cuts.lengths(folder.resolve("nothing"), small)).isEmpty();
    assertThat(cuts.of(live)).isEmpty();
  }

  @Test
  void moreLengthsOfAFileReplaceFewer() throws IOException {
    Path live = file("live");
    Cut.Parameters small = new Cut.Parameters(4096);
    cuts.rememberLengths(live, small, List.of(1));
    cuts.rememberLengths(live, small, List.of(1, 2));

    assertThat(cuts.lengths(live, small)).containsExactly(1, 2);
  }
}
