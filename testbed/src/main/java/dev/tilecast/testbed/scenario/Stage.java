package dev.tilecast.testbed.scenario;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The world of a scenario, with everything that commands speak about. */
final class Stage {
  private static final Pattern LINK =
      Pattern.compile("([0-9]{1,3},[0-9]{1,3})([->])([0-9]{1,3},[0-9]{1,3})");

  final World world;
  final Files files;
  final Lines lines = new Lines();
  final Story story;
  final Promises promises;

  /** Cables that were laid or moved, by the two places that they join now. */
  private final Map<List<Place>, SimLink> cables = new LinkedHashMap<>();

  /**
   * A link as a command names it.
   *
   * @param from of the two the one that is named first
   * @param oneWay whether only what {@code from} sends is meant
   */
  record Named(SimLink link, Place from, Place to, boolean oneWay) {
    String words() {
      return from + (oneWay ? ">" : "-") + to;
    }
  }

  Stage(World world, Consumer<World> onlooker) {
    this.world = world;
    files = new Files(world.mint());
    story = new Story(world, files, lines);
    promises = new Promises(world);
    world.watch(promises);
    world.watch(story);
    world.links().forEach((cable, link) -> cables.put(List.of(cable.a(), cable.b()), link));
    onlooker.accept(world);
  }

  /** A line of the transcript with the present time. */
  void say(String words) {
    lines.plain(Lines.timed(world.now(), words));
  }

  SimTile tile(Place place, int line) throws ScenarioException {
    if (!world.topology().places().contains(place)) {
      throw new ScenarioException(line, "there is no tile at " + place);
    }
    return world.tile(place);
  }

  SimTile tile(Word word) throws ScenarioException {
    return tile(word.place(), word.line());
  }

  /** The tiles that the next words name: {@code all}, {@code all but 0,0}, or one place or more. */
  List<SimTile> tiles(Words words) throws ScenarioException {
    if (words.takes("all")) {
      List<SimTile> all = new ArrayList<>(world.tiles());
      if (words.takes("but")) {
        all.removeAll(named(words));
      }
      return all;
    }
    return named(words);
  }

  private List<SimTile> named(Words words) throws ScenarioException {
    List<SimTile> tiles = new ArrayList<>();
    for (Place place : words.places()) {
      tiles.add(tile(place, words.line()));
    }
    if (tiles.isEmpty()) {
      throw words.next("a tile, such as 0,0").isNo("tile; write a place such as 0,0, or all");
    }
    return tiles;
  }

  /** The link that {@code word} names, as in {@code 0,0-1,0}, or one way of it, {@code 0,0>1,0}. */
  Named link(Word word) throws ScenarioException {
    Matcher matcher = LINK.matcher(word.text());
    if (!matcher.matches()) {
      throw word.isNo("link; write 0,0-1,0, or 0,0>1,0 for what 0,0 sends");
    }
    Place from = new Word(word.line(), matcher.group(1)).place();
    Place to = new Word(word.line(), matcher.group(3)).place();
    SimLink link = cables.getOrDefault(List.of(from, to), cables.get(List.of(to, from)));
    if (link == null) {
      throw word.wrong("there is no cable from " + from + " to " + to);
    }
    return new Named(link, from, to, matcher.group(2).equals(">"));
  }

  /** Every link that the next words name, at least one; {@code all} are all. */
  List<Named> links(Words words) throws ScenarioException {
    List<Named> links = new ArrayList<>();
    if (words.takes("all")) {
      cables.forEach((ends, link) -> links.add(new Named(link, ends.get(0), ends.get(1), false)));
      return links;
    }
    do {
      links.add(link(words.next("a link, such as 0,0-1,0")));
    } while (words.peek().map(word -> LINK.matcher(word.text()).matches()).orElse(false));
    return links;
  }

  /** What a tile pulls and how much of it was checked, or {@code -}. */
  String pulledWords(TileReport report) {
    String words =
        report.transfers().stream()
            .map(
                t ->
                    "%s@%d %d%%%s"
                        .formatted(
                            t.name(),
                            t.stamp(),
                            t.verifiedBytes() * 100 / t.fileLength(),
                            t.parked() ? " parked" : ""))
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? "-" : words;
  }

  /** The end of {@code link} that lies at {@code place}. */
  SimPort end(SimLink link, Place place) {
    return tileOf(link.a()).place().equals(place) ? link.a() : link.b();
  }

  SimTile tileOf(SimPort port) {
    return world.tiles().stream()
        .filter(tile -> tile.toString().equals(port.device().name()))
        .findFirst()
        .orElseThrow();
  }

  /** From now on {@code link} joins these places. */
  void joined(Place a, Place b, SimLink link) {
    cables.values().removeIf(link::equals);
    cables.put(List.of(a, b), link);
  }

  /** Every link by the places that it joins. */
  Map<List<Place>, SimLink> cables() {
    return cables;
  }
}
