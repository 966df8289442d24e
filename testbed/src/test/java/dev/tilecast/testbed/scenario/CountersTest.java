package dev.tilecast.testbed.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.PacketFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CountersTest {
  private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");

  @Test
  void theyAreThoseOfThePage() throws IOException {
    String page = Files.readString(Path.of("../engine/ARCHITECTURE.md"));
    String section = page.substring(page.indexOf("\n## Counters"), page.indexOf("\n## Decisions"));
    String[] tables = section.split("\\| of a direction \\| counts \\|", -1);
    Set<String> faults = new TreeSet<>();
    Arrays.stream(PacketFault.values()).map(PacketFault::counter).forEach(faults::add);
    Set<String> ofDirection = new TreeSet<>(Counters.OF_DIRECTION);
    ofDirection.removeAll(faults);

    assertThat(names(tables[0])).isEqualTo(new TreeSet<>(Counters.OF_TILE));
    assertThat(names(tables[1])).isEqualTo(ofDirection);
  }

  /** A name that begins with a line takes its beginning from the first of its row. */
  private static Set<String> names(String table) {
    Set<String> names = new TreeSet<>();
    for (String row : table.split("\n", -1)) {
      String cell = row.startsWith("|") ? row.split("\\|", -1)[1] : "";
      Matcher matcher = NAME.matcher(cell);
      while (matcher.find()) {
        String name = matcher.group(1);
        names.add(name.startsWith("_") ? "unreadable" + name : name);
      }
    }
    return names;
  }
}
