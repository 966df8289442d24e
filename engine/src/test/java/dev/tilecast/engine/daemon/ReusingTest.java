package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.core.Input;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.files.FileLimits;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.files.Marks;
import dev.tilecast.engine.files.RefusedFolder;
import dev.tilecast.engine.files.Room;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Cut;
import dev.tilecast.engine.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is copied out of a live file, and what may be believed of where its chunks end. */
final class ReusingTest {
  private static final Name NAME = new Name("demo.mfz");

  @TempDir private Path folder;
  private final byte[] held = new byte[300_000];
  private List<ChunkRef> heldChunks;
  private LiveEntry entry;
  private LiveFolder live;
  private Staging staging;
  private Store store;
  private ChunkChecks checks;
  private Reusing reusing;
  private final InputQueue inputs = new InputQueue();

  @BeforeEach
  void holdAFile() throws IOException {
    new Random(11).nextBytes(held);
    heldChunks = cut(held);
    TileHome home = TileHome.create(folder.resolve("home"), "# settings\n");
    FileLimits limits = FileLimits.defaults().withReserveBytes(0);
    Room room = new Room(home.staging(), limits);
    live =
        new LiveFolder(
            home,
            limits,
            room,
            Marks.open(home.marks()),
            new RefusedFolder(home.refused(), limits));
    Files.write(home.live().resolve(NAME.text()), held);
    Manifest manifest = manifest(1, heldChunks);
    entry = LiveEntry.of(manifest.head());
    live.adopt(NAME, entry.manifestId());
    store = Store.open(home.store(), InstantSource.fixed(Instant.EPOCH));
    store.commit(List.of(new Save.Live(entry, manifest, "an identity")));
    staging = new Staging(home.staging(), room);
    checks = new ChunkChecks(staging);
    reusing = new Reusing(store, live, staging, checks, inputs);
  }

  @AfterEach
  void close() throws IOException {
    staging.close();
    store.close();
  }

  private static List<ChunkRef> cut(byte[] file) {
    Cut cut = new Cut(Cut.Parameters.forLength(file.length));
    cut.update(file, 0, file.length);
    return cut.finish();
  }

  private static Manifest manifest(long stamp, List<ChunkRef> chunks) {
    Bytes digest = Bytes.copyOf(new byte[Version.DIGEST_BYTES]);
    return Manifest.of(
        new Version(NAME, stamp, digest), "handle", digest, Bytes.copyOf(new byte[256]), chunks);
  }

