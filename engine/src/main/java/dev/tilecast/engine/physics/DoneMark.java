package dev.tilecast.engine.physics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * That the activation of one version has succeeded, kept in {@code active/NAME.done} so that a
 * restart neither repeats nor forgets it. Six lines of text, the last a CRC-32C of those before.
 *
 * @param stamp of the version
 * @param digest its inner digest in hex
 * @param attempts commands that it took
 * @param result of the last one, one line
 */
record DoneMark(long stamp, String digest, int attempts, String result) {
  private static final String FORMAT = "tilecast activation 1";
  private static final int BYTES_MAX = 4096;

  DoneMark {
    result = result.replaceAll("\\p{Cntrl}|\\R", " ");
  }

  /** Whether it is about {@code version}. The rule's command takes no part: see Activation. */
  boolean isOf(Version version) {
    return stamp == version.stamp() && digest.equals(version.innerDigest().toHex());
  }

  /** Where the mark of {@code name} lies in {@code folder}. */
  static Path path(Path folder, Name name) {
    return folder.resolve(name + ".done");
  }

  /**
   * The mark of {@code name}, or empty where there is none or it is damaged; the command then runs
   * once more, which is the harmless side.
   */
  static Optional<DoneMark> read(Path folder, Name name) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path(folder, name))) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    String text = new String(bytes, UTF_8);
    List<String> lines = text.lines().toList();
    if (bytes.length > BYTES_MAX || lines.size() != 6 || !lines.get(0).equals(FORMAT)) {
      return Optional.empty();
    }
    if (!text.equals(checked(lines.subList(0, 5)))) {
      return Optional.empty();
    }
    return Optional.of(
        new DoneMark(
            Long.parseLong(lines.get(1)),
            lines.get(2),
            Integer.parseInt(lines.get(3)),
            lines.get(4)));
  }

  /** Writes the mark of {@code name}: temporary file, sync, rename, sync of the folder. */
  void write(Path folder, Name name) throws IOException {
    String text =
        checked(List.of(FORMAT, Long.toString(stamp), digest, Integer.toString(attempts), result));
    DurableFile.write(path(folder, name), text.getBytes(UTF_8));
  }

  /** The lines with their ends, and the line of the checksum over all of that. */
  private static String checked(List<String> lines) {
    String body = String.join("\n", lines) + "\n";
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(UTF_8));
    return body + "crc32c %08x\n".formatted(crc.getValue());
  }
}
