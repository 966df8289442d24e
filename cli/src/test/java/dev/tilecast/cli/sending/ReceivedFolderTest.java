package dev.tilecast.cli.sending;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.sending.FileMessage;
import dev.tilecast.engine.sending.FileName;
import dev.tilecast.engine.sending.Objection;
import dev.tilecast.engine.sending.Opening;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in the folder of received files, whenever the power has gone. */
final class ReceivedFolderTest {
  private static final Bytes CONTENT = Bytes.copyOf("what is sent".getBytes(US_ASCII));
  private static final FileMessage.Offer OFFER = offer("notes.txt", CONTENT);
  private static final Opening EMPTY = new Opening.Ready(List.of());

  @TempDir private Path path;
  private ReceivedFolder folder;

  @BeforeEach
  void open() throws IOException {
    folder = new ReceivedFolder(path, 1000, 0);
  }

  private static FileMessage.Offer offer(String name, Bytes content) {
    return new FileMessage.Offer(
        new FileName(name), content.length(), Bytes.sha256(content.toArray()));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(path)) {
      return paths.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  private static List<Message.Range> held(int bytes) {
    return List.of(new Message.Range(0, bytes));
  }

  @Test
  void aFileHasItsNameOnlyWhenAllOfItIsThere() throws IOException {
    assertThat(folder.open(Direction.ET, OFFER)).isEqualTo(EMPTY);
    folder.write(Direction.ET, 5, CONTENT.slice(5, 12));
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(12));
    assertThat(names()).containsExactly(".ET.held", ".ET.part");

    assertThat(folder.finish(Direction.ET)).isEmpty();

    assertThat(names()).containsExactly("notes.txt");
    assertThat(path.resolve("notes.txt")).hasBinaryContent(CONTENT.toArray());
    assertThat(folder.open(Direction.WT, OFFER)).isEqualTo(new Opening.Present());
    assertThat(folder.isOpen(Direction.ET)).isFalse();
    assertThat(folder.isOpen(Direction.WT)).isFalse();
  }

