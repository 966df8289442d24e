package dev.tilecast.testbed.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.core.Save;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.store.Store;
import dev.tilecast.engine.store.StoreFullException;
import dev.tilecast.testbed.world.Mint;
import dev.tilecast.testbed.world.SimFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RecordingFileSystemTest {
  private final RecordingFileSystem fileSystem = new RecordingFileSystem(Disk.empty(), 1 << 20);
  private final Path root = fileSystem.getPath("/");

  @Test
  void keepsWhatIsWrittenUnderEveryNameOfAFile() throws IOException {
    Path folder = Files.createDirectories(root.resolve("a/b"));
    Path file = Files.writeString(folder.resolve("one"), "first");

    Path link = Files.createLink(folder.resolve("two"), file);
    Files.writeString(file, "+", StandardOpenOption.APPEND);
    Files.move(file, root.resolve("three"), StandardCopyOption.ATOMIC_MOVE);

    assertThat(link).hasContent("first+");
    assertThat(root.resolve("three")).hasContent("first+");
    assertThat(file).doesNotExist();
    assertThat(Files.getAttribute(link, "unix:ino"))
        .isEqualTo(Files.getAttribute(root.resolve("three"), "unix:ino"));
    try (Stream<Path> all = Files.walk(root)) {
      assertThat(all.map(Path::toString)).containsExactly("/", "/a", "/a/b", "/a/b/two", "/three");
    }
  }

  @Test
  void refusesWhatAPosixSystemRefuses() throws IOException {
    Path folder = Files.createDirectory(root.resolve("folder"));
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(() -> Files.delete(folder)).isInstanceOf(DirectoryNotEmptyException.class);
    assertThatThrownBy(() -> Files.createFile(file)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.createLink(file, file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.readString(root.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.move(file, root.resolve("gone/file")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aRenameBetweenTwoNamesOfOneFileLeavesBoth() throws IOException {
    Path file = Files.writeString(root.resolve("one"), "x");
    Path link = Files.createLink(root.resolve("two"), file);

    Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);

    assertThat(file).exists();
    assertThat(link).exists();
  }

  @Test
  void holesAreZerosAndTakeNoRoom() throws IOException {
    Path file = root.resolve("sparse");

    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("end".getBytes(UTF_8)), 100_000);
      channel.write(ByteBuffer.wrap("start".getBytes(UTF_8)), 0);
      channel.truncate(3);
      channel.write(ByteBuffer.wrap("!".getBytes(UTF_8)), 6);
    }

    assertThat(Files.readAllBytes(file)).isEqualTo("sta\0\0\0!".getBytes(UTF_8));
    assertThat(Files.getFileStore(file).getUsableSpace()).isEqualTo((1 << 20) - 4096);
  }

  @Test
  void aFullDiskFailsAsTheRealOneDoes() {
    assertThatThrownBy(() -> Files.write(root.resolve("large"), new byte[(1 << 20) + 1]))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
  }

  @Test
  void aLockIsHeldByOneAndFallsWithItsChannel() throws IOException {
    Path file = Files.createFile(root.resolve("lock"));
    FileChannel first = FileChannel.open(file, StandardOpenOption.WRITE);
    try (FileChannel second = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(first.tryLock().isValid()).isTrue();
      assertThatThrownBy(second::tryLock).isInstanceOf(OverlappingFileLockException.class);
      first.close();
      assertThat(second.tryLock().isValid()).isTrue();
    }
  }

  @Test
  void everyChangeAndEverySyncIsWrittenDownInOrder() throws IOException {
    Journal journal = fileSystem.record();

    Path folder = Files.createDirectory(root.resolve("f"));
    Path file = folder.resolve("new");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("abc".getBytes(UTF_8)), 7);
      channel.force(true);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.createLink(folder.resolve("link"), file);
    Files.move(file, folder.resolve("moved"));
    Files.delete(folder.resolve("link"));
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }

    assertThat(journal.entries().stream().map(Journal.Entry::words))
        .containsExactly(
            "makefolder, /f",
            "create, /f/new",
            "write of 3 bytes at 7, /f/new",
            "force, /f/new",
            "permissions, /f/new",
            "link, /f/link",
            "rename of new, /f/new to /f/moved",
            "unlink, /f/link",
            "syncfolder, /f");
  }

  @Test
  void theDatabaseLivesOnIt() throws IOException {
    Path folder = Files.createDirectory(root.resolve("store"));
    Save.Event event = new Save.Event(new TileEvent(TileEvent.Kind.STORE, "", "hello"));
    try (Store store = Store.open(folder, InstantSource.system())) {
      store.commit(List.of(event));
    }

    try (Store store = Store.open(folder, InstantSource.system())) {
      assertThat(store.setAside()).isEmpty();
      assertThat(store.newestEvents(10)).hasSize(1);
    }

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).containsExactly("/store/tile.mv.db");
    }
  }

  @Test
  void aDiskThatIsFullWhenRowsAreSyncedIsNamedAndDoesNotCondemnTheDatabase() throws IOException {
    Path folder = Files.createDirectory(root.resolve("store"));
    SimFile file =
        new Mint(RandomGenerator.getDefault()).make(Name.parse("a.mfz").orElseThrow(), 1, 9, "h");
    Save begun = new Save.TransferBegun(file.id(), file.manifest().head());
    fileSystem.record();
    try (Store store = Store.open(folder, InstantSource.system())) {
      store.writeOnlyWhenSynced();
      fileSystem.fillFrom(0);

      assertThatThrownBy(() -> store.commit(List.of(begun)))
          .isInstanceOf(StoreFullException.class)
          .hasMessageContaining("No space left on device");
      fileSystem.giveBack();
      store.abandon();
    }

    try (Store store = Store.open(folder, InstantSource.system())) {
      assertThat(store.setAside()).isEmpty();
    }
  }
}
