package dev.tilecast.schema;

import static dev.tilecast.schema.generated.Tables.EVENT;
import static dev.tilecast.schema.generated.Tables.SCHEMA_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.schema.generated.DefaultSchema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseTest {
  @TempDir Path folder;

  @Test
  void keepsRowsFromOneOpeningToTheNext() throws IOException {
    try (Database database = Database.open(folder)) {
      insert(database, 1, "hello");
      database.sync();
    }

    try (Database database = Database.open(folder)) {
      assertThat(database.setAside()).isEmpty();
      assertThat(database.dsl().fetchCount(EVENT)).isEqualTo(1);
    }
  }

  @Test
  void worksInAFolderWithAnOddNameButRefusesASemicolonInWords() throws IOException {
    Path odd = Files.createDirectory(folder.resolve("odd =c%20'#"));
    Path semicolon = Files.createDirectory(folder.resolve("a;b"));

    try (Database database = Database.open(odd)) {
      insert(database, 1, "hello");
    }

    assertThat(odd.resolve(Database.FILE)).isRegularFile();
    try (Database database = Database.open(odd)) {
      assertThat(database.dsl().fetchCount(EVENT)).isEqualTo(1);
    }
    assertThatThrownBy(() -> Database.open(semicolon))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("semicolon");
  }

  @Test
  void refusesAMissingFolderInWords() {
    assertThatThrownBy(() -> Database.open(folder.resolve("gone")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone is not a folder");
  }

  @Test
  void setsAFileOfAnotherSchemaVersionAside() throws IOException {
    try (Database database = Database.open(folder)) {
      insert(database, 1, "hello");
      database.dsl().update(SCHEMA_VERSION).set(SCHEMA_VERSION.VERSION, 77).execute();
    }

    try (Database database = Database.open(folder)) {
      assertThat(database.setAside().orElseThrow())
          .contains("schema version 77", "needs " + Database.VERSION, "tile.mv.db.set-aside-1");
      assertThat(database.dsl().fetchCount(EVENT)).isZero();
    }
    assertThat(folder.resolve("tile.mv.db.set-aside-1")).isRegularFile();
  }

  @Test
  void setsAFileAsideWhoseMakingWasCutShort() throws IOException {
    try (Database database = Database.open(folder)) {
      database.dsl().deleteFrom(SCHEMA_VERSION).execute();
    }

    try (Database database = Database.open(folder)) {
      assertThat(database.setAside().orElseThrow()).contains("has no schema version");
    }
  }

  @Test
  void setsForeignBytesAside() throws IOException {
    Files.writeString(folder.resolve(Database.FILE), "this is no database\n".repeat(1000));

    try (Database database = Database.open(folder)) {
      assertThat(database.setAside().orElseThrow()).contains("is damaged (");
    }
    assertThat(folder.resolve("tile.mv.db.set-aside-1")).isRegularFile();
  }

  @Test
  void keepsAtMostTwoFilesThatWereSetAside() throws IOException {
    for (int i = 1; i <= 4; i++) {
      Files.writeString(folder.resolve(Database.FILE), "damage " + i);
      Database.open(folder).close();
    }

    assertThat(names())
        .containsExactlyInAnyOrder(
            Database.FILE, "tile.mv.db.set-aside-3", "tile.mv.db.set-aside-4");
    assertThat(folder.resolve("tile.mv.db.set-aside-4")).hasContent("damage 4");
  }

  @Test
  void leavesAFileAloneThatIsOpenElsewhere() throws IOException {
    try (Database database = Database.open(folder)) {
      insert(database, 1, "hello");
      database.sync();
      // The lock that H2 holds is one of the process, so the copy of the process is a lock here.
      Path copy = Files.createDirectory(folder.resolve("copy"));
      Files.copy(folder.resolve(Database.FILE), copy.resolve(Database.FILE));
      try (FileChannel channel =
              FileChannel.open(
                  copy.resolve(Database.FILE), StandardOpenOption.READ, StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        assertThat(lock.isValid()).isTrue();
        assertThatThrownBy(() -> Database.open(copy))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("is open in another process");
      }
      assertThat(copy.resolve("tile.mv.db.set-aside-1")).doesNotExist();
    }
  }

  @Test
  void opensWhateverWasDoneToTheFile() throws IOException {
    byte[] good = goodFile();
    Random random = new Random(20260102);
    int setAside = 0;

    for (int round = 0; round < 60; round++) {
      Path place = Files.createDirectory(folder.resolve("round-" + round));
      Files.write(place.resolve(Database.FILE), damaged(good, random));
      try (Database database = Database.open(place)) {
        setAside += database.setAside().isPresent() ? 1 : 0;
        insert(database, 9999, "goes on after round " + round);
        database.sync();
      }
    }

    assertThat(setAside).as("files set aside of 60 that were damaged").isBetween(20, 60);
  }

  @Test
  void aFailureIsToldWithItsLastCause() {
    IOException full = new IOException("No space left on device");
    IllegalStateException h2 = new IllegalStateException("Writing to file failed\nat", full);

    assertThat(Database.withCause(new IOException("IO Exception: [90028-240]", h2)))
        .isEqualTo("IO Exception: [90028-240] (No space left on device)");
    assertThat(Database.withCause(full)).isEqualTo("No space left on device");
  }

  @Test
  void hasTheTablesThatTheCodeWasGeneratedFrom() throws IOException {
    try (Database database = Database.open(folder)) {
      List<String> generated =
          DefaultSchema.DEFAULT_SCHEMA.getTables().stream()
              .flatMap(table -> Arrays.stream(table.fields()))
              .map(field -> field.getQualifiedName().last())
              .sorted()
              .toList();
      List<String> real =
          database
              .dsl()
              .fetch(
                  "SELECT column_name FROM information_schema.columns WHERE table_schema = 'PUBLIC'")
              .map(row -> row.get(0, String.class))
              .stream()
              .sorted()
              .toList();

      assertThat(real).isEqualTo(generated);
    }
  }

  @Test
  void namesEverySqlFileThatThereIs() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/dev/tilecast/schema"))) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted().toList())
          .isEqualTo(Database.SQL_FILES);
    }
  }

  /**
   * Another shape needs another number, else files of the old shape would be taken for new ones.
   * When this fails, raise {@link Database#VERSION} and copy the new line here.
   */
  /** Why it is distrusted was written in part only, in the middle of a letter. */
  @Test
  void aTornWordOfDistrustSetsTheFileAsideToo() throws Exception {
    Database.open(folder).close();
    Files.write(folder.resolve("tile.distrusted"), new byte[] {'f', (byte) 0xC3});

    try (Database again = Database.open(folder)) {
      assertThat(again.setAside()).isPresent();
    }
  }

  @Test
  void aChangeOfTheTablesRaisesTheVersion() throws IOException {
    StringBuilder statements = new StringBuilder();
    for (String name : Database.SQL_FILES) {
      Database.sql(name)
          .lines()
          .filter(line -> !line.startsWith("--") && !line.isBlank())
          .forEach(line -> statements.append(line).append('\n'));
    }

    assertThat(
            "version "
                + Database.VERSION
                + " "
                + Integer.toHexString(statements.toString().hashCode()))
        .isEqualTo("version 2 32cd4157");
  }

  private byte[] goodFile() throws IOException {
    Path place = Files.createDirectory(folder.resolve("good"));
    try (Database database = Database.open(place)) {
      for (int i = 0; i < 500; i++) {
        insert(database, i, "a line of the diary, number " + i);
      }
      database.sync();
    }
    return Files.readAllBytes(place.resolve(Database.FILE));
  }

  private static byte[] damaged(byte[] good, Random random) {
    int kind = random.nextInt(3);
    if (kind == 0) {
      return Arrays.copyOf(good, random.nextInt(good.length));
    }
    byte[] bad = good.clone();
    if (kind == 1) {
      for (int i = 0; i < 200; i++) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
      }
      return bad;
    }
    byte[] blot = new byte[4096];
    random.nextBytes(blot);
    System.arraycopy(blot, 0, bad, random.nextInt(good.length - blot.length), blot.length);
    return bad;
  }

  private static void insert(Database database, long id, String sentence) {
    database
        .dsl()
        .insertInto(EVENT)
        .values(id, "2026-01-01T00:00:00Z", "STORE", "", sentence)
        .execute();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
