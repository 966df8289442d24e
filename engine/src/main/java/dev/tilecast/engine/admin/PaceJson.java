package dev.tilecast.engine.admin;

import static dev.tilecast.engine.admin.JsonFields.bool;
import static dev.tilecast.engine.admin.JsonFields.direction;
import static dev.tilecast.engine.admin.JsonFields.directions;
import static dev.tilecast.engine.admin.JsonFields.list;
import static dev.tilecast.engine.admin.JsonFields.nanos;
import static dev.tilecast.engine.admin.JsonFields.number;
import static dev.tilecast.engine.admin.JsonFields.seconds;
import static dev.tilecast.engine.admin.JsonFields.smallNumber;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.tilecast.engine.core.FinishedTransfer;
import dev.tilecast.engine.core.TransferPace;
import dev.tilecast.engine.core.TransferSource;
import dev.tilecast.engine.core.TransferWait;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** How fast transfers are and were, as JSON and back; a part of {@link ReportJson}. */
final class PaceJson {
  private PaceJson() {}

  static JsonObject write(TransferPace pace) {
    JsonObject json = new JsonObject();
    json.addProperty("waitsFor", JsonFields.word(pace.waitsFor()));
    json.addProperty("waitSeconds", seconds(pace.waitNanos()));
    json.addProperty("againSeconds", seconds(pace.againNanos()));
    json.addProperty("pulledBytes", pace.pulledBytes());
    json.addProperty("boundSeconds", seconds(pace.boundNanos()));
    json.addProperty("linkBytesPerSecond", pace.linkBytesPerSecond());
    json.add("sources", JsonFields.array(pace.sources(), PaceJson::source));
    return json;
  }

  static TransferPace read(JsonObject json) {
    return new TransferPace(
        JsonFields.ofWord(TransferWait.class, json, "waitsFor"),
        nanos(json, "waitSeconds"),
        nanos(json, "againSeconds"),
        number(json, "pulledBytes"),
        nanos(json, "boundSeconds"),
        list(json, "sources", PaceJson::readSource));
  }

  private static JsonObject source(TransferSource source) {
    JsonObject json = new JsonObject();
    json.addProperty("direction", source.direction().name());
    json.addProperty("offers", source.offers());
    json.addProperty("able", source.able());
    json.addProperty("whole", source.whole());
    json.addProperty("chunksHeld", source.chunksHeld());
    json.addProperty("chunksOfUse", source.chunksOfUse());
    json.add("gainedSecondsAgo", ago(source.gainedNanosAgo()));
    json.addProperty("pulledBytes", source.pulledBytes());
    json.add("cameSecondsAgo", ago(source.cameNanosAgo()));
    json.addProperty("bytesPerSecond", source.bytesPerSecond());
    json.addProperty("linkBytesPerSecond", source.linkBytesPerSecond());
    json.addProperty("inFlight", source.inFlight());
    json.addProperty("avoidedSeconds", seconds(source.avoidedNanos()));
    return json;
  }

  private static TransferSource readSource(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new TransferSource(
        direction(json, "direction"),
        bool(json, "offers"),
        bool(json, "able"),
        bool(json, "whole"),
        smallNumber(json, "chunksHeld"),
        smallNumber(json, "chunksOfUse"),
        readAgo(json, "gainedSecondsAgo"),
        number(json, "pulledBytes"),
        readAgo(json, "cameSecondsAgo"),
        number(json, "bytesPerSecond"),
        number(json, "linkBytesPerSecond"),
        smallNumber(json, "inFlight"),
        nanos(json, "avoidedSeconds"));
  }

  static JsonObject finished(FinishedTransfer transfer) {
    JsonObject json = new JsonObject();
    ReportJson.stamped(json, transfer.name(), transfer.stamp());
    json.addProperty("digestPrefix", transfer.digestPrefix().toHex());
    json.addProperty("fileLength", transfer.fileLength());
    json.addProperty("keptBytes", transfer.keptBytes());
    json.addProperty("reusedBytes", transfer.reusedBytes());
    json.addProperty("pulledBytes", transfer.pulledBytes());
    json.addProperty("tookSeconds", seconds(transfer.tookNanos()));
    json.addProperty("pullingSeconds", seconds(transfer.pullingNanos()));
    json.addProperty("boundSeconds", seconds(transfer.boundNanos()));
    if (transfer.score().isPresent()) {
      double score = transfer.score().getAsDouble();
      json.addProperty("score", BigDecimal.valueOf(score).setScale(3, RoundingMode.HALF_UP));
    } else {
      json.add("score", JsonNull.INSTANCE);
    }
    json.add("sources", directions(transfer.sources()));
    json.addProperty("secondsAgo", seconds(transfer.nanosAgo()));
    return json;
  }

  static FinishedTransfer readFinished(JsonElement element) {
    JsonObject json = element.getAsJsonObject();
    return new FinishedTransfer(
        ReportJson.name(json),
        number(json, "stamp"),
        ReportJson.digestPrefix(json),
        number(json, "fileLength"),
        number(json, "keptBytes"),
        number(json, "reusedBytes"),
        number(json, "pulledBytes"),
        nanos(json, "tookSeconds"),
        nanos(json, "pullingSeconds"),
        nanos(json, "boundSeconds"),
        directions(json, "sources"),
        nanos(json, "secondsAgo"));
  }

  /** A span that may not have begun, which is negative. */
  private static JsonElement ago(long nanos) {
    return nanos < 0 ? JsonNull.INSTANCE : new JsonPrimitive(seconds(nanos));
  }

  private static long readAgo(JsonObject json, String field) {
    return JsonFields.isNull(json, field) ? -1 : nanos(json, field);
  }
}
