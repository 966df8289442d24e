package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.CutPoint;
import dev.tilecast.testbed.world.Ill;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is done to tiles and to their disks. */
final class Deeds {
  private Deeds() {}

  static void addTo(Map<String, Command> commands) {
    commands.put("tile", Deeds::tile);
    commands.put("trust", Deeds::trust);
    commands.put("copy-id", Deeds::copyId);
    commands.put("start", Deeds::start);
    commands.put("make", Deeds::make);
    commands.put("publish", Deeds::publish);
    commands.put("kill", Deeds::kill);
    commands.put("cut-power", Deeds::cutPower);
    commands.put("freeze", Deeds::freeze);
    commands.put("reopen", each((stage, tile) -> stage.world.reopen(tile), false));
    commands.put("lose-store", each((stage, tile) -> stage.world.loseStore(tile), true));
    commands.put("new-disk", each(Deeds::newDisk, true));
    commands.put("fill-disk", each((stage, tile) -> stage.world.fillDisk(tile, true), false));
    commands.put("empty-disk", each((stage, tile) -> stage.world.fillDisk(tile, false), false));
    commands.put("disk", Deeds::disk);
    commands.put("rot-staging", each((stage, tile) -> stage.world.rotStaging(tile), false));
    commands.put("delete-staging", each((stage, tile) -> stage.world.deleteStaging(tile), false));
    commands.put("rot-live", live(World::rotLive));
    commands.put("delete-live", live(World::deleteLive));
    commands.put("hostile", Deeds::hostile);
    commands.put("counter", Deeds::counter);
  }

  @FunctionalInterface
  private interface Deed {
    void to(Stage stage, SimTile tile);
  }

  /** The same to each tile that is named, none of which may run where it is to be off. */
  private static Command each(Deed deed, boolean off) {
    return (stage, words) -> {
      List<SimTile> tiles = stage.tiles(words);
      words.end();
      for (SimTile tile : tiles) {
        if (off) {
          requireOff(tile, words);
        }
        deed.to(stage, tile);
      }
    };
  }

  private static void requireOff(SimTile tile, Words words) throws ScenarioException {
    if (tile.isRunning()) {
      throw new ScenarioException(
          words.line(), "tile " + tile + " runs; first: kill " + tile + ", or: cut-power " + tile);
    }
  }

  private static void tile(Stage stage, Words words) throws ScenarioException {
    for (SimTile tile : stage.tiles(words)) {
      requireOff(tile, words);
      Map<String, Word> given = settingsOf(words);
      tile.model(TileWords.SETTINGS.applyAll(tile.model(), given, words.line()));
    }
    words.rest();
  }

  /** The settings that come next, which stay where they are for the next tile. */
  private static Map<String, Word> settingsOf(Words words) throws ScenarioException {
    Words copy = words.copy();
    Map<String, Word> given = copy.settings();
    copy.end();
    return given;
  }

  private static void trust(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    Trust trust = TileWords.trust(words.rest());
    tiles.forEach(tile -> stage.world.trust(tile, trust));
  }

  private static void copyId(Stage stage, Words words) throws ScenarioException {
    SimTile from = stage.tile(words.next("the tile whose id is copied"));
    words.require("to");
    for (SimTile tile : stage.tiles(words)) {
      requireOff(tile, words);
      stage.world.copyId(from, tile);
    }
    words.end();
  }

  private static void start(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = words.isEmpty() ? List.copyOf(stage.world.tiles()) : stage.tiles(words);
    words.end();
    stage.story.commanded(() -> tiles.forEach(stage.world::start));
  }

  private static void counter(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    long value = words.next("a whole number").whole(0, Integer.MAX_VALUE);
    words.end();
    tiles.forEach(tile -> stage.world.counter(tile, value));
  }

  private static void make(Stage stage, Words words) throws ScenarioException {
    stage.files.make(words);
    words.end();
  }

  private static void publish(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    SimFile file = stage.files.make(words);
    words.end();
    for (SimTile tile : tiles) {
      stage.story.dropped(tile, file);
      stage.world.drop(tile, file);
    }
  }

  private static void kill(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    words.end();
    stage.story.commanded(() -> tiles.forEach(stage.world::kill));
  }

  private static void cutPower(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    if (words.takes("at")) {
      Word word = words.next("a point");
      CutPoint point =
          CutPoint.ofWords(word.text())
              .orElseThrow(
                  () ->
                      word.isNo(
                          "point; write one of "
                              + Arrays.stream(CutPoint.values()).map(CutPoint::words).toList()));
      words.end();
      tiles.forEach(tile -> stage.world.cutPowerAt(tile, point));
      return;
    }
    words.end();
    stage.story.commanded(() -> tiles.forEach(stage.world::cutPower));
  }

  private static void freeze(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    words.require("for");
    long span = words.next("a span").span();
    words.end();
    tiles.forEach(tile -> stage.world.freeze(tile, span));
  }

  private static void newDisk(Stage stage, SimTile tile) {
    stage.world.newDisk(tile);
    stage.promises.newDisk(tile);
    stage.story.newDisk(tile);
  }

  private static void disk(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    long bytes = words.next("a number of bytes").bytes();
    words.end();
    tiles.forEach(tile -> stage.world.diskCapacity(tile, bytes));
  }

  @FunctionalInterface
  private interface LiveDeed {
    boolean to(World world, SimTile tile, Name name);
  }

  /** The same to the live file of one name on each tile that is named. */
  private static Command live(LiveDeed deed) {
    return (stage, words) -> {
      List<SimTile> tiles = stage.tiles(words);
      Word word = words.next("a name");
      words.end();
      Name name = word.name();
      for (SimTile tile : tiles) {
        if (!tile.live().containsKey(name)) {
          throw word.wrong("tile " + tile + " has nothing live that is called " + name);
        }
        stage.promises.rotted(tile, name);
        deed.to(stage.world, tile, name);
      }
    };
  }

  private static void hostile(Stage stage, Words words) throws ScenarioException {
    List<SimTile> tiles = stage.tiles(words);
    List<Ill> ills = new ArrayList<>();
    for (Word word : words.rest()) {
      ills.add(
          Ill.ofWords(word.text())
              .orElseThrow(
                  () ->
                      word.isNo(
                          "ill; write some of "
                              + Arrays.stream(Ill.values()).map(Ill::words).toList())));
    }
    if (ills.isEmpty()) {
      throw new ScenarioException(words.line(), "say what the tile does, such as: lies floods");
    }
    Set<Ill> all = EnumSet.copyOf(ills);
    for (SimTile tile : tiles) {
      stage.story.commanded(() -> stage.world.kill(tile));
      stage.world.turnHostile(tile, all);
      stage.story.commanded(() -> stage.world.start(tile));
    }
  }
}
