package dev.tilecast.testbed.world;

import dev.tilecast.transport.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which places there are and what joins them. Every direction of a place has at most one cable.
 *
 * @param places row by row
 * @param cables in the order in which they were laid
 */
public record Topology(SortedSet<Place> places, List<Cable> cables) {
  public Topology {
    places = Collections.unmodifiableSortedSet(new TreeSet<>(places));
    cables = List.copyOf(cables);
    requireFreeEnds(places, cables);
  }

  /** {@code count} places in a row, the next one always to the east. */
  public static Topology line(int count) {
    return square(count, 1);
  }

  /**
   * A line of {@code count} places, at least three, whose last one has the first one to its east:
   * all cables are ET to WT.
   */
  public static Topology ring(int count) {
    if (count < 3) {
      throw new IllegalArgumentException("a ring of " + count + " places, expected at least 3");
    }
    Topology line = line(count);
    List<Cable> cables = new ArrayList<>(line.cables);
    cables.add(new Cable(new Place(count - 1, 0), Direction.ET, new Place(0, 0)));
    return new Topology(line.places, cables);
  }

  /** A grid with four neighbors a place: NT, ET, ST and WT. */
  public static Topology square(int width, int height) {
    return grid(width, height, List.of(Direction.ET, Direction.ST));
  }

  /**
   * A grid with six neighbors a place, as T2 tiles are laid: NE, ET, SE, SW, WT and NW. Every odd
   * row lies half a tile further to the right.
   */
  public static Topology brick(int width, int height) {
    return grid(width, height, List.of(Direction.ET, Direction.SE, Direction.SW));
  }

  /** These cables, and the places at their ends. */
  public static Topology of(List<Cable> cables) {
    SortedSet<Place> places = new TreeSet<>();
    for (Cable cable : cables) {
      places.add(cable.a());
      places.add(cable.b());
    }
    return new Topology(places, cables);
  }

  /**
   * The same with holes: these places and their cables are gone.
   *
   * @throws IllegalArgumentException for a place that is not there
   */
  public Topology without(Place... holes) {
    SortedSet<Place> left = new TreeSet<>(places);
    for (Place hole : holes) {
      if (!left.remove(hole)) {
        throw new IllegalArgumentException("there is no place " + hole + " to leave out");
      }
    }
    return new Topology(
        left,
        cables.stream()
            .filter(cable -> left.contains(cable.a()) && left.contains(cable.b()))
            .toList());
  }

  /** Who lies in which direction of {@code place}. */
  public Map<Direction, Place> neighbors(Place place) {
    Map<Direction, Place> neighbors = new EnumMap<>(Direction.class);
    for (Cable cable : cables) {
      if (cable.a().equals(place)) {
        neighbors.put(cable.toward(), cable.b());
      }
      if (cable.b().equals(place)) {
        neighbors.put(cable.toward().opposite(), cable.a());
      }
    }
    return neighbors;
  }

  /** How many cables every place that can be reached from {@code start} is away from it. */
  public Map<Place, Integer> distances(Place start) {
    Map<Place, List<Place>> joined = new HashMap<>();
    for (Cable cable : cables) {
      joined.computeIfAbsent(cable.a(), place -> new ArrayList<>()).add(cable.b());
      joined.computeIfAbsent(cable.b(), place -> new ArrayList<>()).add(cable.a());
    }
    Map<Place, Integer> distances = new LinkedHashMap<>();
    distances.put(start, 0);
    Deque<Place> next = new ArrayDeque<>(List.of(start));
    while (!next.isEmpty()) {
      Place place = next.remove();
      for (Place neighbor : joined.getOrDefault(place, List.of())) {
        if (distances.putIfAbsent(neighbor, distances.get(place) + 1) == null) {
          next.add(neighbor);
        }
      }
    }
    return distances;
  }

  private static Topology grid(int width, int height, List<Direction> forward) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("a grid of " + width + "x" + height + " places");
    }
    SortedSet<Place> places = new TreeSet<>();
    List<Cable> cables = new ArrayList<>();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        Place place = new Place(x, y);
        places.add(place);
        for (Direction direction : forward) {
          Place neighbor = forward(place, direction);
          if (neighbor.x() >= 0 && neighbor.x() < width && neighbor.y() < height) {
            cables.add(new Cable(place, direction, neighbor));
          }
        }
      }
    }
    return new Topology(places, cables);
  }

  private static Place forward(Place from, Direction direction) {
    int shift = from.y() % 2;
    return switch (direction) {
      case ET -> new Place(from.x() + 1, from.y());
      case ST -> new Place(from.x(), from.y() + 1);
      case SE -> new Place(from.x() + shift, from.y() + 1);
      case SW -> new Place(from.x() - 1 + shift, from.y() + 1);
      case NT, NE, WT, NW -> throw new IllegalArgumentException(direction + " is not forward");
    };
  }

  private static void requireFreeEnds(SortedSet<Place> places, List<Cable> cables) {
    Map<Place, EnumMap<Direction, Cable>> taken = new HashMap<>();
    for (Cable cable : cables) {
      requireFree(places, taken, cable, cable.a(), cable.toward());
      requireFree(places, taken, cable, cable.b(), cable.toward().opposite());
    }
  }

  private static void requireFree(
      SortedSet<Place> places,
      Map<Place, EnumMap<Direction, Cable>> taken,
      Cable cable,
      Place place,
      Direction direction) {
    if (!places.contains(place)) {
      throw new IllegalArgumentException("cable " + cable + " ends at no place");
    }
    Cable other =
        taken
            .computeIfAbsent(place, any -> new EnumMap<>(Direction.class))
            .putIfAbsent(direction, cable);
    if (other != null) {
      throw new IllegalArgumentException(
          "cable %s ends at %s of %s, where %s is".formatted(cable, direction, place, other));
    }
  }
}
