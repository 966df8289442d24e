package dev.tilecast.testbed.sabotage;

import java.util.List;

/** Bugs in what is pulled, believed and promoted. */
final class PullingSabotages {
  static final List<Sabotage> ALL =
      List.of(
          Sabotages.in(
              "core/Rank",
              "equal-stamps-are-equal",
              "Of two contents with one stamp neither is newer.",
              "return byStamp != 0 ? byStamp : digestPrefix.compareTo(other.digestPrefix);",
              "return byStamp;",
              Check.run("equal-stamps")),
          Sabotages.in(
              "core/Promotions",
              "equal-stamp-accepted",
              "At the inbox, other content under the stamp of the live version is taken.",
              "live.isPresent() && live.get().version().equivocatesWith(version)",
              "live.isPresent() && live.get().version().equals(version)",
              Check.run("equal-stamps")),
          Sabotages.in(
              "core/Promotions",
              "older-accepted",
              "At the inbox, an older version is taken.",
              "if (highest.isNewerThan(version)) {",
              "if (highest.isNewerThan(highest)) {",
              Check.fuzz()),
          Sabotages.in(
              "core/Promotions",
              "no-intent",
              "A promotion begins without its intent having been saved.",
              "    tile.out.add(new Save.Intent(manifest.head().version()));\n",
              "",
              Check.fuzz()),
          Sabotages.in(
              "core/Claims",
              "any-length",
              "A file longer than this tile takes is pulled.",
              "if (ad.fileLength() > tile.limits().fileBytesMax()) {",
              "if (ad.fileLength() < 0) {",
              Check.fuzz()),
          Sabotages.in(
              "core/Claims",
              "any-number-of-names",
              "A name more than the catalog may hold is pulled.",
              "live.isEmpty() && tile.catalog.size() >= tile.limits().catalogNamesMax()",
              "live.isEmpty() && tile.catalog.size() < 0",
              Check.run("catalog-limit")),
          Sabotages.in(
              "core/Claims",
              "failures-forgotten",
              "A manifest that led to no good file is pulled again at once.",
              "failed.put(id, refusal);",
              "failed.remove(id, refusal);",
              Check.run("failures-are-remembered")),
          Sabotages.in(
              "core/Replicator",
              "keys-once",
              "Claims are not judged anew when keys or rules change.",
              "      claims.trustChanged();\n",
              "",
              Check.run("unknown-key")),
          Sabotages.in(
              "core/ClaimBook",
              "any-number-of-claims",
              "Claims of a neighbor are remembered without a bound.",
              "kind.size() >= Limits.CLAIMS_MAX) {\n      if (get(name)",
              "kind.size() < 0) {\n      if (get(name)",
              Check.run("what-a-neighbor-can-cost")),
          Sabotages.in(
              "core/Streaming",
              "resting-denied",
              "Whoever rests tells NONE to the neighbor that has just offered it the same file.",
              "return transfer.parked && transfers.offers(asker, transfer);",
              "return false;",
              Check.run("streaming-two-that-rest")),
          Sabotages.in(
              "core/ClaimBook",
              "room-never-again",
              "What had no room is not tried again when there is some.",
              "retryAt = Math.min(retryAt, claim.retryAt());\n    return true;",
              "return true;",
              Check.run("disk-fills")),
          Sabotages.in(
              "core/TransferSteps",
              "head-unsigned",
              "The signature in a head is checked, and the answer is not heeded.",
              "Transfer transfer = found.get();\n    if (refusal.isPresent()) {\n"
                  + "      fail(transfer, refusal.get());",
              "Transfer transfer = found.get();\n    if (refusal.isPresent() && transfer.parked) {\n"
                  + "      fail(transfer, refusal.get());",
              Check.fuzz()),
          Sabotages.in(
              "core/TransferSteps",
              "claim-not-compared",
              "A head is taken although it is not of the version that was claimed.",
              "if (!asClaimed) {",
              "if (!asClaimed && transfer.parked) {",
              Check.fuzz()),
          Sabotages.in(
              "core/UnitPuller",
              "page-not-compared",
              "A page is taken although its digest is not the one in the head.",
              "if (!Bytes.sha256(encoded.toArray()).equals(expected)) {",
              "if (encoded.length() == 0) {",
              Check.fuzz()),
          Sabotages.in(
              "core/ChunkPuller",
              "wrong-chunk-kept",
              "A chunk counts as good although its digest is wrong.",
              "if (good) {\n      fetch.contributors",
              "if (good || fetch.isComplete()) {\n      fetch.contributors",
              Check.fuzz()),
          Sabotages.in(
              "core/ChunkPuller",
              "wrong-chunk-not-refetched",
              "A wrong chunk is not asked for again.",
              "transfer.soloNext.set(fetch.index);\n    }\n    transfer.reopen(fetch.index);",
              "transfer.soloNext.set(fetch.index);\n    }",
              Check.fuzz()),
          Sabotages.in(
              "core/TransferSteps",
              "file-not-inspected",
              "A file whose chunks are good is promoted without having been inspected as a whole.",
              "tile.out.add(new Effect.Inspect(transfer.manifest()));",
              "promote(transfer);",
              Check.fuzz()),
          Sabotages.in(
              "core/RequestWindow",
              "requests-never-expire",
              "A request without an answer is waited for until the end of days.",
              "if (request.sentAt() + timeoutNanos() > now) {",
              "if (request.sentAt() <= now) {",
              Check.run("silent-supplier")),
          Sabotages.in(
              "core/UnitPuller",
              "units-never-expire",
              "A part of a manifest that does not come is not asked for again.",
              "boolean late = dawdles || tile.now >= fetch.askedAt + asked.window.timeoutNanos();",
              "boolean late = dawdles;",
              Check.run("hostile-silent")),
          Sabotages.in(
              "core/RequestWindow",
              "any-window",
              "The number of packets in flight from a neighbor grows without a bound.",
              """
              if (window < Limits.WINDOW_PACKETS_MAX
                      && smoothed <= QUEUE_FACTOR * shortest + QUEUE_SLACK_NANOS) {
                    double growth = window < threshold ? 1 : 1 / window;
                    window = Math.min(Limits.WINDOW_PACKETS_MAX, window + growth);\
              """,
              "if (smoothed > 0) {\n      window = window + 1;",
              Check.fuzz()),
          Sabotages.in(
              "core/Puller",
              "any-number-of-transfers",
              "A neighbor's claim begins a transfer, however many there are.",
              "if (!transfers.hasSlotFor(neighbor)) {\n        return;",
              "if (transfers.runningCount() < 0) {\n        return;",
              Check.fuzz()),
          Sabotages.in(
              "core/Transfers",
              "slot-kept-while-parked",
              "A transfer that waits without a source keeps its slot.",
              "running += transfer.parked || free ? 0 : 1;",
              "running++;",
              Check.fuzz()),
          Sabotages.in(
              "core/Puller",
              "stall-unnoticed",
              "A transfer that gets nowhere keeps its slot while others wait.",
              "return transfer.phase == TileReport.Phase.CHUNKS\n        && transfer.toCheck.isEmpty()",
              "return transfer.phase == TileReport.Phase.HEAD\n        && transfer.toCheck.isEmpty()",
              Check.run("stalled-gives-way")),
          Sabotages.in(
              "core/Transfers",
              "liar-asked-again",
              "Who gave wrong bytes is asked again at once.",
              "transfer.avoidedUntil.put(author.direction, tile.now + wait);",
              "transfer.avoidedUntil.put(author.direction, tile.now + wait * 0);",
              Check.run("hostile-wrong-bytes")),
          Sabotages.in(
              "core/Neighbor",
              "no-demerits",
              "Silence and wrong bytes are not held against a neighbor.",
              "demerits = Math.min(1000, demerits + weight);",
              "demerits = Math.min(1000, demerits + weight * 0);",
              Check.run("silence-costs-time")),
          Sabotages.in(
              "core/Neighbor",
              "liar-not-slowed",
              "Whose manifests fail may offer the next ones at once.",
              "waitUntil(now + Math.min(",
              "waitUntil(now + 0 * Math.min(",
              Check.run("hostile-lies")),
          Sabotages.in(
              "core/Endgame",
              "last-bytes-awaited",
              "The last bytes of a file are asked of nobody but the slow one who owes them.",
              "if (tile.now + answer <= expected) {",
              "if (answer < 0) {",
              Check.run("last-bytes")),
          Sabotages.in(
              "core/Endgame",
              "asked-twice-for-nothing",
              "The last bytes are asked of a second one even if the first answers as soon.",
              "if (tile.now + answer <= expected) {",
              "if (answer > 0) {",
              Check.run("last-bytes")),
          Sabotages.in(
              "core/Sharing",
              "small-waits-for-large",
              "Who lacks the most comes first.",
              "return byLack != 0 ? byLack : Long",
              "return byLack != 0 ? -byLack : Long",
              Check.run("small-before-large")),
          Sabotages.in(
              "core/Sharing",
              "large-starves",
              "Every turn belongs to the transfer that lacks the least.",
              "if (neighbor.turns % Limits.SHARED_TURNS == Limits.SHARED_TURNS - 1) {",
              "if (neighbor.turns < 0) {",
              Check.run("small-before-large")),
          Sabotages.in(
              "core/Neighbor",
              "flood-served",
              "A neighbor is served all that it asks for, however much that is.",
              "int granted = Math.min(packets, Limits.SERVED_PACKETS_MAX - served);",
              "int granted = packets;",
              Check.run("flood-of-requests")),
          Sabotages.in(
              "core/Reuse",
              "copies-believed",
              "What was copied from another file of the tile counts as good, unread.",
              "        transfer.copy.copied(index);\n        transfer.toCheck.set(index);",
              "        transfer.verified(index, tile.now);",
              Check.run("next-version")),
          Sabotages.in(
              "core/Replicator",
              "copies-never-answered",
              "Nobody hears that the chunks which the tile holds were copied.",
              "      puller.heldCopied(i);\n",
              "",
              Check.run("next-version")),
          Sabotages.in(
              "core/HeldCopy",
              "copies-not-awaited",
              "Chunks are asked for while those that are here already are copied.",
              "return begun && awaited && phase",
              "return begun && !awaited && phase",
              Check.run("next-version")),
          Sabotages.in(
              "core/Transfer",
              "kept-bytes-believed",
              "After a restart, kept bytes are taken for what was asked for, unread.",
              "        if (goesOn()) {\n          toCheck.set(chunksReady);",
              "        if (goesOn()) {\n          verified.set(chunksReady);",
              Check.fuzz()));

  private PullingSabotages() {}
}
