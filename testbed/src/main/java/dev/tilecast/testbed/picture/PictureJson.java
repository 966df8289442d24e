package dev.tilecast.testbed.picture;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a page is given: an object of short arrays. Instants are microseconds; tiles, versions and
 * names are numbers from 0 in the order of their lists.
 */
final class PictureJson {
  private static final long NANOS_PER_MICRO = 1000;

  private PictureJson() {}

  static JsonObject of(Recorder recorder, String title, List<String> lines, List<String> failures) {
    JsonObject json = new JsonObject();
    json.addProperty("title", title);
    json.add("lines", strings(lines));
    json.add("failures", strings(failures));
    json.addProperty("seed", Long.toString(recorder.world().timeline().seed()));
    json.addProperty("end", micros(recorder.world().now()));
    json.addProperty("news", micros(recorder.lastNewsAt()));
    json.addProperty("brick", isBrick(recorder));
    json.add("tiles", tiles(recorder.tiles()));
    List<String> names = names(recorder.versions());
    json.add("names", strings(names));
    json.add("versions", versions(recorder.versions(), names));
    json.add("changes", changes(recorder, names));
    json.add("states", states(recorder));
    json.add("events", events(recorder));
    JsonArray samples = new JsonArray();
    for (int i = 0; i < recorder.links().count(); i++) {
      samples.add(micros(recorder.links().instant(i)));
    }
    json.add("samples", samples);
    json.add("links", links(recorder.links()));
    return json;
  }

  /** Whether odd rows lie half a tile further to the right. */
  private static boolean isBrick(Recorder recorder) {
    List<Cable> cables = List.copyOf(recorder.world().links().keySet());
    return cables.stream()
        .map(Cable::toward)
        .anyMatch(d -> d == Direction.SE || d == Direction.SW || isNorthOblique(d));
  }

  private static boolean isNorthOblique(Direction direction) {
    return direction == Direction.NE || direction == Direction.NW;
  }

  private static JsonArray tiles(List<SimTile> tiles) {
    JsonArray array = new JsonArray();
    tiles.forEach(tile -> array.add(numbers(tile.place().x(), tile.place().y())));
    return array;
  }

  private static List<String> names(List<SimFile> versions) {
    List<String> names = new ArrayList<>();
    for (SimFile file : versions) {
      if (!names.contains(file.name().text())) {
        names.add(file.name().text());
      }
    }
    return names;
  }

  private static JsonArray versions(List<SimFile> versions, List<String> names) {
    JsonArray array = new JsonArray();
    for (SimFile file : versions) {
      JsonObject one = new JsonObject();
      one.addProperty("name", names.indexOf(file.name().text()));
      one.addProperty("stamp", file.version().stamp());
      one.addProperty("digest", file.version().innerDigest().prefix(4).toHex());
      one.addProperty("bytes", file.content().length());
      one.addProperty("signer", file.manifest().head().handle());
      array.add(one);
    }
    return array;
  }

  private static JsonArray changes(Recorder recorder, List<String> names) {
    JsonArray array = new JsonArray();
    for (Recorder.Change c : recorder.changes) {
      int name = names.indexOf(c.name().text());
      array.add(numbers(micros(c.at()), c.tile(), name, c.version()));
    }
    return array;
  }

  private static JsonArray states(Recorder recorder) {
    JsonArray array = new JsonArray();
    for (Recorder.StateChange s : recorder.states) {
      JsonArray one = numbers(micros(s.at()), s.tile());
      one.add(lower(s.condition()));
      array.add(one);
    }
    return array;
  }

  private static JsonArray events(Recorder recorder) {
    JsonArray array = new JsonArray();
    for (Recorder.Event e : recorder.events) {
      JsonArray one = numbers(micros(e.at()));
      one.add(lower(e.kind()));
      one.add(e.words());
      array.add(one);
    }
    return array;
  }

  private static JsonArray links(LinkBook links) {
    JsonArray array = new JsonArray();
    for (LinkBook.Lane lane : links.lanes()) {
      JsonObject one = new JsonObject();
      one.addProperty("a", lane.a);
      one.addProperty("b", lane.b);
      one.addProperty("toward", lane.toward);
      one.addProperty("from", micros(lane.from));
      JsonArray states = new JsonArray();
      for (LinkBook.Change change : lane.changes) {
        JsonArray state = numbers(micros(change.at()));
        state.add(lower(change.state()));
        states.add(state);
      }
      one.add("states", states);
      one.add("ab", gains(lane.sentByA, links.count()));
      one.add("ba", gains(lane.sentByB, links.count()));
      array.add(one);
    }
    return array;
  }

  /** How many bytes more at each sample than at the one before. */
  private static JsonArray gains(long[] totals, int count) {
    JsonArray array = new JsonArray();
    long before = 0;
    for (int i = 0; i < count; i++) {
      array.add(totals[i] - before);
      before = totals[i];
    }
    return array;
  }

  private static JsonArray numbers(long... values) {
    JsonArray array = new JsonArray();
    for (long value : values) {
      array.add(value);
    }
    return array;
  }

  private static JsonArray strings(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static long micros(long nanos) {
    return nanos / NANOS_PER_MICRO;
  }
}
