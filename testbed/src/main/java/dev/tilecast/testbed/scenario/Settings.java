package dev.tilecast.testbed.scenario;

import java.util.LinkedHashMap;
import java.util.Map;

/** What can be said of a T in the form {@code name=value}. */
final class Settings<T> {
  private final Map<String, Setter<T>> setters = new LinkedHashMap<>();

  /** Makes what was said of a T true of it. */
  @FunctionalInterface
  interface Setter<T> {
    T set(T before, Word value) throws ScenarioException;
  }

  Settings<T> with(String name, Setter<T> setter) {
    setters.put(name, setter);
    return this;
  }

  Iterable<String> names() {
    return setters.keySet();
  }

  /** Applies what is known of {@code given}, and takes it out of there. */
  T apply(T before, Map<String, Word> given) throws ScenarioException {
    T value = before;
    for (Map.Entry<String, Setter<T>> entry : setters.entrySet()) {
      Word said = given.remove(entry.getKey());
      if (said != null) {
        value = entry.getValue().set(value, said);
      }
    }
    return value;
  }

  /** Applies all of {@code given}; it is wrong to say anything else. */
  T applyAll(T before, Map<String, Word> given, int line) throws ScenarioException {
    T value = apply(before, given);
    requireNone(given, line, setters.keySet());
    return value;
  }

  static void requireNone(Map<String, Word> left, int line, Iterable<String> known)
      throws ScenarioException {
    if (!left.isEmpty()) {
      throw new ScenarioException(
          line,
          "there is no setting '"
              + left.keySet().iterator().next()
              + "' here; there are: "
              + String.join(", ", known));
    }
  }
}
