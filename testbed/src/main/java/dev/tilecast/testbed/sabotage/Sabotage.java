package dev.tilecast.testbed.sabotage;

/**
 * One line of our own code made wrong on purpose. Something must notice.
 *
 * @param name by which it is asked for
 * @param story what is wrong, as one sentence
 * @param source the file, from the top of the source tree on
 * @param text what is replaced; occurs exactly once in that file
 * @param replacement what stands there instead; compiles
 * @param expected the check that is tried first
 */
record Sabotage(
    String name, String story, String source, String text, String replacement, Check expected) {

  /**
   * {@code original}, the content of the source file, with the bug in it.
   *
   * @throws StaleException where that is not the code that the bug was written for
   */
  String applyTo(String original) throws StaleException {
    int at = original.indexOf(text);
    if (at < 0 || original.indexOf(text, at + 1) >= 0) {
      throw new StaleException(
          (at < 0 ? "there is no" : "there is more than one")
              + " '"
              + text
              + "' in "
              + source
              + "; the code has changed: make the bug anew in testbed.sabotage");
    }
    return original.substring(0, at) + replacement + original.substring(at + text.length());
  }
}
