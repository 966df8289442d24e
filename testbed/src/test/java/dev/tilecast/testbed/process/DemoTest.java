package dev.tilecast.testbed.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a demo does where it cannot show what it promises. */
@Timeout(60)
final class DemoTest {
  @Test
  void aDemoThatFailsSaysWhyAndNamesTheFolderThatItKeeps() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, UTF_8);
    Launcher broken = new Launcher(List.of("sh", "-c", "echo no memory; exit 9", "tilecast"));
    Demo demo =
        new Demo(new DemoPlan(2, 1, Wiring.SQUARE, 64 * 1024, false), broken, out, out, false);

    assertThatThrownBy(demo::run)
        .isInstanceOf(ExpectationException.class)
        .hasMessageContaining("tile 0,0 ended with exit code 9")
        .hasMessageContaining("no memory");

    Matcher kept = Pattern.compile("(?m)^kept .* in (/.*)$").matcher(said.toString(UTF_8));
    assertThat(kept.find()).isTrue();
    Path folder = Path.of(kept.group(1));
    assertThat(folder.resolve("tile-0-0.log")).content().contains("no memory");
    try (Scratch scratch = Scratch.of(folder)) {
      assertThat(scratch.folder()).isDirectory();
    }
    assertThat(Files.exists(folder)).isFalse();
  }

  @Test
  void aPlanThatCannotBeShownIsRefused() {
    assertThatThrownBy(() -> new DemoPlan(1, 1, Wiring.SQUARE, 1 << 20, false))
        .hasMessageContaining("1x1");
    assertThatThrownBy(() -> new DemoPlan(9, 8, Wiring.SQUARE, 1 << 20, false))
        .hasMessageContaining("from 2 to 64");
    assertThatThrownBy(() -> new DemoPlan(3, 3, Wiring.BRICK, 10, false))
        .hasMessageContaining("a file of 10 bytes");
  }
}
