package dev.tilecast.engine.admin;

import static dev.tilecast.engine.admin.JsonFields.array;
import static dev.tilecast.engine.admin.JsonFields.bool;
import static dev.tilecast.engine.admin.JsonFields.bytes;
import static dev.tilecast.engine.admin.JsonFields.direction;
import static dev.tilecast.engine.admin.JsonFields.directions;
import static dev.tilecast.engine.admin.JsonFields.isNull;
import static dev.tilecast.engine.admin.JsonFields.list;
import static dev.tilecast.engine.admin.JsonFields.map;
import static dev.tilecast.engine.admin.JsonFields.nanos;
import static dev.tilecast.engine.admin.JsonFields.number;
import static dev.tilecast.engine.admin.JsonFields.ofWord;
import static dev.tilecast.engine.admin.JsonFields.seconds;
import static dev.tilecast.engine.admin.JsonFields.smallNumber;
import static dev.tilecast.engine.admin.JsonFields.text;
import static dev.tilecast.engine.admin.JsonFields.word;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Presence;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A report as JSON and back, in the shape that COMMANDS.md documents: bytes in lower-case hex,
 * spans of time in seconds with their fraction, stamps as numbers with their UTC beside them.
 */
public final class ReportJson {
  /** Stands in the JSON where nobody has said who he is. */
  private static final TileReport.Introduced NOBODY = new TileReport.Introduced("", "", "", 0, 0);

  private ReportJson() {}

  /** The whole report. */
  public static JsonObject write(TileReport report) {
    JsonObject json = new JsonObject();
    json.addProperty("tileId", report.tileId());
    json.addProperty("bootId", report.bootId());
    json.addProperty("group", report.group());
    json.addProperty("upSeconds", seconds(report.upNanos()));
    json.addProperty("catalogRoot", report.catalogRoot());
    json.add("live", array(report.live(), ReportJson::live));
    json.add("neighbors", array(report.neighbors(), ReportJson::neighbor));
    json.add("transfers", array(report.transfers(), ReportJson::transfer));
    json.add("finished", array(report.finished(), PaceJson::finished));
    json.add("claims", array(report.claims(), ReportJson::claim));
    json.add("refusals", array(report.refusals(), ReportJson::refused));
    json.add("equivocations", array(report.equivocations(), ReportJson::equivocation));
    json.add("wanted", array(report.wanted(), ReportJson::wanted));
    json.add("scrub", scrub(report.scrub()));
    json.add("activations", array(report.activations(), ReportJson::activation));
    json.add("signers", map(report.signers(), patterns -> array(patterns, JsonPrimitive::new)));
    json.add("counters", map(report.counters(), JsonPrimitive::new));
    return json;
  }

  /**
   * The report that {@link #write} wrote.
   *
   * @throws JsonParseException where a field is missing or not what it should be
   */
  public static TileReport read(JsonObject json) {
    try {
      return new TileReport(
          text(json, "tileId"),
          text(json, "bootId"),
          text(json, "group"),
          nanos(json, "upSeconds"),
          text(json, "catalogRoot"),
          list(json, "live", ReportJson::readLive),
          list(json, "neighbors", ReportJson::readNeighbor),
          list(json, "transfers", ReportJson::readTransfer),
          list(json, "finished", PaceJson::readFinished),
          list(json, "claims", ReportJson::readClaim),
          list(json, "refusals", ReportJson::readRefused),
          list(json, "equivocations", ReportJson::readEquivocation),
          list(json, "wanted", each -> readWanted(each.getAsJsonObject())),
          readScrub(JsonFields.element(json, "scrub").getAsJsonObject()),
          list(json, "activations", ReportJson::readActivation),
          readSigners(json),
          counters(json));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new JsonParseException("not a report: " + e.getMessage(), e);
    }
  }

  private static JsonObject wanted(TileReport.Wanted wanted) {
    JsonObject json = version(wanted.mark());
    json.addProperty("aside", wanted.aside());
    return json;
  }

