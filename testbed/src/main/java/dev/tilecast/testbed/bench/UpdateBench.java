package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Scratch;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * How many bytes of the next version cross a link to a tile that has the version before it, as a
 * share of the file: packed as {@code make} packs, with a few members that are new.
 */
final class UpdateBench implements Bench {
  private static final long SECOND = 1_000_000_000L;
  private static final int MEMBERS = 200;
  private static final int MEMBER_BYTES = (2 << 20) / MEMBERS;
  private static final int NEW_MEMBER_BYTES = 4096;

  /** One of so many is new, spread over the file: then nothing that changed lies together. */
  private static final int CHANGED_EVERY = 20;

  private static final double CHANGED_PERCENT_MAX = 15;
  private static final double INSERTED_PERCENT_MAX = 3;
  private static final long PATIENCE_NANOS = 600 * SECOND;
  private static final Handle SIGNER = new Handle("bench");
  private static final int KEY_BITS = 2048;
  private static final Name NAME = new Name("update.mfz");
  private static final long STAMP = 1_700_000_000L;

  /** Makes the versions. */
  private static final class Packing {
    private final Path folder;
    private final KeyFolder keys;
    private final List<Path> members = new ArrayList<>();
    private int made;

    Packing(Path folder) throws IOException, KeyException {
      this.folder = folder;
      keys = new KeyFolder(folder.resolve("maker"));
      keys.generate(SIGNER, KEY_BITS);
      for (int i = 0; i < MEMBERS; i++) {
        members.add(member("member-" + i, i, MEMBER_BYTES));
      }
    }

    /** Bytes that no packing makes shorter. */
    Path member(String name, int seed, int length) throws IOException {
      byte[] content = new byte[length];
      new SplittableRandom(seed).nextBytes(content);
      return Files.write(folder.resolve(name), content);
    }

    byte[] pack() throws IOException, KeyException, MakeException {
      Path out = Files.createDirectories(folder.resolve("version-" + made)).resolve(NAME.text());
      Maker maker = new Maker(keys, InspectionLimits.defaults());
      return Files.readAllBytes(maker.make(SIGNER, out, members, STAMP + 2L * made++).file());
    }
  }

  /** Two tiles, and the bytes of files that the second is sent. */
  private static final class Hop implements Watch {
    private final World world =
        new World(
            new Timeline(1),
            Topology.line(2),
            new World.Setting(LinkSettings.PERFECT, DeviceSettings.INDEPENDENT, TileModel.QUICK));
    private final SimTile from = world.tile(new Place(0, 0));
    private final SimTile to = world.tile(new Place(1, 0));
    private long dataBytes;

    Hop() {
      world.watch(new Promises(world));
      world.watch(this);
      world.startAll();
      world.run(SECOND);
    }

    @Override
    public void sent(SimTile tile, Direction direction, Message message) {
      if (message instanceof Message.Data data) {
        dataBytes += data.bytes().length();
      }
    }

    SimFile cross(byte[] content, long stamp) throws ExpectationException {
      dataBytes = 0;
      SimFile file = world.mint().make(NAME, stamp, content, TileModel.SIGNER);
      world.drop(from, file);
      if (!world.runUntil(() -> file.equals(to.live().get(NAME)), PATIENCE_NANOS)) {
        throw new ExpectationException(
            "a file of " + content.length + " bytes did not cross one link within ten minutes");
      }
      return file;
    }
  }

  @Override
  public void run(Consumer<Figure> figures)
      throws IOException, ExpectationException, KeyException, MakeException {
    try (Scratch scratch = Scratch.make("tilecast-bench")) {
      Packing packing = new Packing(scratch.folder());
      byte[] old = packing.pack();
      packing.members.add(MEMBERS / 2, packing.member("member-new", MEMBERS, NEW_MEMBER_BYTES));
      byte[] inserted = packing.pack();
      packing.members.remove(MEMBERS / 2);
      for (int i = CHANGED_EVERY / 2; i < MEMBERS; i += CHANGED_EVERY) {
        packing.member("member-" + i, MEMBERS + 1 + i, MEMBER_BYTES);
      }
      byte[] changed = packing.pack();
      figures.accept(measure("update.changed", CHANGED_PERCENT_MAX, old, changed));
      figures.accept(measure("update.inserted", INSERTED_PERCENT_MAX, old, inserted));
    }
  }

  private static Figure measure(String name, double percentMax, byte[] old, byte[] young)
      throws ExpectationException {
    Hop hop = new Hop();
    SimFile before = hop.cross(old, STAMP);
    SimFile after = hop.cross(young, STAMP + 2);
    Set<Bytes> held = new LinkedHashSet<>();
    before.manifest().chunks().forEach(chunk -> held.add(chunk.digest()));
    long lacking =
        after.manifest().chunks().stream()
            .filter(chunk -> !held.contains(chunk.digest()))
            .mapToLong(ChunkRef::length)
            .sum();
    return Figure.atMost(percentMax, name, 100.0 * hop.dataBytes / young.length, "%")
        .bound(100.0 * lacking / young.length);
  }
}
