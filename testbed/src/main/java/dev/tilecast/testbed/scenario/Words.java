package dev.tilecast.testbed.scenario;

import dev.tilecast.testbed.world.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** The words of one command, taken from left to right. */
final class Words {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final int line;
  private final List<Word> words = new ArrayList<>();
  private int at;

  Words(int line, String text) {
    this.line = line;
    BLANKS.splitAsStream(text.strip()).forEach(word -> words.add(new Word(line, word)));
  }

  /** The same words, of which the same are left. */
  Words copy() {
    Words copy = new Words(line, toString());
    copy.at = at;
    return copy;
  }

  int line() {
    return line;
  }

  boolean isEmpty() {
    return at == words.size();
  }

  /** How many words have been taken. */
  int at() {
    return at;
  }

  /** The words from number {@code from} to the last one that was taken. */
  String since(int from) {
    StringJoiner since = new StringJoiner(" ");
    words.subList(from, at).forEach(word -> since.add(word.text()));
    return since.toString();
  }

  Optional<Word> peek() {
    return isEmpty() ? Optional.empty() : Optional.of(words.get(at));
  }

  /** The next word, which is to be {@code what}. */
  Word next(String what) throws ScenarioException {
    if (isEmpty()) {
      throw new ScenarioException(line, "something is missing at the end: " + what);
    }
    at++;
    return words.get(at - 1);
  }

  /** Takes the next word if it is {@code word}. */
  boolean takes(String word) {
    if (peek().map(next -> next.is(word)).orElse(false)) {
      at++;
      return true;
    }
    return false;
  }

  void require(String word) throws ScenarioException {
    Word next = next("'" + word + "'");
    if (!next.is(word)) {
      throw next.wrong("'" + next + "' stands where '" + word + "' was expected");
    }
  }

  /** Every place that comes next, none where the next word is no place. */
  List<Place> places() throws ScenarioException {
    List<Place> places = new ArrayList<>();
    while (peek().map(Word::isPlace).orElse(false)) {
      places.add(next("a place").place());
    }
    return places;
  }

  /** All words that are left. */
  List<Word> rest() {
    List<Word> rest = List.copyOf(words.subList(at, words.size()));
    at = words.size();
    return rest;
  }

  /** The settings {@code name=value} that come next, as far as there are any. */
  Map<String, Word> settings() {
    Map<String, Word> settings = new LinkedHashMap<>();
    while (peek().map(next -> next.text().contains("=")).orElse(false)) {
      String text = words.get(at).text();
      int sign = text.indexOf('=');
      settings.put(text.substring(0, sign), new Word(line, text.substring(sign + 1)));
      at++;
    }
    return settings;
  }

  void end() throws ScenarioException {
    if (!isEmpty()) {
      throw new ScenarioException(line, "not understood: '" + left() + "'");
    }
  }

  private String left() {
    StringJoiner left = new StringJoiner(" ");
    rest().forEach(word -> left.add(word.text()));
    return left.toString();
  }

  /** The whole command as it stands in the file, with single blanks. */
  @Override
  public String toString() {
    StringJoiner all = new StringJoiner(" ");
    words.forEach(word -> all.add(word.text()));
    return all.toString();
  }
}
