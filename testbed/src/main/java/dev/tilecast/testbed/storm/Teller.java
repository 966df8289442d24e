package dev.tilecast.testbed.storm;

/** Where a storm says what happens: a word in front, then a sentence. */
@FunctionalInterface
interface Teller {
  void tell(String label, String text);
}