  private static TileReport.Wanted readWanted(JsonObject json) {
    return new TileReport.Wanted(readVersion(json), text(json, "aside"));
  }

  /** One live version without who else has it. */
  public static JsonObject entry(LiveEntry entry) {
    JsonObject json = version(entry.version());
    json.addProperty("manifestId", entry.manifestId().toHex());
    json.addProperty("fileLength", entry.fileLength());
    json.addProperty("handle", entry.handle());
    json.addProperty("fingerprint", entry.fingerprint().toHex());
    json.addProperty("sealed", entry.sealed());
    return json;
  }

  static LiveEntry readEntry(JsonObject json) {
    return new LiveEntry(
        readVersion(json),
        bytes(json, "manifestId"),
        number(json, "fileLength"),
        text(json, "handle"),
        bytes(json, "fingerprint"),
        bool(json, "sealed"));
  }

  /** One live version and the directions that have it, too. */
  public static JsonObject live(TileReport.Live live) {
    JsonObject json = entry(live.entry());
    json.add("holders", directions(live.holders()));
    JsonObject refusedBy = new JsonObject();
    live.refusedBy().forEach((by, reason) -> refusedBy.addProperty(by.name(), word(reason)));
    json.add("refusedBy", refusedBy);
    json.addProperty("liveSeconds", seconds(live.liveNanos()));
    return json;
  }

  /** One neighbor. */
  public static JsonObject neighbor(TileReport.Neighbor neighbor) {
    JsonObject json = new JsonObject();
    json.addProperty("direction", neighbor.direction().name());
    json.addProperty("presence", word(neighbor.presence()));
    json.addProperty("presenceSeconds", seconds(neighbor.presenceNanos()));
    json.addProperty("linkUp", neighbor.linkUp());
    json.addProperty("alive", neighbor.alive());
    json.addProperty("note", neighbor.note());
    introduced(json, neighbor.introduced().orElse(NOBODY));
    json.addProperty("mtu", neighbor.mtu());
    json.addProperty("sameCatalog", neighbor.sameCatalog());
    if (neighbor.heardNanosAgo() < 0) {
      json.add("heardSecondsAgo", JsonNull.INSTANCE);
    } else {
      json.addProperty("heardSecondsAgo", seconds(neighbor.heardNanosAgo()));
    }
    json.addProperty("roundTripSeconds", seconds(neighbor.roundTripNanos()));
    json.addProperty("window", neighbor.window());
    json.addProperty("lostPerMille", neighbor.lostPerMille());
    json.addProperty("linkBytesPerSecond", neighbor.linkBytesPerSecond());
    json.addProperty("demerits", neighbor.demerits());
    json.add("counters", map(neighbor.counters(), JsonPrimitive::new));
    return json;
  }

  private static void introduced(JsonObject json, TileReport.Introduced who) {
    json.addProperty("tileId", who.tileId());
    json.addProperty("bootId", who.bootId());
    json.addProperty("groupId", who.groupId());
    json.addProperty("protocolMin", who.protocolMin());
    json.addProperty("protocolMax", who.protocolMax());
  }

  /** One transfer. */
  public static JsonObject transfer(TileReport.Transfer transfer) {
    JsonObject json = new JsonObject();
    json.addProperty("manifestId", transfer.manifestId().toHex());
    stamped(json, transfer.name(), transfer.stamp());
    json.addProperty("digestPrefix", transfer.digestPrefix().toHex());
    json.addProperty("phase", word(transfer.phase()));
    json.addProperty("parked", transfer.parked());
    json.addProperty("fileLength", transfer.fileLength());
    json.addProperty("verifiedBytes", transfer.verifiedBytes());
    json.addProperty("keptBytes", transfer.keptBytes());
    json.addProperty("reusedBytes", transfer.reusedBytes());
    json.addProperty("chunksVerified", transfer.chunksVerified());
    json.addProperty("chunkCount", transfer.chunkCount());
    json.add("sources", directions(transfer.sources()));
    json.addProperty("openSeconds", seconds(transfer.openNanos()));
    json.addProperty("stalledSeconds", seconds(transfer.stalledNanos()));
    json.addProperty("bytesPerSecond", transfer.bytesPerSecond());
    json.add("pace", PaceJson.write(transfer.pace()));
    return json;
  }

