package dev.tilecast.engine.admin;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be asked, and its line of JSON. */
public sealed interface Question {
  /** The most bytes of a question's line. */
  int BYTES_MAX = 64 * 1024;

  /** The most events of one answer. */
  int EVENTS_MAX = 2000;

  /** The longest wait, so that no forgotten question holds a thread for ever. */
  Duration TIMEOUT_MAX = Duration.ofDays(30);

  /**
   * The current report.
   *
   * @param follow whether newer reports are to follow, at most two a second
   */
  record Report(boolean follow) implements Question {}

  /**
   * The newest events.
   *
   * @param afterId only those with a greater id
   * @param limit how many, 1 to {@link #EVENTS_MAX}
   * @param follow whether later ones are to follow
   */
  record Events(long afterId, int limit, boolean follow) implements Question {
    public Events {
      if (limit < 1 || limit > EVENTS_MAX) {
        throw new IllegalArgumentException("limit " + limit + ", expected 1 to " + EVENTS_MAX);
      }
    }
  }

  /**
   * A file was renamed into the inbox; what becomes of it?
   *
   * @param fileName its name there, without any folder
   */
  record Dropped(String fileName, Duration timeout) implements Question {
    public Dropped {
      if (fileName.isEmpty() || fileName.length() > 255 || fileName.indexOf('/') >= 0) {
        throw new IllegalArgumentException("'" + fileName + "' is no name of a file in the inbox");
      }
      requireInBounds(timeout);
    }
  }

  /**
   * When is a version of {@code name} live that is not below (stamp, digest)?
   *
   * @param stamp the least stamp
   * @param digest the least inner digest at that very stamp, 64 bytes, or empty for any
   */
  record AwaitLive(Name name, long stamp, Bytes digest, Duration timeout) implements Question {
    public AwaitLive {
      requireNonNull(name);
      if (digest.length() != 0 && digest.length() != Version.DIGEST_BYTES) {
        throw new IllegalArgumentException("digest of " + digest.length() + " bytes");
      }
      requireInBounds(timeout);
    }

    /** Whether {@code report} says yes. */
    public boolean isMetBy(TileReport report) {
      return report.live().stream()
          .map(live -> live.entry().version())
          .anyMatch(live -> live.name().equals(name) && reaches(live));
    }

    private boolean reaches(Version live) {
      return live.stamp() > stamp
          || (live.stamp() == stamp && live.innerDigest().compareTo(digest) >= 0);
    }
  }

  /** Read {@code name}, or everything that is live where it is empty, again now; what was found? */
  record Scrub(Optional<Name> name, Duration timeout) implements Question {
    public Scrub {
      requireInBounds(timeout);
    }

    /** Whether {@code report} says that all was read, and that nothing more can be done now. */
    public boolean isMetBy(TileReport report) {
      return report.scrub().waiting().stream().noneMatch(this::isMeant)
          && rotten(report).stream().allMatch(TileReport.Rotten::stuck);
    }

    /** What {@code report} knows to be rotten, of what was asked about. */
    public List<TileReport.Rotten> rotten(TileReport report) {
      return report.scrub().rotten().stream().filter(r -> isMeant(r.version().name())).toList();
    }

    private boolean isMeant(Name other) {
      return name.isEmpty() || name.get().equals(other);
    }
  }

  /** The line that asks this. */
  default String toLine() {
    JsonObject json = new JsonObject();
    if (this instanceof Report report) {
      json.addProperty("ask", "report");
      json.addProperty("follow", report.follow());
    } else if (this instanceof Events events) {
      json.addProperty("ask", "events");
      json.addProperty("afterId", events.afterId());
      json.addProperty("limit", events.limit());
      json.addProperty("follow", events.follow());
    } else if (this instanceof Dropped dropped) {
      json.addProperty("ask", "dropped");
      json.addProperty("file", dropped.fileName());
      json.addProperty("timeoutSeconds", JsonFields.seconds(dropped.timeout().toNanos()));
    } else if (this instanceof AwaitLive await) {
      json.addProperty("ask", "await");
      json.addProperty("name", await.name().text());
      json.addProperty("stamp", await.stamp());
      json.addProperty("digest", await.digest().toHex());
      json.addProperty("timeoutSeconds", JsonFields.seconds(await.timeout().toNanos()));
    } else if (this instanceof Scrub scrub) {
      json.addProperty("ask", "scrub");
      scrub.name().ifPresent(name -> json.addProperty("name", name.text()));
      json.addProperty("timeoutSeconds", JsonFields.seconds(scrub.timeout().toNanos()));
    } else {
      throw new AssertionError(this);
    }
    return json.toString();
  }

  /** The question that {@code line} asks. */
  static Question parse(String line) throws MalformedException {
    try {
      JsonElement parsed = JsonParser.parseString(line);
      if (!parsed.isJsonObject()) {
        throw new MalformedException("a question is a JSON object on one line");
      }
      return parse(parsed.getAsJsonObject());
    } catch (JsonSyntaxException e) {
      throw new MalformedException("a question is a JSON object on one line");
    } catch (JsonParseException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException e) {
      // gson tells of wrong types by the last two.
      throw new MalformedException("not a question: " + e.getMessage());
    }
  }

  private static Question parse(JsonObject json) throws MalformedException {
    String ask = JsonFields.text(json, "ask");
    return switch (ask) {
      case "report" -> new Report(json.has("follow") && JsonFields.bool(json, "follow"));
      case "events" ->
          new Events(
              JsonFields.number(json, "afterId"),
              JsonFields.smallNumber(json, "limit"),
              json.has("follow") && JsonFields.bool(json, "follow"));
      case "dropped" ->
          new Dropped(JsonFields.text(json, "file"), JsonFields.duration(json, "timeoutSeconds"));
      case "await" ->
          new AwaitLive(
              new Name(JsonFields.text(json, "name")),
              JsonFields.number(json, "stamp"),
              Bytes.ofHex(JsonFields.text(json, "digest")),
              JsonFields.duration(json, "timeoutSeconds"));
      case "scrub" ->
          new Scrub(
              json.has("name")
                  ? Optional.of(new Name(JsonFields.text(json, "name")))
                  : Optional.empty(),
              JsonFields.duration(json, "timeoutSeconds"));
      default -> throw new MalformedException("nobody here can answer '" + ask + "'");
    };
  }

  private static void requireInBounds(Duration timeout) {
    if (timeout.isNegative() || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException("time limit " + timeout + ", at most " + TIMEOUT_MAX);
    }
  }
}
