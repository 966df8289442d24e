package dev.tilecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

final class ProcessOutputTest {
  @Test
  void whyAnAnswerIsLostIsRemembered() {
    ProcessOutput out = failing("No space left on device");
    new PrintStream(out, true).println("an answer");

    assertThat(out.lost()).hasValueSatisfying(why -> assertThat(why).contains("No space left"));
  }

  @Test
  void nobodyMissesWhatHeDoesNotRead() {
    ProcessOutput out = failing("Broken pipe");
    new PrintStream(out, true).println("an answer");

    assertThat(out.lost()).isEmpty();
  }

  private static ProcessOutput failing(String why) {
    return new ProcessOutput(
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException(why);
          }
        });
  }
}