  /** How far the activation of one name has come. */
  public static JsonObject activation(ActivationState state) {
    JsonObject json = new JsonObject();
    stamped(json, state.name(), state.stamp());
    json.addProperty("digest", state.digest());
    json.addProperty("phase", word(state.phase()));
    json.addProperty("attempts", state.attempts());
    json.addProperty("result", state.result());
    return json;
  }

  /** One claim. */
  public static JsonObject claim(TileReport.Claim claim) {
    JsonObject json = new JsonObject();
    json.addProperty("from", claim.from().name());
    stamped(json, claim.name(), claim.stamp());
    json.addProperty("digestPrefix", claim.digestPrefix().toHex());
    json.addProperty("fileLength", claim.fileLength());
    json.addProperty("state", claim.state());
    return json;
  }

  /** One refusal. */
  public static JsonObject refused(TileReport.Refused refused) {
    JsonObject json = new JsonObject();
    json.addProperty("name", refused.name());
    json.addProperty("from", refused.from());
    json.addProperty("reason", word(refused.refusal().reason()));
    json.addProperty("text", refused.refusal().text());
    json.addProperty("secondsAgo", seconds(refused.nanosAgo()));
    return json;
  }

  private static JsonObject scrub(TileReport.Scrub scrub) {
    JsonObject json = new JsonObject();
    json.add("waiting", array(scrub.waiting(), name -> new JsonPrimitive(name.text())));
    json.add("rotten", array(scrub.rotten(), ReportJson::rotten));
    return json;
  }

  /** One rotten file. */
  static JsonObject rotten(TileReport.Rotten rotten) {
    JsonObject json = version(rotten.version());
    json.addProperty("chunksWrong", rotten.chunksWrong());
    json.addProperty("chunkCount", rotten.chunkCount());
    json.addProperty("bytesWrong", rotten.bytesWrong());
    json.addProperty("sinceSeconds", seconds(rotten.sinceNanos()));
    json.addProperty("stuck", rotten.stuck());
    json.addProperty("state", rotten.state());
    json.addProperty("misplaced", rotten.misplaced());
    return json;
  }

  private static TileReport.Scrub readScrub(JsonObject json) {
    return new TileReport.Scrub(
        list(json, "waiting", each -> new Name(each.getAsString())),
        list(json, "rotten", each -> readRotten(each.getAsJsonObject())));
  }

  private static TileReport.Rotten readRotten(JsonObject json) {
    return new TileReport.Rotten(
        readVersion(json),
        smallNumber(json, "chunksWrong"),
        smallNumber(json, "chunkCount"),
        number(json, "bytesWrong"),
        nanos(json, "sinceSeconds"),
        bool(json, "stuck"),
        text(json, "state"),
        text(json, "misplaced"));
  }

  static JsonObject version(Version version) {
    JsonObject json = new JsonObject();
    stamped(json, version.name(), version.stamp());
    json.addProperty("digest", version.innerDigest().toHex());
    return json;
  }

  private static JsonObject equivocation(TileReport.Equivocation equivocation) {
    JsonObject json = version(equivocation.live());
    json.addProperty("otherDigestPrefix", equivocation.otherDigestPrefix().toHex());
    json.addProperty("from", equivocation.from());
    return json;
  }

  static void stamped(JsonObject json, Name name, long stamp) {
    json.addProperty("name", name.text());
    json.addProperty("stamp", stamp);
    json.addProperty("stampUtc", InWords.utc(stamp));
  }

