package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tilecast.engine.disk.FileState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The file with the counter: one whole number. Looked at again and again, and read if it changed.
 */
final class CounterFile {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");
  private static final int BYTES_MAX = 64;

  private final Path path;
  private Optional<FileState> read = Optional.empty();
  private String trouble = "";

  /** The file at {@code path}, which need not be there yet. */
  CounterFile(Path path) {
    this.path = path;
  }

  /** The number in it, where it has changed since the last look and holds one. */
  OptionalLong look() {
    try {
      FileState before = state();
      if (read.equals(Optional.of(before))) {
        return OptionalLong.empty();
      }
      String text = before.bytes() > BYTES_MAX ? "" : text();
      if (!before.equals(state())) {
        // Somebody writes just now.
        return OptionalLong.empty();
      }
      read = Optional.of(before);
      OptionalLong number = number(text);
      trouble =
          number.isPresent()
              ? ""
              : path + " does not hold one whole number from 0 to 9223372036854775807; write one";
      return number;
    } catch (NoSuchFileException e) {
      return failed(path + " does not exist; write a whole number into it");
    } catch (AccessDeniedException e) {
      return failed(path + " may not be read; allow it to this user");
    } catch (IOException e) {
      return failed(path + " cannot be read: " + e.getMessage());
    }
  }

  /** Why there is no number now, and what to do; empty where all is well. */
  String trouble() {
    return trouble;
  }

  private OptionalLong failed(String words) {
    read = Optional.empty();
    trouble = words;
    return OptionalLong.empty();
  }

  private FileState state() throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException("it is no plain file; name one that holds a whole number");
    }
    return FileState.of(path);
  }

  private String text() throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(BYTES_MAX), ISO_8859_1).strip();
    }
  }

  private static OptionalLong number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      // Of 19 digits, and more than there can be.
      return OptionalLong.empty();
    }
  }
}
