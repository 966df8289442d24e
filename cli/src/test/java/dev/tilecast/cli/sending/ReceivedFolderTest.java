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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in the folder of received files, whenever the power has gone. */
final class ReceivedFolderTest {
  private static final Bytes CONTENT = Bytes.copyOf("what is sent".getBytes(US_ASCII));
  private static final FileMessage.Offer OFFER = offer("notes.txt", CONTENT);
  private static final ReceivedFolder.Found FINISHED =
      new ReceivedFolder.Found.Finished(Direction.ET);
  private static final Opening EMPTY = new Opening.Ready(List.of());

  @TempDir private Path path;
  private ReceivedFolder folder;

  @BeforeEach
  void open() throws IOException {
    folder = new ReceivedFolder(path, 1000, 0);
  }

  @AfterEach
  void close() throws IOException {
    folder.close();
  }

  /** The same after the program was killed: all that it had in memory is gone. */
  private void again() throws IOException {
    folder.close();
    open();
  }

  private Opening opened(Direction from, FileMessage.Offer offer) throws IOException {
    Optional<Opening> at = folder.open(from, offer);
    return at.isPresent() ? at.get() : ((ReceivedFolder.Found.Opened) worked()).opening();
  }

  private String refusal(Direction from, FileMessage.Offer offer) throws IOException {
    Opening.Refused refused = (Opening.Refused) opened(from, offer);
    assertThat(refused.objection()).isEqualTo(Objection.NO_ROOM);
    return refused.why();
  }

  private ReceivedFolder.Found finished(Direction from) throws IOException {
    folder.finish(from);
    return worked();
  }

  private ReceivedFolder.Found worked() {
    while (true) {
      List<ReceivedFolder.Found> found = folder.work();
      if (!found.isEmpty()) {
        assertThat(found).hasSize(1);
        return found.get(0);
      }
    }
  }

  private static ReceivedFolder.Found notFinished(Objection why) {
    return new ReceivedFolder.Found.NotFinished(Direction.ET, why);
  }

  private static FileMessage.Offer offer(String name, Bytes content) {
    return new FileMessage.Offer(
        new FileName(name), content.length(), Bytes.sha256(content.toArray()));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(path)) {
      return paths
          .map(it -> it.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  private static List<Message.Range> held(int bytes) {
    return List.of(new Message.Range(0, bytes));
  }

  @Test
  void aFileHasItsNameOnlyWhenAllOfItIsThere() throws IOException {
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(EMPTY);
    folder.write(Direction.ET, 5, CONTENT.slice(5, 12));
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(12));
    assertThat(names()).containsExactly(".ET.held", ".ET.part");

    assertThat(finished(Direction.ET)).isEqualTo(FINISHED);

    assertThat(names()).containsExactly("notes.txt");
    assertThat(path.resolve("notes.txt")).hasBinaryContent(CONTENT.toArray());
    assertThat(opened(Direction.WT, OFFER)).isEqualTo(new Opening.Present());
    assertThat(folder.isOpen(Direction.ET)).isFalse();
    assertThat(folder.isOpen(Direction.WT)).isFalse();
  }

  @Test
  void whatWasKeptIsFoundAgainForTheVerySameOfferOnly() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(5));

