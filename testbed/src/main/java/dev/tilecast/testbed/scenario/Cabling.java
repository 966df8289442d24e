package dev.tilecast.testbed.scenario;

import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.SimPort;
import dev.tilecast.testbed.world.SimTile;
import java.util.List;
import java.util.Map;

/** What is done to cables. */
final class Cabling {
  private Cabling() {}

  static void addTo(Map<String, Command> commands) {
    commands.put("pull", Cabling::pull);
    commands.put("plug", Cabling::plug);
    commands.put("cable", Cabling::cable);
    commands.put("cut", Cabling::cut);
    commands.put("mend", Cabling::mend);
    commands.put("flap", Cabling::flap);
    commands.put("link", Cabling::link);
  }

  private static void pull(Stage stage, Words words) throws ScenarioException {
    List<Stage.Named> links = stage.links(words);
    words.end();
    links.forEach(named -> stage.world.done("pull " + named.link(), named.link()::pull));
  }

  private static void plug(Stage stage, Words words) throws ScenarioException {
    List<Stage.Named> links = stage.links(words);
    if (!words.takes("into")) {
      words.end();
      for (Stage.Named named : links) {
        requireFree(words, named.link().a());
        requireFree(words, named.link().b());
        stage.world.done("plug " + named.link(), named.link()::plug);
      }
      return;
    }
    SimTile other = stage.tile(words.next("the tile at the other end"));
    words.end();
    for (Stage.Named named : links) {
      SimLink link = named.link();
      SimPort end = other.openPort(link.b().direction());
      requireFree(words, link.a());
      requireFree(words, end);
      stage.world.done("plug " + link + " into " + end, () -> link.plug(end));
      stage.joined(stage.tileOf(link.a()).place(), other.place(), link);
    }
  }

  private static void requireFree(Words words, SimPort port) throws ScenarioException {
    if (port.hasCable()) {
      throw new ScenarioException(words.line(), port + " has a cable; pull that one first");
    }
  }

  private static void cable(Stage stage, Words words) throws ScenarioException {
    Word word = words.next("a cable, such as 0,0-ET-1,0");
    Cable cable = Grounds.cable(word);
    Map<String, Word> given = words.settings();
    words.end();
    requireFree(words, stage.tile(cable.a(), words.line()).openPort(cable.toward()));
    requireFree(words, stage.tile(cable.b(), words.line()).openPort(cable.toward().opposite()));
    LinkSettings settings =
        LinkWords.SETTINGS.applyAll(LinkWords.preset(given.remove("links")), given, words.line());
    stage.world.done(
        "cable " + cable,
        () -> stage.joined(cable.a(), cable.b(), stage.world.join(cable, settings)));
  }

  private static void cut(Stage stage, Words words) throws ScenarioException {
    List<Stage.Named> links = stage.links(words);
    words.end();
    for (Stage.Named named : links) {
      stage.world.done(
          "cut " + named.words(),
          () -> {
            named.link().cutOneWay(stage.end(named.link(), named.from()));
            if (!named.oneWay()) {
              named.link().cutOneWay(stage.end(named.link(), named.to()));
            }
          });
    }
  }

  private static void mend(Stage stage, Words words) throws ScenarioException {
    List<Stage.Named> links = stage.links(words);
    words.end();
    links.forEach(named -> stage.world.done("mend " + named.words(), named.link()::mend));
  }

  private static void flap(Stage stage, Words words) throws ScenarioException {
    List<Stage.Named> links = stage.links(words);
    words.require("for");
    long span = words.next("a span").span();
    words.end();
    links.forEach(
        named -> stage.world.done("flap " + named.words(), () -> named.link().flap(span)));
  }

  private static void link(Stage stage, Words words) throws ScenarioException {
    List<Stage.Named> links = stage.links(words);
    Map<String, Word> given = words.settings();
    words.end();
    for (Stage.Named named : links) {
      Map<String, Word> said = new java.util.LinkedHashMap<>(given);
      Word preset = said.remove("links");
      LinkSettings before = preset == null ? named.link().settings() : LinkWords.preset(preset);
      LinkSettings next = LinkWords.SETTINGS.applyAll(before, said, words.line());
      stage.world.done("link " + named.words() + " " + given, () -> named.link().settings(next));
    }
  }
}
