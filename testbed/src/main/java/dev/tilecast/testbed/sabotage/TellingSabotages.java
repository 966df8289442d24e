package dev.tilecast.testbed.sabotage;

import java.util.List;

/** Bugs in what is read, told and served. */
final class TellingSabotages {
  static final List<Sabotage> ALL =
      List.of(
          Sabotages.in(
              "message/Codec",
              "checksum-unread",
              "A packet is taken whatever its checksum says.",
              "getInt(bodyEnd) != checksum(packet, bodyEnd)",
              "getInt(bodyEnd) == bodyEnd - checksum(packet, bodyEnd)",
              Check.run("corrupting-link")),
          Sabotages.in(
              "message/Codec",
              "bounds-unread",
              "The end of a part of a manifest is not compared with the length of the whole.",
              "require(bytes.length() >= 1 && offset + bytes.length() <= total);",
              "require(bytes.length() >= 1);",
              Check.fuzz()),
          Sabotages.in(
              "core/Gossip",
              "hello-once",
              "HELLO is said when a link comes up, and never again.",
              "to.helloAt = tile.now + interval;",
              "to.helloAt = Long.MAX_VALUE;",
              Check.run("never-agree")),
          Sabotages.in(
              "core/Gossip",
              "any-group",
              "Tiles of another group are talked to as if they were of ours.",
              "!hello.groupId().equals(tile.settings.groupId())",
              "hello.groupId().equals(hello.catalogRoot())",
              Check.run("other-group")),
          Sabotages.in(
              "core/Gossip",
              "same-boot-for-ever",
              "A neighbor that has started again is taken for the one that it was before.",
              "boolean otherBoot = from.hello.map(known -> known.bootId() != hello.bootId())",
              "boolean otherBoot = from.hello.map(known -> false)",
              Check.fuzz()),
          Sabotages.in(
              "core/Gossip",
              "silence-unnoticed",
              "A neighbor of which nothing is heard any more counts as alive.",
              "return neighbor.heardAt + Limits.HELLOS_MISSED_MAX * interval;",
              "return Long.MAX_VALUE - interval;",
              Check.run("one-way-link")),
          Sabotages.in(
              "core/Gossip",
              "link-down-unnoticed",
              "When a link falls, its neighbor counts as alive until it has been silent for long.",
              "neighbor.fallSilent(Presence.LINK_DOWN, ",
              "neighbor.become(neighbor.presence(), ",
              Check.run("stale-packets")),
          Sabotages.in(
              "core/Gossip",
              "old-news-unanswered",
              "Who advertises an older version is not told of the newer one.",
              "if (!justTold && !refused(from, entry)) {",
              "if (!justTold && refused(from, entry)) {",
              Check.run("old-news-answered")),
          Sabotages.in(
              "core/Gossip",
              "told-once",
              "A neighbor that has not acknowledged a version is never told of it again.",
              "    to.tellAt = tile.now + jitter(to.tellInterval);",
              "    to.tellAt = Long.MAX_VALUE;",
              Check.fuzz()),
          Sabotages.in(
              "core/Promotions",
              "told-before-live",
              "A version is announced when its promotion begins.",
              "running.put(manifest.head().version().name(), source);",
              "running.put(manifest.head().version().name(), source);\n"
                  + "    gossip.announce(LiveEntry.of(manifest.head()));",
              Check.fuzz()),
          Sabotages.in(
              "core/CatalogTree",
              "root-of-names",
              "The catalog root covers names alone, so that unlike versions look alike.",
              "out.put((byte) name.length).put(name).putLong(version.stamp());\n"
                  + "    version.innerDigest().putInto(out);",
              "out.put((byte) name.length).put(name);",
              Check.fuzz()),
          Sabotages.in(
              "core/CatalogTree",
              "root-not-renewed",
              "The catalog root stays what it was when something went live.",
              "kept.remove(KeyPrefix.of(key, depth));",
              "kept.remove(KeyPrefix.of(key, depth + 1));",
              Check.fuzz()),
          Sabotages.in(
              "core/Walk",
              "nothing-is-alike",
              "That digests are equal is not noted: all names are told again.",
              "if (tree().digest(child).equals(digest)) {",
              "if (tree().digest(child).length() < digest.length()) {",
              Check.run("differing-names")),
          Sabotages.in(
              "core/Walk",
              "answers-without-end",
              "Every DIGEST is answered, however many there are.",
              "boolean may = from.walkBudget.spend(tile.now);",
              "boolean may = from.walkBudget != null;",
              Check.run("hostile-digests")),
          Sabotages.in(
              "core/Puller",
              "refusals-forgotten",
              "That a neighbor has refused a version is not remembered.",
              "if (meant.size() == 1) {",
              "if (meant.size() == 1 && from.refuses.containsKey(meant.get(0).version().name())) {",
              Check.run("never-agree")),
          Sabotages.in(
              "core/Serving",
              "serves-beyond-the-end",
              "A request for bytes beyond the end of the file is answered.",
              "boolean within = range.end() <= fileLength;",
              "boolean within = range.end() > 0;",
              Check.fuzz()),
          Sabotages.in(
              "core/Serving",
              "serves-any-window",
              "One request may make us send as much as it likes.",
              "Math.min(window, Limits.WINDOW_PACKETS_MAX)",
              "window",
              Check.run("what-a-neighbor-can-cost")));

  private TellingSabotages() {}
}
