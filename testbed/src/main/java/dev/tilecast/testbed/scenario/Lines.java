package dev.tilecast.testbed.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of one block of a transcript. What many tiles do alike, and what one tile does again
 * and again, becomes one line.
 */
final class Lines {
  private static final int LIVE_MAX = 6;
  private static final int REFUSED_MAX = 3;
  private static final int SAME_MAX = 1;

  private final List<Line> lines = new ArrayList<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private int count;

  private record Line(int number, String text) {}

  private record Said(Line line, long nanos, String tile, long received, long needed) {}

  /** Things said that are one line if they are more than {@code max}. */
  private static final class Group {
    final List<Said> said = new ArrayList<>();
    final int max;
    final Summary summary;

    Group(int max, Summary summary) {
      this.max = max;
      this.summary = summary;
    }
  }

  @FunctionalInterface
  private interface Summary {
    String of(List<Said> said);
  }

  /** A line as it is. */
  void plain(String text) {
    lines.add(new Line(count++, text));
  }

  /** {@code tile} does {@code words}; {@code group} is the same for all that is the same. */
  void add(long nanos, String group, String tile, String words) {
    add(
        group,
        SAME_MAX,
        said -> tile + " " + words + " (" + said.size() + " times)",
        said(nanos, tile, tile + " " + words, 0, 0));
  }

  /** {@code file} is live on {@code tile}. */
  void addLive(long nanos, String file, String tile, String how, long received, long needed) {
    add(
        "live " + file,
        LIVE_MAX,
        said -> live(file, said),
        said(nanos, tile, tile + " live " + file + ": " + how, received, needed));
  }

  private static String live(String file, List<Said> said) {
    long received = said.stream().mapToLong(Said::received).sum();
    long needed = said.stream().filter(s -> s.received > 0).mapToLong(Said::needed).sum();
    Said first = said.get(0);
    return "%d tiles live %s: %s first at %s, %s last; pulled %s of its bytes each"
        .formatted(
            said.size(),
            file,
            first.tile,
            Quantities.seconds(first.nanos),
            said.get(said.size() - 1).tile,
            needed == 0 ? "none" : Quantities.ratio(received, needed));
  }

  /** {@code tile} refused {@code name}. */
  void addRefused(long nanos, String tile, String name, String from, String reason) {
    add(
        "refused " + tile + " " + from + " " + reason,
        REFUSED_MAX,
        said -> "%s refused %d from %s: %s".formatted(tile, said.size(), from, reason),
        said(nanos, tile, "%s refused %s from %s: %s".formatted(tile, name, from, reason), 0, 0));
  }

  private Said said(long nanos, String tile, String words, long received, long needed) {
    return new Said(new Line(count++, timed(nanos, words)), nanos, tile, received, needed);
  }

  private void add(String group, int max, Summary summary, Said said) {
    groups.computeIfAbsent(group, any -> new Group(max, summary)).said.add(said);
  }

  static String timed(long nanos, String words) {
    return "%9s  %s".formatted(Quantities.seconds(nanos), words);
  }

  /** All lines so far, in the order of their time; there are none afterwards. */
  List<String> take() {
    for (Group group : groups.values()) {
      if (group.said.size() <= group.max) {
        group.said.forEach(said -> lines.add(said.line));
      } else {
        Said last = group.said.get(group.said.size() - 1);
        lines.add(new Line(last.line.number, timed(last.nanos, group.summary.of(group.said))));
      }
    }
    groups.clear();
    lines.sort(Comparator.comparingInt(Line::number));
    List<String> texts = lines.stream().map(Line::text).toList();
    lines.clear();
    return texts;
  }
}
