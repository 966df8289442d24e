package dev.tilecast.testbed.storm;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What must not have happened and has. Each is told when it is found, and only once, since a broken
 * file is seen again at each look. May be used from any thread.
 */
final class Violations {
  private static final int TOLD_MAX = 50;

  private final Consumer<String> teller;
  private final Set<String> texts = new HashSet<>();

  Violations(Consumer<String> teller) {
    this.teller = requireNonNull(teller);
  }

  synchronized void add(String text) {
    if (texts.add(text) && texts.size() <= TOLD_MAX) {
      teller.accept(text);
    }
  }

  synchronized int count() {
    return texts.size();
  }
}
