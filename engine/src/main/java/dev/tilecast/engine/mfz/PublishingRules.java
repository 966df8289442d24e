package dev.tilecast.engine.mfz;

import dev.tilecast.engine.core.Glob;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code keys/rules} says: which signer may publish which names. One rule a line, {@code
 * HANDLE = GLOB GLOB...}; a handle that begins or ends with a space stands in double quotes; {@code
 * #} begins a comment line. Several lines for one handle add up. A line that is not understood
 * allows nothing.
 *
 * @param present whether there is a rules file; without one every signer may publish every name
 * @param globs those of every handle that is named
 * @param faults what is wrong with the file, as sentences
 */
record PublishingRules(boolean present, Map<String, Set<Glob>> globs, List<String> faults) {
  private static final Pattern LINE = Pattern.compile("\\s*(?:\"([^\"]*)\"|([^\"=]*?))\\s*=(.*)");

  static PublishingRules absent() {
    return new PublishingRules(false, Map.of(), List.of());
  }

  static PublishingRules parse(String text) {
    Map<String, Set<Glob>> globs = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        String fault = parseLine(line, globs);
        if (!fault.isEmpty()) {
          faults.add("keys/rules line " + (i + 1) + ": " + fault + "; the line allows nothing");
        }
      }
    }
    return new PublishingRules(true, globs, List.copyOf(faults));
  }

  /** Adds what {@code line} says, or returns what is wrong with it. */
  private static String parseLine(String line, Map<String, Set<Glob>> globs) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return "'" + line + "' is not of the form HANDLE = GLOB GLOB...";
    }
    String handle = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    if (!Handle.isValid(handle)) {
      return "'" + handle + "' is not a handle";
    }
    Set<Glob> ofLine = new LinkedHashSet<>();
    for (String pattern : matcher.group(3).strip().split("\\s+", -1)) {
      if (!Glob.isValid(pattern)) {
        return "'" + pattern + "' is not a pattern of names (letters, digits, . _ - and * ?)";
      }
      ofLine.add(new Glob(pattern));
    }
    globs.computeIfAbsent(handle, unused -> new LinkedHashSet<>()).addAll(ofLine);
    return "";
  }

  /** The line of the file that lets {@code handle} publish {@code glob}. */
  static String line(Handle handle, Glob glob) {
    String text = handle.text();
    String name = text.equals(text.strip()) ? text : "\"" + text + "\"";
    return name + " = " + glob + "\n";
  }

  /** The globs of {@code handle}. */
  List<Glob> of(Handle handle) {
    return present ? List.copyOf(globs.getOrDefault(handle.text(), Set.of())) : List.of(Glob.ALL);
  }
}
