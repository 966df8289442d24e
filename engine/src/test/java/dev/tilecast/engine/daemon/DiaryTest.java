package dev.tilecast.engine.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.TileEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class DiaryTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final Diary diary =
      new Diary(new PrintStream(told, true, UTF_8), InstantSource.fixed(Instant.EPOCH));

  @Test
  void aNameFromElsewhereForgesNoLineAndSteersNoTerminal() {
    diary.tell(
        new TileEvent(
            TileEvent.Kind.REFUSED,
            "x",
            "x\n1970-01-01T00:00:00Z live: all is well\u001b[2J.mfz: no"));

    assertThat(told.toString(UTF_8))
        .isEqualTo(
            "1970-01-01T00:00:00Z refused:"
                + " x\\n1970-01-01T00:00:00Z live: all is well\\x1b[2J.mfz: no"
                + System.lineSeparator());
  }
}