  /** Chunks of {@code order} of the held file, one after the other. */
  private byte[] joined(List<Integer> order) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int index : order) {
      int from = heldChunks.subList(0, index).stream().mapToInt(ChunkRef::length).sum();
      joined.write(held, from, heldChunks.get(index).length());
    }
    return joined.toByteArray();
  }

  /** Copies what can be; the chunks that were. */
  private List<Integer> copied(Manifest manifest, byte[] file)
      throws IOException, InterruptedException {
    assertThat(staging.open(manifest.head().id(), file.length)).isEmpty();
    reusing.asked(manifest.head().id());
    return copied(manifest);
  }

  private List<Integer> copied(Manifest manifest) throws InterruptedException {
    List<Integer> all = IntStream.range(0, manifest.chunks().size()).boxed().toList();
    reusing.copy(new Effect.CopyHeld(manifest, all, List.of(), List.of(entry), 0));
    List<Input> answers = new ArrayList<>();
    inputs.take(answers, 10, 0);
    assertThat(answers).hasSize(1);
    Input.HeldCopied answer = (Input.HeldCopied) answers.get(0);
    assertThat(answer.refusal()).isEmpty();
    return answer.copied();
  }

  /** Whether all chunks are good, and then whether the file is known to be cut by the rule. */
  private boolean isCutByRule(Manifest manifest) throws IOException {
    long offset = 0;
    for (int i = 0; i < manifest.chunks().size(); i++) {
      ChunkRef chunk = manifest.chunks().get(i);
      boolean good = checks.isGood(new Effect.CheckChunk(manifest.head().id(), i, offset, chunk));
      assertThat(good).as("chunk " + i).isTrue();
      offset += chunk.length();
    }
    return checks.areAllCutByRule(manifest.head().id(), manifest.chunks().size());
  }

  private List<ChunkRef> chunks(List<Integer> order) {
    return order.stream().map(heldChunks::get).toList();
  }

  /** Copies all chunks of a file that lists them so; whether it is known to be cut by the rule. */
  private boolean isCopiedAndCutByRule(List<Integer> order)
      throws IOException, InterruptedException {
    Manifest manifest = manifest(2, chunks(order));
    assertThat(copied(manifest, joined(order))).hasSize(order.size());
    return isCutByRule(manifest);
  }

  @Test
  void whatWasCutByTheRuleStaysSoInAnotherOrder() throws IOException, InterruptedException {
    List<Integer> order = new ArrayList<>(IntStream.range(1, heldChunks.size()).boxed().toList());
    order.add(order.size() / 2, 0);
    assertThat(cut(joined(order))).isEqualTo(chunks(order));

    assertThat(isCopiedAndCutByRule(order)).isTrue();
  }

  @Test
  void whatWasJustPromotedIsNotLookedUpInTheDatabase() throws IOException, InterruptedException {
    List<Integer> order = IntStream.range(0, heldChunks.size()).boxed().toList();
    store.forgetLive(NAME);
    reusing.promoted(live.path(NAME), manifest(1, heldChunks));

    assertThat(isCopiedAndCutByRule(order)).isTrue();
  }

  @Test
  void theLastChunkOfAFileIsNotBelievedToEndByTheRuleInTheMiddleOfAnother()
      throws IOException, InterruptedException {
    // Not at an end by the rule: as it ends its file, it may be as short as it likes.
    int last = heldChunks.size() - 1;
    List<Integer> order = new ArrayList<>(List.of(last));
    IntStream.range(0, last).forEach(order::add);
    assertThat(cut(joined(order))).isNotEqualTo(chunks(order));

    assertThat(isCopiedAndCutByRule(order)).isFalse();
  }

  @Test
  void aChunkThatIsNotWhatTheLiveFileShouldHoldIsNoGoodOne()
      throws IOException, InterruptedException {
    Manifest manifest = manifest(2, heldChunks);
    byte[] rotten = Arrays.copyOf(held, held.length);
    rotten[100]++;
    Path live = folder.resolve("home").resolve("live").resolve(NAME.text());
    Files.write(live, rotten);

    assertThat(copied(manifest, held)).hasSize(heldChunks.size());

    assertThat(checks.isGood(new Effect.CheckChunk(manifest.head().id(), 0, 0, heldChunks.get(0))))
        .isFalse();
    assertThat(checks.areAllCutByRule(manifest.head().id(), heldChunks.size())).isFalse();
  }

  /** With the third byte of its chunk {@code index} changed. */
  private byte[] rotten(int index) {
    byte[] rotten = held.clone();
    rotten[heldChunks.subList(0, index).stream().mapToInt(ChunkRef::length).sum() + 2]++;
    return rotten;
  }

  @Test
  void aRottenCopyNeverTakesThePlaceOfWhatWasPulledMeanwhile()
      throws IOException, InterruptedException {
    Manifest manifest = manifest(2, heldChunks);
    Bytes id = manifest.head().id();
    Files.write(live.path(NAME), rotten(3));
    assertThat(staging.open(id, held.length)).isEmpty();
    reusing.asked(id);
    reusing.isPulled(id);
    staging.write(id, 0, Bytes.copyOf(held));
    assertThat(isCutByRule(manifest)).isTrue();

    assertThat(copied(manifest)).hasSize(heldChunks.size() - 1).doesNotContain(3);

    assertThat(isCutByRule(manifest)).isTrue();
  }

  @Test
  void aDigestWithAFalseLengthIsNotCopiedAndTheDiskIsNotBlamed()
      throws IOException, InterruptedException {
    List<ChunkRef> lie = new ArrayList<>(heldChunks);
    int last = lie.size() - 1;
    lie.set(last, new ChunkRef(7, heldChunks.get(2).digest()));
    Manifest manifest = manifest(2, lie);
    int length = lie.stream().mapToInt(ChunkRef::length).sum();

    assertThat(copied(manifest, Arrays.copyOf(held, length))).doesNotContain(last).contains(2);
  }

  @Test
  void whereAnotherVersionLiesByNowItsCutIsNotTakenForThatOfTheOldOne()
      throws IOException, InterruptedException {
    byte[] second = new byte[held.length];
    new Random(12).nextBytes(second);
    Manifest newer = manifest(2, cut(second));
    Files.write(live.path(NAME), second);
    live.adopt(NAME, newer.head().id());
    Manifest other = manifest(9, heldChunks);
    assertThat(copied(other, held)).isEmpty();

    // Now the core knows of it, too.
    entry = LiveEntry.of(newer.head());
    store.commit(List.of(new Save.Live(entry, newer, "another identity")));
    Manifest third = manifest(3, newer.chunks());

    assertThat(copied(third, second)).hasSize(newer.chunks().size());
    assertThat(isCutByRule(third)).isTrue();
  }

  /** Its transfer has ended and begun anew, while the first copy waits for the inspector. */
  @Test
  void aCopyThatIsAskedForTwiceSpoilsNothing() throws IOException, InterruptedException {
    Manifest manifest = manifest(2, heldChunks);
    Bytes id = manifest.head().id();
    Files.write(live.path(NAME), rotten(3));
    assertThat(staging.open(id, held.length)).isEmpty();
    reusing.asked(id);
    staging.drop(id);
    assertThat(staging.open(id, held.length)).isEmpty();
    reusing.isPulled(id);
    staging.write(id, 0, Bytes.copyOf(held));
    assertThat(isCutByRule(manifest)).isTrue();
    reusing.asked(id);

    copied(manifest);

    assertThat(isCutByRule(manifest)).isTrue();
  }
}
