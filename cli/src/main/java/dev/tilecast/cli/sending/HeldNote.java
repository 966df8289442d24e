package dev.tilecast.cli.sending;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.sending.FileMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is written down of a file that is half here. One line with the id of the transfer in hex,
 * then one for each run of bytes, {@code OFFSET LENGTH}. It decides only which bytes are asked for:
 * the digest of the whole file has the last word.
 *
 * @param id SHA-256 of the offer
 * @param held runs of bytes that were synced before this was written
 */
record HeldNote(Bytes id, List<Message.Range> held) {
  /** A note of a file of 2^30 bytes, each other packet lost, would be longer: nobody needs that. */
  private static final int BYTES_MAX = 1 << 20;

  HeldNote {
    held = List.copyOf(held);
  }

  /** The note at {@code path}; empty where there is none, or none that can be read. */
  static Optional<HeldNote> read(Path path) {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(path)) {
      return parse(new String(in.readNBytes(BYTES_MAX), US_ASCII).lines().toList());
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<HeldNote> parse(List<String> lines) {
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    List<Message.Range> held = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] numbers = line.split(" ", 2);
      if (numbers.length < 2) {
        return Optional.empty();
      }
      Message.Range run =
          new Message.Range(Long.parseLong(numbers[0]), Integer.parseInt(numbers[1]));
      if (run.offset() < 0
          || run.length() < 1
          || run.offset() > FileMessage.Offer.LENGTH_MAX - run.length()) {
        return Optional.empty();
      }
      held.add(run);
    }
    return Optional.of(new HeldNote(Bytes.ofHex(lines.get(0)), held));
  }

  /** Writes it, whole or not at all. */
  void write(Path path) throws IOException {
    StringBuilder text = new StringBuilder(id.toHex()).append('\n');
    for (Message.Range range : held) {
      String line = range.offset() + " " + range.length() + "\n";
      if (text.length() + line.length() > BYTES_MAX) {
        break;
      }
      text.append(line);
    }
    DurableFile.write(path, text.toString().getBytes(US_ASCII));
  }
}
