package dev.tilecast.testbed.crash;

import dev.tilecast.engine.files.TileHome;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.testbed.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Everything that writes, as stories of one tile each. */
final class Stories {
  static final List<String> NAMES =
      List.of(
          "init",
          "publish",
          "receive",
          "promote",
          "replace",
          "overtake",
          "refuse",
          "rebuild",
          "mark",
          "aside",
          "below",
          "killed",
          "behind",
          "beside",
          "archive",
          "keys");

  private static final int DAMAGE_AT = 4096;

  /** The private copy of the first file that is taken from the inbox. */
  private static final String STAGED_DROP = "staging/drop-1.mfz";

  /** A quarter of it holds one of the small files, and not two. */
  private static final long ARCHIVE_FREE_BYTES = 160 * 1024;

  private static final int DAMAGE_BYTES = 16_384;

  private final Cast cast;
  private final Disk home;

  Stories(Cast cast, Disk home) {
    this.cast = cast;
    this.home = home;
  }

  /** All of them, in the order of {@link #NAMES}. */
  List<Story> all() throws IOException, ViolationException, KeyException {
    List<Story> stories = new ArrayList<>();
    stories.add(init());
    stories.add(publish());
    stories.add(receive());
    stories.add(promote());
    stories.add(replace());
    stories.add(overtake());
    stories.add(refuse());
    stories.add(rebuild());
    stories.add(mark());
    stories.add(aside());
    stories.add(below());
    stories.add(killed());
    stories.add(behind());
    stories.add(beside());
    stories.add(archive());
    stories.add(keys());
    return stories;
  }

  /** A home is made, a key made known and allowed to publish, and a file dropped at once. */
  private Story init() throws IOException {
    return Story.alone("init", Homes.empty(cast.key), List.of(cast.small1))
        .after(
            root -> {
              Homes.make(root);
              if (!Files.exists(root.resolve("live/small.mfz"))) {
                Homes.drop(root, "small.mfz", cast.small1.content());
              }
            });
  }

  /** The first start of a tile, which finds a file in its inbox. */
  Story publish() throws IOException {
    Story.Drop drop = drop(cast.small1);
    return Story.alone("publish", Homes.withDrops(home, List.of(drop)), List.of(cast.small1))
        .with(drop);
  }

  /** A file of several pages is pulled from a neighbor. */
  Story receive() {
    return Story.alone("receive", home, List.of(cast.large1)).beside(cast.large1);
  }

  /** A third version takes the place of the second, which takes that of the first in archive. */
  private Story promote() throws IOException, ViolationException {
    Story.Drop drop = drop(cast.small3);
    Disk live = Homes.withLive(home, cast.small1, cast.small2);
    return Story.alone("promote", Homes.withDrops(live, List.of(drop)), List.of(cast.small3))
        .with(drop)
        .promising(cast.small2);
  }

  /** A newer version is pulled over one that is live; another name is published meanwhile. */
  private Story replace() throws IOException, ViolationException {
    Story.Drop drop = drop(cast.other);
    Disk live = Homes.withLive(home, cast.large1);
    return Story.alone(
            "replace", Homes.withDrops(live, List.of(drop)), List.of(cast.large2, cast.other))
        .with(drop)
        .beside(cast.large2, cast.other)
        .promising(cast.large1);
  }

  /** The version that is being pulled is overtaken by a newer one. */
  private Story overtake() {
    return Story.alone("overtake", home, List.of(cast.large2))
        .beside(cast.large1)
        .thenOffering(cast.large2);
  }

  /** One file is older than what is live, one is by a stranger, one is no MFZ at all. */
  private Story refuse() throws IOException, ViolationException {
    Bytes junk = Bytes.copyOf("this is no MFZ\n".repeat(500).getBytes(StandardCharsets.UTF_8));
    List<Story.Drop> drops =
        List.of(
            new Story.Drop("small.mfz", cast.small1.content(), false),
            new Story.Drop("foreign.mfz", cast.foreign.content(), false),
            new Story.Drop("junk.mfz", junk, false));
    Disk live = Homes.withLive(home, cast.small2);
    return Story.alone("refuse", Homes.withDrops(live, drops), List.of(cast.small2))
        .with(drops.toArray(Story.Drop[]::new))
        .promising(cast.small2);
  }

  /** The database is damaged, so it is set aside and rebuilt from the files. */
  private Story rebuild() throws IOException, ViolationException {
    Story.Drop drop = drop(cast.small2);
    Disk live = Homes.withLive(home, cast.small1, cast.other);
    Disk damaged = Homes.edited(live, root -> damage(root.resolve("store/tile.mv.db")));
    return Story.alone(
            "rebuild", Homes.withDrops(damaged, List.of(drop)), List.of(cast.small2, cast.other))
        .with(drop)
        .promising(cast.small1, cast.other);
  }

  /** Marks and database are gone; both are made again of what is live. */
  private Story mark() throws IOException, ViolationException {
    Disk live = Homes.withLive(home, cast.small1, cast.other);
    Disk unmarked =
        Homes.edited(
            live,
            root -> {
              Files.deleteIfExists(root.resolve("marks/small.mfz"));
              Files.deleteIfExists(root.resolve("marks/other.mfz"));
              Files.delete(root.resolve("store/tile.mv.db"));
            });
    return Story.alone("mark", unmarked, List.of(cast.small1, cast.other))
        .promising(cast.small1, cast.other);
  }

