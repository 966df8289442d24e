package dev.tilecast.testbed.crash;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.RecordingFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** The signed files that the stories are about, made once. */
final class Cast {
  private static final long STAMP = 1_600_000_000L;
  private static final int KEY_BITS = 2048;
  private static final int SMALL_BYTES = 20_000;

  /** Of more chunks than one page of a manifest lists. */
  private static final int LARGE_BYTES = 150_000;

  private static final Handle SIGNER = new Handle("alpha");
  private static final Handle STRANGER = new Handle("stranger");

  private final Path folder = new RecordingFileSystem(Disk.empty(), 1L << 30).getPath("/");
  private final KeyFolder keys = new KeyFolder(folder.resolve("keys"));

  /** The public key that tiles know, as a file. */
  final Bytes key;

  final Published small1;
  final Published small2;
  final Published small3;
  final Published other;
  final Published other2;
  final Published large1;
  final Published large2;

  /** Signed with a key that nobody knows. */
  final Published foreign;

  Cast() throws IOException, KeyException, MakeException {
    keys.generate(SIGNER, KEY_BITS);
    keys.generate(STRANGER, KEY_BITS);
    key = Bytes.copyOf(Files.readAllBytes(keys.publicFile(SIGNER)));
    small1 = make(SIGNER, "small.mfz", 1, SMALL_BYTES);
    small2 = make(SIGNER, "small.mfz", 2, SMALL_BYTES);
    small3 = make(SIGNER, "small.mfz", 3, SMALL_BYTES);
    other = make(SIGNER, "other.mfz", 1, SMALL_BYTES);
    other2 = make(SIGNER, "other.mfz", 2, SMALL_BYTES);
    large1 = make(SIGNER, "large.mfz", 1, LARGE_BYTES);
    large2 = make(SIGNER, "large.mfz", 2, LARGE_BYTES);
    foreign = make(STRANGER, "foreign.mfz", 1, SMALL_BYTES);
  }

  /** Every version that tiles may have live. */
  List<Published> all() {
    return List.of(small1, small2, small3, other, other2, large1, large2);
  }

  /** The file of {@code version}. */
  Published of(Version version) {
    return all().stream()
        .filter(published -> published.version().equals(version))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(version + " was never published"));
  }

  private Published make(Handle signer, String name, int number, int bytes)
      throws IOException, KeyException, MakeException {
    Path member = folder.resolve("member.bin");
    byte[] content = new byte[bytes];
    // All versions of a name end alike, so that a tile finds half of the next one in its files.
    new SplittableRandom(name.hashCode() + (long) bytes).nextBytes(content);
    byte[] news = new byte[bytes / 2];
    new SplittableRandom(number * 31L + bytes).nextBytes(news);
    System.arraycopy(news, 0, content, 0, news.length);
    Files.write(member, content);
    Path out = Files.createDirectories(folder.resolve("made-" + number)).resolve(name);
    Maker maker = new Maker(keys, InspectionLimits.defaults());
    Maker.Made made = maker.make(signer, out, List.of(member), STAMP + 2L * number);
    return new Published(
        made.accepted().version().orElseThrow(), Bytes.copyOf(Files.readAllBytes(out)));
  }
}
