package dev.tilecast.testbed.picture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.Ill;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimLink;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a page holds of the world that was recorded. */
final class PictureTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Pattern DATA =
      Pattern.compile("<script id=\"world\" type=\"application/json\">(.*?)</script>");
  private static final Cable PULLED = new Cable(new Place(1, 1), Direction.ET, new Place(2, 1));

  /** A world in which something of each kind happens; recorded or not. */
  private static final class Eventful {
    final World world =
        new World(
            new Timeline(3),
            Topology.brick(3, 3),
            new World.Setting(LinkSettings.T2, DeviceSettings.INDEPENDENT, TileModel.QUICK));
    final Optional<Recorder> recorder;
    final SimFile file;

    Eventful(boolean recorded) {
      recorder = recorded ? Optional.of(new Recorder(world)) : Optional.empty();
      world.turnHostile(world.tile(new Place(2, 2)), EnumSet.of(Ill.values()[0]));
      world.startAll();
      file = world.mint().make(new Name("demo.mfz"), 100, 20_000, TileModel.SIGNER);
      world.drop(world.tile(new Place(0, 0)), file);
      SimLink link = world.links().get(PULLED);
      world.timeline().at(SECOND, () -> world.done("pull " + link, link::pull));
      world.timeline().at(2 * SECOND, () -> world.done("plug " + link, link::plug));
      world.timeline().at(3 * SECOND, () -> world.cutPower(world.tile(new Place(1, 0))));
      world.timeline().at(4 * SECOND, () -> world.start(world.tile(new Place(1, 0))));
      world.timeline().at(5 * SECOND, () -> world.freeze(world.tile(new Place(0, 1)), SECOND));
      world.run(30 * SECOND);
    }

    String page(String title, String... lines) throws IOException {
      return new Picture(recorder.orElseThrow(), title, List.of(lines), List.of()).html();
    }
  }

  private static JsonObject data(String page) {
    Matcher matcher = DATA.matcher(page);
    assertThat(matcher.find()).isTrue();
    return JsonParser.parseString(matcher.group(1)).getAsJsonObject();
  }

  private static JsonArray array(JsonElement element) {
    return element.getAsJsonArray();
  }

  private static long sum(JsonArray gains) {
    long sum = 0;
    for (JsonElement gain : gains) {
      assertThat(gain.getAsLong()).isNotNegative();
      sum += gain.getAsLong();
    }
    return sum;
  }

  @Test
  void aWorldThatIsRecordedGoesAsOneThatIsNot() {
    World one = new Eventful(false).world;
    World other = new Eventful(true).world;

    assertThat(other.timeline().history().digest()).isEqualTo(one.timeline().history().digest());
    assertThat(other.timeline().executed()).isEqualTo(one.timeline().executed());
  }

  @Test
  void theSameRunGivesTheSamePage() throws IOException {
    assertThat(new Eventful(true).page("a")).isEqualTo(new Eventful(true).page("a"));
  }

  @Test
  void aPageHoldsWhenEachTileHadTheVersion() throws IOException {
    Eventful run = new Eventful(true);
    JsonObject data = data(run.page("a"));

    Set<Integer> tiles = new TreeSet<>();
    for (JsonElement change : data.getAsJsonArray("changes")) {
      assertThat(array(change).get(3).getAsInt()).isZero();
      tiles.add(array(change).get(1).getAsInt());
    }
    JsonObject version = data.getAsJsonArray("versions").get(0).getAsJsonObject();
    // All but the hostile one, which is the last in reading order.
    assertThat(tiles).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(array(data.getAsJsonArray("tiles").get(5)))
        .extracting(JsonElement::getAsInt)
        .containsExactly(2, 1);
    assertThat(version.get("bytes").getAsInt()).isEqualTo(20_000);
    assertThat(version.get("stamp").getAsLong()).isEqualTo(100);
    assertThat(data.get("brick").getAsBoolean()).isTrue();
  }

  @Test
  void aPageHoldsWhatWasDoneAndWhatCameOfIt() throws IOException {
    JsonObject data = data(new Eventful(true).page("a"));

    assertThat(data.getAsJsonArray("events"))
        .extracting(event -> array(event).get(2).getAsString())
        .anyMatch(words -> words.startsWith("drop 0,0 demo.mfz"))
        .anyMatch(words -> words.startsWith("verdict 0,0 demo.mfz") && words.endsWith("live"))
        .contains("cut-power 1,0", "stopped 1,0: power cut", "freeze 0,1", "start 1,0");
    assertThat(data.getAsJsonArray("states"))
        .extracting(state -> array(state).get(1).getAsInt() + array(state).get(2).getAsString())
        .contains("8hostile", "1off", "3frozen")
        .endsWith("3running");
    assertThat(data.getAsJsonArray("states").get(data.getAsJsonArray("states").size() - 1))
        .extracting(state -> array(state).get(0).getAsLong())
        .isEqualTo(6_000_000L);
  }

  @Test
  void aPageHoldsTheBytesOfEachLinkAndWhatItWasLike() throws IOException {
    Eventful run = new Eventful(true);
    JsonObject data = data(run.page("a"));

    long total = 0;
    for (JsonElement link : data.getAsJsonArray("links")) {
      total += sum(link.getAsJsonObject().getAsJsonArray("ab"));
      total += sum(link.getAsJsonObject().getAsJsonArray("ba"));
    }
    long counted =
        run.world.links().values().stream()
            .mapToLong(link -> link.a().counters().bytesSent() + link.b().counters().bytesSent())
            .sum();
    JsonObject pulled =
        data.getAsJsonArray("links")
            .get(List.copyOf(run.world.links().keySet()).indexOf(PULLED))
            .getAsJsonObject();
    assertThat(total).isEqualTo(counted).isPositive();
    assertThat(pulled.getAsJsonArray("states"))
        .extracting(state -> array(state).get(1).getAsString())
        .containsSubsequence("pulled", "up");
    assertThat(array(pulled.getAsJsonArray("states").get(1)).get(0).getAsLong())
        .isBetween(1_000_000L, 1_100_000L);
  }

  @Test
  void aCableThatIsPluggedElsewhereIsAnotherLine() throws IOException {
    World world = new World(new Timeline(1), Topology.line(3), World.Setting.PERFECT);
    Recorder recorder = new Recorder(world);
    world.startAll();
    world.run(5 * SECOND);
    SimLink moved = world.links().get(new Cable(new Place(0, 0), Direction.ET, new Place(1, 0)));
    SimLink gone = world.links().get(new Cable(new Place(1, 0), Direction.ET, new Place(2, 0)));
    world.done("pull " + gone, gone::pull);
    world.done("pull " + moved, moved::pull);
    world.done("plug", () -> moved.plug(world.tile(new Place(2, 0)).device().port(Direction.WT)));
    world.run(5 * SECOND);

    JsonArray links =
        data(new Picture(recorder, "a", List.of(), List.of()).html()).getAsJsonArray("links");

    JsonObject last = links.get(2).getAsJsonObject();
    assertThat(links).hasSize(3);
    assertThat(last.get("b").getAsInt()).isEqualTo(2);
    assertThat(last.get("from").getAsLong()).isBetween(5_000_000L, 5_200_000L);
    assertThat(sum(last.getAsJsonArray("ab"))).isPositive();
  }

  @Test
  void aLongRunHasNoMoreSamplesThanAShortOne() throws IOException {
    World world = new World(new Timeline(1), Topology.line(2), World.Setting.PERFECT);
    Recorder recorder = new Recorder(world);
    world.startAll();
    for (int i = 0; i < 200; i++) {
      world.run(5 * SECOND);
      world.drop(
          world.tile(new Place(0, 0)),
          world.mint().make(new Name("demo.mfz"), 100 + 2 * i, 900, TileModel.SIGNER));
    }
    JsonObject data = data(new Picture(recorder, "a", List.of(), List.of()).html());

    List<Long> samples =
        data.getAsJsonArray("samples").asList().stream().map(JsonElement::getAsLong).toList();
    long sent = 0;
    for (String way : List.of("ab", "ba")) {
      sent += sum(data.getAsJsonArray("links").get(0).getAsJsonObject().getAsJsonArray(way));
    }
    SimLink link = world.links().values().iterator().next();
    assertThat(samples).hasSizeBetween(100, 240).isSorted().doesNotHaveDuplicates();
    assertThat(samples.get(samples.size() - 1)).isEqualTo(1_000_000_000L);
    assertThat(sent).isEqualTo(link.a().counters().bytesSent() + link.b().counters().bytesSent());
  }

  @Test
  void aPageNeedsNothingButItself() throws IOException {
    String page = new Eventful(true).page("a");

    assertThat(page.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http:", "https:", "src=", "href=", "@import", "url(");
    assertThat(page).doesNotContain("{{", "/*{{");
  }

  @Test
  void whatWasPrintedCannotEndItsElement() throws IOException {
    String page = new Eventful(true).page("</title><b>{{data}}", "</script><script>alert(1)");

    assertThat(page).doesNotContain("alert(1)</", "</title><b>", "</script><script>alert");
    assertThat(data(page).getAsJsonArray("lines").get(0).getAsString())
        .isEqualTo("</script><script>alert(1)");
  }

  @Test
  void whatFailedIsToldToThePage() throws IOException {
    World world = new World(new Timeline(1), Topology.line(2), World.Setting.PERFECT);
    Recorder recorder = new Recorder(world);
    world.run(SECOND);

    String page = new Picture(recorder, "a", List.of(), List.of("tile 1,0 has </script>")).html();

    assertThat(data(page).getAsJsonArray("failures").get(0).getAsString())
        .isEqualTo("tile 1,0 has </script>");
    assertThat(page).contains("id=\"failure\"").doesNotContain("has </script>");
  }
}
