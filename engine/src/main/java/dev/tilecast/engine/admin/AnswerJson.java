package dev.tilecast.engine.admin;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.tilecast.engine.core.LoggedEvent;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileEvent;
import dev.tilecast.engine.core.Verdict;
import dev.tilecast.engine.message.Reason;
import java.util.Optional;

/** Events and verdicts as JSON and back, in the shape that COMMANDS.md documents. */
public final class AnswerJson {
  private AnswerJson() {}

  /** One event. */
  public static JsonObject event(LoggedEvent event) {
    JsonObject json = new JsonObject();
    json.addProperty("id", event.id());
    json.addProperty("at", event.at());
    json.addProperty("kind", JsonFields.word(event.event().kind()));
    json.addProperty("name", event.event().name());
    json.addProperty("text", event.event().text());
    return json;
  }

  /** The event that {@link #event} wrote. */
  static LoggedEvent readEvent(JsonObject json) {
    return new LoggedEvent(
        JsonFields.number(json, "id"),
        JsonFields.text(json, "at"),
        new TileEvent(
            JsonFields.ofWord(TileEvent.Kind.class, json, "kind"),
            JsonFields.text(json, "name"),
            JsonFields.text(json, "text")));
  }

  /** What became of a dropped file. */
  public static JsonObject verdict(Verdict verdict) {
    JsonObject json = new JsonObject();
    if (verdict instanceof Verdict.Live live) {
      json.addProperty("verdict", "live");
      json.add("version", ReportJson.entry(live.entry()));
      live.sealUnused().ifPresent(why -> json.addProperty("sealUnused", why));
    } else if (verdict instanceof Verdict.AlreadyLive live) {
      json.addProperty("verdict", "already-live");
      json.add("version", ReportJson.entry(live.entry()));
      json.addProperty("sealAdded", live.sealAdded());
      live.sealUnused().ifPresent(why -> json.addProperty("sealUnused", why));
    } else if (verdict instanceof Verdict.Mended live) {
      json.addProperty("verdict", "mended");
      json.add("version", ReportJson.entry(live.entry()));
      live.sealUnused().ifPresent(why -> json.addProperty("sealUnused", why));
    } else if (verdict instanceof Verdict.Refused refused) {
      json.addProperty("verdict", "refused");
      json.addProperty("reason", JsonFields.word(refused.refusal().reason()));
      json.addProperty("text", refused.refusal().text());
    } else {
      throw new AssertionError(verdict);
    }
    return json;
  }

  /** The verdict that {@link #verdict} wrote. */
  static Verdict readVerdict(JsonObject json) {
    String kind = JsonFields.text(json, "verdict");
    return switch (kind) {
      case "live" -> new Verdict.Live(ReportJson.readEntry(version(json)), sealUnused(json));
      case "already-live" ->
          new Verdict.AlreadyLive(
              ReportJson.readEntry(version(json)),
              JsonFields.bool(json, "sealAdded"),
              sealUnused(json));
      case "mended" -> new Verdict.Mended(ReportJson.readEntry(version(json)), sealUnused(json));
      case "refused" ->
          new Verdict.Refused(
              new Refusal(
                  JsonFields.ofWord(Reason.class, json, "reason"), JsonFields.text(json, "text")));
      default -> throw new JsonParseException("'" + kind + "' is no verdict");
    };
  }

  private static Optional<String> sealUnused(JsonObject json) {
    return json.has("sealUnused")
        ? Optional.of(JsonFields.text(json, "sealUnused"))
        : Optional.empty();
  }

  private static JsonObject version(JsonObject json) {
    return JsonFields.element(json, "version").getAsJsonObject();
  }
}
