package dev.tilecast.transport.itc;

import dev.tilecast.transport.Direction;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** The two files in which the driver tells of itself, read anew for each question. */
final class DriverFiles {
  /** Neither of them is longer than a page of memory. */
  private static final int BYTES_MAX = 4096;

  private final Path status;
  private final Path statistics;
  private final LongAdder garbage = new LongAdder();
  private volatile String trouble = "";

  DriverFiles(Path status, Path statistics) {
    this.status = status;
    this.statistics = statistics;
  }

  /** Which directions are up; or empty where the file does not say, as {@link #trouble} tells. */
  Optional<Map<Direction, Boolean>> up() {
    String text;
    try {
      text = read(status);
    } catch (IOException e) {
      garbage.increment();
      trouble = "the status of links cannot be read: " + e.getMessage();
      return Optional.empty();
    }
    Optional<Map<Direction, Boolean>> up = StatusText.up(text);
    if (up.isEmpty()) {
      garbage.increment();
      trouble = "%s says '%s', expected eight hex digits".formatted(status, StatusText.shown(text));
    }
    return up;
  }

  /** What the statistics file counts: nothing, where it cannot be read. */
  StatusText.Counts counts() {
    try {
      return StatusText.counts(read(statistics));
    } catch (IOException e) {
      // Not every driver has it.
      return StatusText.counts("");
    }
  }

  /** How often the status file said nothing. */
  long garbage() {
    return garbage.sum();
  }

  String trouble() {
    return trouble;
  }

  private static String read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      // A pipe would keep whoever opens it for ever.
      throw new IOException(file + (Files.exists(file) ? " is no plain file" : " is not there"));
    }
    byte[] bytes = new byte[BYTES_MAX];
    try (InputStream in = new FileInputStream(file.toFile())) {
      int count = in.readNBytes(bytes, 0, bytes.length);
      return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    }
  }
}
