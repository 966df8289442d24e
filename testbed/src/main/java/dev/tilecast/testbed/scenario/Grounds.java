package dev.tilecast.testbed.scenario;

import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The first command of every scenario: the world, with its tiles still off. */
final class Grounds {
  private static final int SIDE_MAX = 64;

  private Grounds() {}

  static Stage lay(Words words, Consumer<World> onlooker) throws ScenarioException {
    Word first = words.next("world");
    if (!first.is("world")) {
      throw first.wrong("a scenario begins with 'world', not with '" + first + "'");
    }
    Topology topology = shape(words);
    if (words.takes("without")) {
      topology = without(topology, words);
    }
    Map<String, Word> given = words.settings();
    words.end();
    Word seed = given.remove("seed");
    LinkSettings links = LinkWords.SETTINGS.apply(LinkWords.preset(given.remove("links")), given);
    DeviceSettings device = device(given);
    TileModel tile = TileWords.SETTINGS.apply(TileModel.QUICK, given);
    List<String> known = new ArrayList<>(List.of("seed", "links", "device", "mtu"));
    LinkWords.SETTINGS.names().forEach(known::add);
    TileWords.SETTINGS.names().forEach(known::add);
    Settings.requireNone(given, words.line(), known);
    Timeline timeline = new Timeline(seed == null ? 1 : seed.whole());
    return new Stage(
        new World(timeline, topology, new World.Setting(links, device, tile)), onlooker);
  }

  private static DeviceSettings device(Map<String, Word> given) throws ScenarioException {
    DeviceSettings settings = DeviceSettings.INDEPENDENT;
    Word device = given.remove("device");
    if (device != null && device.is("t2")) {
      settings = DeviceSettings.T2;
    } else if (device != null && !device.is("independent")) {
      throw device.isNo("device; write t2 or independent");
    }
    Word mtu = given.remove("mtu");
    return mtu == null ? settings : settings.withMtu(mtu.whole(255, 4096));
  }

  private static Topology shape(Words words) throws ScenarioException {
    Word shape = words.next("a shape: line 3, ring 4, square 3x3, brick 8x4, rows 8/7, cables ...");
    return switch (shape.text()) {
      case "line" -> Topology.line(words.next("a number of tiles").whole(1, SIDE_MAX));
      case "ring" -> Topology.ring(words.next("a number of tiles").whole(3, SIDE_MAX));
      case "square" -> {
        int[] sides = sides(words.next("columns and rows, as in 3x3"));
        yield Topology.square(sides[0], sides[1]);
      }
      case "brick" -> {
        int[] sides = sides(words.next("columns and rows, as in 8x4"));
        yield Topology.brick(sides[0], sides[1]);
      }
      case "rows" -> rows(words.next("the tiles of each row, as in 8/7/7/6"));
      case "cables" -> cables(words);
      default -> throw shape.isNo("shape; write line, ring, square, brick, rows or cables");
    };
  }

  private static int[] sides(Word word) throws ScenarioException {
    List<Word> sides = word.cutAt("x");
    if (sides.size() != 2) {
      throw word.isNo("size; write columns and rows, as in 3x3");
    }
    return new int[] {sides.get(0).whole(1, SIDE_MAX), sides.get(1).whole(1, SIDE_MAX)};
  }

  /** A brick wall whose rows end where they like. */
  private static Topology rows(Word word) throws ScenarioException {
    List<Integer> lengths = new ArrayList<>();
    for (Word row : word.cutAt("/")) {
      lengths.add(row.whole(1, SIDE_MAX));
    }
    int longest = lengths.stream().mapToInt(Integer::intValue).max().orElse(1);
    List<Place> holes = new ArrayList<>();
    for (int y = 0; y < lengths.size(); y++) {
      for (int x = lengths.get(y); x < longest; x++) {
        holes.add(new Place(x, y));
      }
    }
    return Topology.brick(longest, lengths.size()).without(holes.toArray(new Place[0]));
  }

  private static Topology cables(Words words) throws ScenarioException {
    List<Cable> cables = new ArrayList<>();
    while (words.peek().map(word -> word.text().contains("-")).orElse(false)) {
      cables.add(cable(words.next("a cable")));
    }
    try {
      return Topology.of(cables);
    } catch (IllegalArgumentException e) {
      throw new ScenarioException(words.line(), e.getMessage());
    }
  }

  /** A cable as in {@code 0,0-ET-1,0}. */
  static Cable cable(Word word) throws ScenarioException {
    List<Word> parts = word.cutAt("-");
    if (parts.size() != 3) {
      throw word.isNo("cable; write one as 0,0-ET-1,0");
    }
    return new Cable(parts.get(0).place(), parts.get(1).direction(), parts.get(2).place());
  }

  private static Topology without(Topology topology, Words words) throws ScenarioException {
    List<Place> holes = words.places();
    for (Place hole : holes) {
      if (!topology.places().contains(hole)) {
        throw new ScenarioException(words.line(), "there is no tile at " + hole + " to leave out");
      }
    }
    return topology.without(holes.toArray(new Place[0]));
  }
}
