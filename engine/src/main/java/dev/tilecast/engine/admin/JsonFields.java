package dev.tilecast.engine.admin;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.transport.Direction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * How single values look in our JSON, both ways. Works on gson's tree alone: its reflection costs
 * more start-up time than a question may take. Whatever is missing or of another type gives a
 * {@link JsonParseException}.
 */
final class JsonFields {
  private static final int NANOS_DIGITS = 9;

  private JsonFields() {}

  /** Nanoseconds as seconds with their fraction, exact, without trailing zeros. */
  static BigDecimal seconds(long nanos) {
    BigDecimal seconds = BigDecimal.valueOf(nanos, NANOS_DIGITS).stripTrailingZeros();
    return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
  }

  /** The other way round; what is below a nanosecond is cut off. */
  static long nanos(JsonObject json, String field) {
    BigDecimal seconds = primitive(json, field).getAsBigDecimal();
    try {
      return seconds.movePointRight(NANOS_DIGITS).setScale(0, RoundingMode.DOWN).longValueExact();
    } catch (ArithmeticException e) {
      throw new JsonParseException(field + ": " + seconds + " seconds are too many", e);
    }
  }

  static Duration duration(JsonObject json, String field) {
    return Duration.ofNanos(nanos(json, field));
  }

  static String text(JsonObject json, String field) {
    return primitive(json, field).getAsString();
  }

  static boolean bool(JsonObject json, String field) {
    return primitive(json, field).getAsBoolean();
  }

  static long number(JsonObject json, String field) {
    try {
      return primitive(json, field).getAsBigDecimal().longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new JsonParseException(field + " is no whole number of 64 bits", e);
    }
  }

  static int smallNumber(JsonObject json, String field) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number(json, field)));
  }

  static Bytes bytes(JsonObject json, String field) {
    try {
      return Bytes.ofHex(text(json, field));
    } catch (IllegalArgumentException e) {
      throw new JsonParseException(field + " is not hexadecimal", e);
    }
  }

  /** An enum constant as a word: {@code UNKNOWN_SIGNER} is {@code unknown-signer}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static <E extends Enum<E>> E ofWord(Class<E> type, JsonObject json, String field) {
    String word = text(json, field);
    try {
      return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new JsonParseException(field + ": '" + word + "' is not known here", e);
    }
  }

  static Direction direction(JsonObject json, String field) {
    return direction(text(json, field));
  }

  static JsonArray directions(List<Direction> directions) {
    return array(directions, direction -> new JsonPrimitive(direction.name()));
  }

  static List<Direction> directions(JsonObject json, String field) {
    return list(json, field, element -> direction(element.getAsString()));
  }

  static <T> JsonArray array(List<T> values, Function<T, JsonElement> each) {
    JsonArray array = new JsonArray(values.size());
    values.forEach(value -> array.add(each.apply(value)));
    return array;
  }

  static <T> List<T> list(JsonObject json, String field, Function<JsonElement, T> each) {
    List<T> values = new ArrayList<>();
    element(json, field).getAsJsonArray().forEach(value -> values.add(each.apply(value)));
    return List.copyOf(values);
  }

  static <T> JsonObject map(Map<String, T> values, Function<T, JsonElement> each) {
    JsonObject json = new JsonObject();
    values.forEach((key, value) -> json.add(key, each.apply(value)));
    return json;
  }

  static <T> Map<String, T> map(JsonObject json, String field, Function<JsonElement, T> each) {
    Map<String, T> values = new LinkedHashMap<>();
    element(json, field)
        .getAsJsonObject()
        .entrySet()
        .forEach(entry -> values.put(entry.getKey(), each.apply(entry.getValue())));
    return values;
  }

  static boolean isNull(JsonObject json, String field) {
    return element(json, field) instanceof JsonNull;
  }

  static JsonElement element(JsonObject json, String field) {
    JsonElement element = json.get(field);
    if (element == null) {
      throw new JsonParseException("'" + field + "' is missing");
    }
    return element;
  }

  private static JsonPrimitive primitive(JsonObject json, String field) {
    if (element(json, field) instanceof JsonPrimitive primitive) {
      return primitive;
    }
    throw new JsonParseException("'" + field + "' is neither a text nor a number");
  }

  static Direction direction(String text) {
    return Direction.ofText(text)
        .orElseThrow(() -> new JsonParseException("'" + text + "' is no direction"));
  }
}