    again();
    assertThat(opened(Direction.WT, OFFER)).isEqualTo(EMPTY);
    folder.remove(Direction.WT);
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(new Opening.Ready(held(5)));
    folder.close(Direction.ET);
    assertThat(opened(Direction.ET, offer("other", CONTENT))).isEqualTo(EMPTY);
    assertThat(names()).containsExactly(".ET.part");
    assertThat(path.resolve(".ET.part")).isEmptyFile();
  }

  @Test
  void ofAPartThatIsShorterThanItsNoteSaysNothingIsBelieved() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(6));

    again();
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @Test
  void discardedBytesAreNotFoundAgain() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 5));
    folder.keep(Direction.ET, held(5));
    folder.discard(Direction.ET);

    again();
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "xyz\n0 5\n",
        "ID\n0\n",
        "ID\n-1 5\n",
        "ID\n0 -5\n",
        "ID\n0 0\n",
        "ID\n9223372036854775807 5\n"
      })
  void aNoteThatMakesNoSenseIsNone(String text) throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.keep(Direction.ET, held(5));
    Files.writeString(path.resolve(".ET.held"), text.replace("ID", OFFER.id().toHex()));

    again();
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @Test
  void whenThePowerGoesBetweenTheNameAndTheEndOfThePartBothAreTheSameFile() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.keep(Direction.ET, held(12));
    Files.createLink(path.resolve("notes.txt"), path.resolve(".ET.part"));

    again();
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(new Opening.Present());
    assertThat(names()).containsExactly("notes.txt");
  }

  @Test
  void aFileThatIsSomebodysBySuchALinkIsNeverWrittenAgain() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.keep(Direction.ET, held(5));
    Path moved = Files.createLink(path.resolve("moved"), path.resolve(".ET.part"));

    again();
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(EMPTY);
    folder.write(Direction.ET, 0, Bytes.copyOf("lies".getBytes(US_ASCII)));

    assertThat(moved).hasBinaryContent(CONTENT.toArray());
  }

  @Test
  void nothingThatIsThereIsOverwritten() throws IOException {
    Files.writeString(path.resolve("a"), "something else");
    Files.createDirectory(path.resolve("b"));
    Files.createSymbolicLink(path.resolve("c"), path.resolve("nowhere"));

    for (String name : List.of("a", "b", "c")) {
      assertThat(opened(Direction.ET, offer(name, CONTENT)))
          .isEqualTo(new Opening.Refused(Objection.NAME_TAKEN));
    }

    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    Files.writeString(path.resolve("notes.txt"), "came meanwhile");
    assertThat(finished(Direction.ET)).isEqualTo(notFinished(Objection.NAME_TAKEN));
    assertThat(path.resolve("notes.txt")).hasContent("came meanwhile");
    assertThat(folder.isOpen(Direction.ET)).isTrue();
  }

  @Test
  void wrongBytesGetNoName() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT.slice(0, 11));
    assertThat(finished(Direction.ET)).isEqualTo(notFinished(Objection.WRONG_CHECKSUM));
    folder.write(Direction.ET, 11, Bytes.copyOf(new byte[] {'T'}));
    assertThat(finished(Direction.ET)).isEqualTo(notFinished(Objection.WRONG_CHECKSUM));
    assertThat(names()).containsExactly(".ET.part");

    folder.write(Direction.ET, 11, CONTENT.slice(11, 12));
    assertThat(finished(Direction.ET)).isEqualTo(FINISHED);
  }

  @Test
  void whatLiesThereAndWhatComesIsBoundedTogether() throws IOException {
    Files.write(path.resolve("old"), new byte[900]);
    Bytes half = Bytes.copyOf(new byte[50]);

    assertThat(opened(Direction.ET, offer("one", half))).isEqualTo(EMPTY);
    assertThat(opened(Direction.WT, offer("two", half))).isEqualTo(EMPTY);
    assertThat(refusal(Direction.NE, offer("three", half)))
        .contains("would have 1050, and --folder-bytes allows 1000; delete some");
    folder.remove(Direction.WT);
    assertThat(opened(Direction.NE, offer("three", half))).isEqualTo(EMPTY);
  }

  @Test
  void aPartThatIsGivenUpMakesRoomForTheNext() throws IOException {
    Bytes most = Bytes.copyOf(new byte[900]);
    opened(Direction.ET, offer("one", most));
    folder.write(Direction.ET, 0, most);
    folder.keep(Direction.ET, held(900));

    assertThat(opened(Direction.ET, offer("two", most))).isEqualTo(EMPTY);
  }

  @Test
  void whatWasConfirmedAndHasChangedSinceIsSeen() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    finished(Direction.ET);
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(new Opening.Present());

    Files.writeString(path.resolve("notes.txt"), "what is SENT");
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(new Opening.Refused(Objection.NAME_TAKEN));
    Files.delete(path.resolve("notes.txt"));
    assertThat(opened(Direction.ET, OFFER)).isEqualTo(EMPTY);
  }

  @Test
  void whatIsRefusedForRoomLeavesThePartThatIsThere() throws IOException {
    Bytes most = Bytes.copyOf(new byte[900]);
    opened(Direction.ET, offer("one", most));
    folder.write(Direction.ET, 0, most);
    folder.keep(Direction.ET, held(900));
    Files.write(path.resolve("old"), new byte[200]);

    assertThat(refusal(Direction.ET, offer("two", most))).contains("would have");

    Files.delete(path.resolve("old"));
    assertThat(opened(Direction.ET, offer("one", most))).isEqualTo(new Opening.Ready(held(900)));
  }

  @Test
  void oneProgramAtATimeReceivesIntoAFolder() throws IOException {
    assertThatThrownBy(() -> new ReceivedFolder(path, 1000, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another tilecast receive fills");
  }

  @Test
  void aFolderIsMadeWithAllAboveIt() throws IOException {
    Path deep = path.resolve("a/b/c");
    new ReceivedFolder(deep, 1000, 0).close();
    assertThat(deep).isDirectory();
    Path file = Files.createFile(path.resolve("file"));

    assertThatThrownBy(() -> new ReceivedFolder(file, 1000, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no folder");
  }

  @Test
  void aPartThatIsReplacedGetsNoName() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    Path part = path.resolve(".ET.part");
    Files.move(part, path.resolve("moved"));
    Files.writeString(part, "another one!");

    assertThatThrownBy(() -> folder.keep(Direction.ET, held(12)))
        .hasMessageContaining("was deleted or replaced");
    assertThatThrownBy(() -> folder.finish(Direction.ET))
        .hasMessageContaining("was deleted or replaced");
    assertThat(path.resolve("notes.txt")).doesNotExist();
  }

  @Test
  void aPartThatIsReplacedWhileItIsLookedAtGetsNoName() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.finish(Direction.ET);
    Files.delete(path.resolve(".ET.part"));
    Files.writeString(path.resolve(".ET.part"), "another one!");

    assertThat(worked()).isInstanceOf(ReceivedFolder.Found.Failed.class);
    assertThat(path.resolve("notes.txt")).doesNotExist();
  }

  @Test
  void nothingThatComesCanBeExecuted() throws IOException {
    opened(Direction.ET, OFFER);
    folder.write(Direction.ET, 0, CONTENT);
    folder.keep(Direction.ET, held(12));
    Files.setPosixFilePermissions(
        path.resolve(".ET.part"), PosixFilePermissions.fromString("rwxr-xr-x"));
    again();
    opened(Direction.ET, OFFER);

    assertThat(finished(Direction.ET)).isEqualTo(FINISHED);
    assertThat(Files.getPosixFilePermissions(path.resolve("notes.txt")))
        .doesNotContain(PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);
  }

  @Test
  void aLongFileIsLookedAtPieceByPieceAndOnlyOnce() throws IOException {
    folder.close();
    folder = new ReceivedFolder(path, 10 << 20, 0);
    Bytes content = Bytes.copyOf(new byte[(5 << 20) + 1]);
    Files.write(path.resolve("long"), content.toArray());

    assertThat(folder.open(Direction.ET, offer("long", content))).isEmpty();
    for (int i = 0; i < 5; i++) {
      assertThat(folder.work()).isEmpty();
    }
    assertThat(folder.work())
        .containsExactly(new ReceivedFolder.Found.Opened(Direction.ET, new Opening.Present()));
    assertThat(folder.hasWork()).isFalse();

    FileMessage.Offer other =
        new FileMessage.Offer(new FileName("long"), content.length(), Bytes.sha256(new byte[1]));
    assertThat(folder.open(Direction.WT, other))
        .contains(new Opening.Refused(Objection.NAME_TAKEN));
  }

  @Test
  void theDiskKeepsItsReserve() throws IOException {
    folder.close();
    folder = new ReceivedFolder(path, 1000, Long.MAX_VALUE / 2);

    assertThat(refusal(Direction.ET, OFFER)).contains("bytes free on the disk");
  }

  @Test
  void emptyFilesCostRoomToo() throws IOException {
    for (int i = 0; i < ReceivedRoom.FILES_MAX; i++) {
      Files.createFile(path.resolve("f" + i));
    }

    assertThat(refusal(Direction.ET, OFFER)).contains("files; delete some");
  }

  @Test
  void whatStandsInThePlaceOfAPartIsToldByItsPath() throws IOException {
    Files.createDirectories(path.resolve(".ET.part/inside"));

    assertThatThrownBy(() -> opened(Direction.ET, OFFER))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(".ET.part");
  }
}