  private static Version readVersion(JsonObject json) {
    return new Version(name(json), number(json, "stamp"), bytes(json, "digest"));
  }

  static Name name(JsonObject json) {
    return new Name(text(json, "name"));
  }

  private static TileReport.Live readLive(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    JsonObject refusedBy = JsonFields.element(json, "refusedBy").getAsJsonObject();
    Map<Direction, Reason> reasons = new EnumMap<>(Direction.class);
    for (String by : refusedBy.keySet()) {
      reasons.put(JsonFields.direction(by), ofWord(Reason.class, refusedBy, by));
    }
    return new TileReport.Live(
        readEntry(json), directions(json, "holders"), reasons, nanos(json, "liveSeconds"));
  }

  private static TileReport.Neighbor readNeighbor(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new TileReport.Neighbor(
        direction(json, "direction"),
        ofWord(Presence.class, json, "presence"),
        nanos(json, "presenceSeconds"),
        text(json, "note"),
        Optional.of(readIntroduced(json)).filter(who -> !who.equals(NOBODY)),
        smallNumber(json, "mtu"),
        bool(json, "sameCatalog"),
        isNull(json, "heardSecondsAgo") ? -1 : nanos(json, "heardSecondsAgo"),
        nanos(json, "roundTripSeconds"),
        smallNumber(json, "window"),
        smallNumber(json, "lostPerMille"),
        number(json, "linkBytesPerSecond"),
        smallNumber(json, "demerits"),
        counters(json));
  }

  private static TileReport.Introduced readIntroduced(JsonObject json) {
    return new TileReport.Introduced(
        text(json, "tileId"),
        text(json, "bootId"),
        text(json, "groupId"),
        smallNumber(json, "protocolMin"),
        smallNumber(json, "protocolMax"));
  }

  private static TileReport.Transfer readTransfer(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new TileReport.Transfer(
        bytes(json, "manifestId"),
        name(json),
        number(json, "stamp"),
        digestPrefix(json),
        ofWord(TileReport.Phase.class, json, "phase"),
        bool(json, "parked"),
        number(json, "fileLength"),
        number(json, "verifiedBytes"),
        number(json, "keptBytes"),
        number(json, "reusedBytes"),
        smallNumber(json, "chunksVerified"),
        smallNumber(json, "chunkCount"),
        directions(json, "sources"),
        nanos(json, "openSeconds"),
        nanos(json, "stalledSeconds"),
        number(json, "bytesPerSecond"),
        PaceJson.read(JsonFields.element(json, "pace").getAsJsonObject()));
  }

  static Bytes digestPrefix(JsonObject json) {
    return bytes(json, "digestPrefix");
  }

  private static TileReport.Claim readClaim(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new TileReport.Claim(
        direction(json, "from"),
        name(json),
        number(json, "stamp"),
        digestPrefix(json),
        number(json, "fileLength"),
        text(json, "state"));
  }

  private static TileReport.Refused readRefused(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new TileReport.Refused(
        text(json, "name"),
        text(json, "from"),
        new Refusal(ofWord(Reason.class, json, "reason"), text(json, "text")),
        nanos(json, "secondsAgo"));
  }

  private static TileReport.Equivocation readEquivocation(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new TileReport.Equivocation(
        readVersion(json), bytes(json, "otherDigestPrefix"), text(json, "from"));
  }

  private static ActivationState readActivation(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new ActivationState(
        name(json),
        number(json, "stamp"),
        text(json, "digest"),
        ofWord(ActivationState.Phase.class, json, "phase"),
        smallNumber(json, "attempts"),
        text(json, "result"));
  }

  private static Map<String, List<String>> readSigners(JsonObject json) {
    return map(
        json,
        "signers",
        patterns ->
            patterns.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList());
  }

  private static Map<String, Long> counters(JsonObject json) {
    return map(json, "counters", JsonElement::getAsLong);
  }
}