  @Test
  void whatWasKeptIsFoundAgainForTheVerySameOfferOnly() throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(5));

    ReceivedFolder after = new ReceivedFolder(path, 1000, 0);
    assertThat(after.open(Direction.WT, OFFER)).isEqualTo(EMPTY);
    after.remove(Direction.WT);
    assertThat(after.open(Direction.ET, OFFER)).isEqualTo(new Opening.Ready(held(5)));
    after.close(Direction.ET);
    assertThat(after.open(Direction.ET, offer("other", CONTENT))).isEqualTo(EMPTY);
    assertThat(names()).containsExactly(".ET.part");
    assertThat(path.resolve(".ET.part")).isEmptyFile();
  }

  @Test
  void ofAPartThatIsShorterThanItsNoteSaysNothingIsBelieved() throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(6));

    assertThat(new ReceivedFolder(path, 1000, 0).open(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @Test
  void discardedBytesAreNotFoundAgain() throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(5));
    folder.discard(Direction.ET);

    assertThat(new ReceivedFolder(path, 1000, 0).open(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "xyz\n0 5\n", "ID\n0\n", "ID\n-1 5\n", "ID\n0 -5\n", "ID\n0 0\n"})
  void aNoteThatMakesNoSenseIsNone(String text) throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.keep(Direction.ET, held(5));
    Files.writeString(path.resolve(".ET.held"), text.replace("ID", OFFER.id().toHex()));

    assertThat(new ReceivedFolder(path, 1000, 0).open(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @Test
  void whenThePowerGoesBetweenTheNameAndTheEndOfThePartBothAreTheSameFile() throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.keep(Direction.ET, held(12));
    Files.createLink(path.resolve("notes.txt"), path.resolve(".ET.part"));

    ReceivedFolder after = new ReceivedFolder(path, 1000, 0);
    assertThat(after.open(Direction.ET, OFFER)).isEqualTo(new Opening.Present());
    assertThat(names()).containsExactly("notes.txt");
  }

  @Test
  void aFileThatIsSomebodysBySuchALinkIsNeverWrittenAgain() throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.keep(Direction.ET, held(5));
    Path moved = Files.createLink(path.resolve("moved"), path.resolve(".ET.part"));

    ReceivedFolder after = new ReceivedFolder(path, 1000, 0);
    assertThat(after.open(Direction.ET, OFFER)).isEqualTo(EMPTY);
    after.write(Direction.ET, 0, Bytes.copyOf("lies".getBytes(US_ASCII)));

    assertThat(moved).hasBinaryContent(CONTENT.toArray());
  }

  @Test
  void nothingThatIsThereIsOverwritten() throws IOException {
    Files.writeString(path.resolve("a"), "something else");
    Files.createDirectory(path.resolve("b"));
    Files.createSymbolicLink(path.resolve("c"), path.resolve("nowhere"));

    for (String name : List.of("a", "b", "c")) {
      assertThat(folder.open(Direction.ET, offer(name, CONTENT)))
          .isEqualTo(new Opening.Refused(Objection.NAME_TAKEN));
    }

    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    Files.writeString(path.resolve("notes.txt"), "came meanwhile");
    assertThat(folder.finish(Direction.ET)).isEqualTo(Optional.of(Objection.NAME_TAKEN));
    assertThat(path.resolve("notes.txt")).hasContent("came meanwhile");
    assertThat(folder.isOpen(Direction.ET)).isTrue();
  }

  @Test
  void wrongBytesGetNoName() throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 11));
    assertThat(folder.finish(Direction.ET)).isEqualTo(Optional.of(Objection.WRONG_CHECKSUM));
    folder.write(Direction.ET, 11, Bytes.copyOf(new byte[] {'T'}));
    assertThat(folder.finish(Direction.ET)).isEqualTo(Optional.of(Objection.WRONG_CHECKSUM));
    assertThat(names()).containsExactly(".ET.part");

    folder.write(Direction.ET, 11, CONTENT.slice(11, 12));
    assertThat(folder.finish(Direction.ET)).isEmpty();
  }

  @Test
  void whatLiesThereAndWhatComesIsBoundedTogether() throws IOException {
    Files.write(path.resolve("old"), new byte[900]);
    Bytes half = Bytes.copyOf(new byte[50]);

    assertThat(folder.open(Direction.ET, offer("one", half))).isEqualTo(EMPTY);
    assertThat(folder.open(Direction.WT, offer("two", half))).isEqualTo(EMPTY);
    assertThat(folder.open(Direction.NE, offer("three", half)))
        .isEqualTo(new Opening.Refused(Objection.NO_ROOM));
    folder.remove(Direction.WT);
    assertThat(folder.open(Direction.NE, offer("three", half))).isEqualTo(EMPTY);
  }

  @Test
  void aPartThatIsGivenUpMakesRoomForTheNext() throws IOException {
    Bytes most = Bytes.copyOf(new byte[900]);
    folder.open(Direction.ET, offer("one", most));
    folder.write(Direction.ET, 0, most);
    folder.keep(Direction.ET, held(900));

    assertThat(folder.open(Direction.ET, offer("two", most))).isEqualTo(EMPTY);
  }

  @Test
  void whatWasConfirmedAndHasChangedSinceIsSeen() throws IOException {
    folder.open(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.finish(Direction.ET);
    assertThat(folder.open(Direction.ET, OFFER)).isEqualTo(new Opening.Present());

    Files.writeString(path.resolve("notes.txt"), "what is SENT");
    assertThat(folder.open(Direction.ET, OFFER))
        .isEqualTo(new Opening.Refused(Objection.NAME_TAKEN));
    Files.delete(path.resolve("notes.txt"));
    assertThat(folder.open(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @Test
  void theDiskKeepsItsReserve() throws IOException {
    ReceivedFolder careful = new ReceivedFolder(path, 1000, Long.MAX_VALUE / 2);

    assertThat(careful.open(Direction.ET, OFFER)).isEqualTo(new Opening.Refused(Objection.NO_ROOM));
  }

  @Test
  void emptyFilesCostRoomToo() throws IOException {
    for (int i = 0; i < ReceivedFolder.FILES_MAX; i++) {
      Files.createFile(path.resolve("f" + i));
    }

    assertThat(folder.open(Direction.ET, OFFER)).isEqualTo(new Opening.Refused(Objection.NO_ROOM));
  }

  @Test
  void whatStandsInThePlaceOfAPartIsToldByItsPath() throws IOException {
    Files.createDirectories(path.resolve(".ET.part/inside"));

    assertThatThrownBy(() -> folder.open(Direction.ET, OFFER))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(".ET.part");
  }
}