  /** A live file has rotted: it is moved aside, and pulled again. */
  private Story aside() throws IOException, ViolationException {
    Disk live = Homes.withLive(home, cast.small2, cast.other);
    byte[] rotten = cast.small2.content().toArray();
    rotten[rotten.length / 2] ^= 1;
    Disk bad = Homes.edited(live, root -> Files.write(root.resolve("live/small.mfz"), rotten));
    return Story.alone("aside", bad, List.of(cast.small2, cast.other))
        .beside(cast.small2, cast.other)
        .promising(cast.other)
        .withDamaged(Bytes.copyOf(rotten));
  }

  /** Somebody has put an old version back into {@code live/}: below its mark nothing is live. */
  private Story below() throws IOException, ViolationException {
    Disk live = Homes.withLive(home, cast.small1, cast.small2, cast.other);
    Disk old =
        Homes.edited(
            live,
            root -> Files.write(root.resolve("live/small.mfz"), cast.small1.content().toArray()));
    return Story.alone("below", old, List.of(cast.small2, cast.other))
        .beside(cast.small2, cast.other)
        .promising(cast.other);
  }

  /**
   * A process was killed between the rename of a promotion and its sync. The power has not failed
   * yet, so the next process finds the new version live; but it is on no disk.
   */
  private Story killed() throws IOException, ViolationException {
    Story.Drop drop = drop(cast.small2);
    Disk dropped = Homes.withDrops(Homes.withLive(home, cast.small1), List.of(drop));
    Disk staged =
        Homes.edited(
            dropped,
            root -> Files.write(root.resolve(STAGED_DROP), cast.small2.content().toArray()));
    return Story.alone("killed", staged, List.of(cast.small2))
        .with(drop)
        .promising(cast.small1)
        .on(
            Story.Machine.USUAL.afterKill(
                root ->
                    Files.move(
                        root.resolve(STAGED_DROP),
                        root.resolve("live/small.mfz"),
                        StandardCopyOption.ATOMIC_MOVE)));
  }

  /** The database writes its pages between two syncs, too. */
  private Story behind() throws IOException, ViolationException {
    Story.Drop drop = drop(cast.small1);
    return Story.alone(
            "behind",
            Homes.withDrops(home, List.of(drop)),
            List.of(cast.small1, cast.large1, cast.other))
        .with(drop)
        .beside(cast.large1, cast.other)
        .on(Story.Machine.USUAL.writingBehind());
  }

  /** One file is dropped and one pulled, and both are synced while they are inspected. */
  private Story beside() throws IOException {
    Story.Drop drop = drop(cast.small1);
    return Story.alone(
            "beside", Homes.withDrops(home, List.of(drop)), List.of(cast.small1, cast.large1))
        .with(drop)
        .beside(cast.large1)
        .on(Story.Machine.USUAL.workingBeside());
  }

  /** The disk is so small that the archive of one name makes way for that of another. */
  private Story archive() throws IOException, ViolationException {
    Story.Drop drop = drop(cast.other2);
    Disk live = Homes.withLive(home, cast.small1, cast.small2, cast.other);
    Disk small =
        Homes.edited(
            live,
            root ->
                Files.writeString(
                    root.resolve(TileHome.SETTINGS_FILE),
                    "group = \"crash\"\n[limits]\nreserve-bytes = 0\n"));
    Disk dropped = Homes.withDrops(small, List.of(drop));
    return Story.alone("archive", dropped, List.of(cast.small2, cast.other2))
        .with(drop)
        .promising(cast.small2, cast.other)
        .on(Story.Machine.USUAL.withCapacity(dropped.usedBytes() + ARCHIVE_FREE_BYTES));
  }

  /** A key is made, one is added, rules change, one key goes; then a file is dropped. */
  private Story keys() throws IOException, KeyException {
    Handle removed = new Handle("removed");
    Handle made = new Handle("made");
    Story.Drop drop = drop(cast.small1);
    Disk before = Homes.withKey(Homes.withDrops(home, List.of(drop)), removed);
    return Story.alone("keys", before, List.of(cast.small1))
        .with(drop)
        .after(root -> Homes.changeKeys(root, made, removed));
  }

  /**
   * {@code story} on a disk with an ailment from an operation on, until somebody helps and drops
   * again what was refused.
   */
  static Story suffering(Story story, Ailment ailment, int operation) {
    return story
        .named(ailment.nameOf(story.name(), operation))
        .after(root -> Homes.dropRefused(root, story.drops()))
        .on(story.machine().suffering(ailment, operation));
  }

  private static Story.Drop drop(Published published) {
    return new Story.Drop(published.name().text(), published.content(), true);
  }

  private static void damage(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] garbage = new byte[DAMAGE_BYTES];
      Arrays.fill(garbage, (byte) 'x');
      channel.write(ByteBuffer.wrap(garbage), DAMAGE_AT);
    }
  }
}
