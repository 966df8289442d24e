package dev.tilecast.testbed.scenario;

import dev.tilecast.transport.PacketFault;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every counter that a condition may name: those of ARCHITECTURE.md, Counters, and of a port. One
 * that is misspelled would be 0 for ever, and an expectation of 0 always met.
 */
final class Counters {
  /** Of the tile. */
  static final Set<String> OF_TILE =
      Set.of(
          "bytes_received",
          "seals_damaged",
          "bytes_kept",
          "bytes_reused",
          "chunks_reused",
          "transfers_begun",
          "transfers_failed",
          "transfers_overtaken",
          "transfers_stalled",
          "parked_dropped",
          "promotions",
          "promotions_failed",
          "refused",
          "equivocations",
          "staging_lost",
          "chunks_wrong",
          "units_wrong",
          "seals_false",
          "streams_dry",
          "scrub_bytes",
          "scrubs_asked",
          "files_rotten",
          "chunks_rotten",
          "chunks_mended",
          "files_mended",
          "rotten_over_limit",
          "events_left_out",
          "inputs_dropped_urgent",
          "inputs_dropped_bulk",
          "wants_without_room",
          "ticks");

  /** Of a direction, as the tile counts. */
  static final Set<String> OF_DIRECTION = ofDirection();

  /** Of a direction, as its port counts. */
  static final Set<String> OF_PORT =
      Set.of(
          "sent",
          "sent-bytes",
          "lost",
          "corrupted",
          "duplicated",
          "reordered",
          "stale",
          "overrun",
          "frame-errors",
          "ups",
          "mfm-bytes");

  private Counters() {}

  private static Set<String> ofDirection() {
    Set<String> names =
        new TreeSet<>(
            Set.of(
                "hello",
                "advertisement",
                "digest",
                "manifest_want",
                "manifest_part",
                "want",
                "data",
                "have",
                "none",
                "unreadable_length",
                "unreadable_checksum",
                "unreadable_newer_version",
                "unreadable_no_version",
                "unreadable_unknown_kind",
                "unreadable_malformed",
                "before_hello",
                "while_link_down",
                "links_up",
                "boots_seen",
                "boots_too_quick",
                "silences",
                "requests_expired",
                "requests_overtaken",
                "requests_abandoned",
                "units_expired",
                "pages_awaited",
                "have_not_asked",
                "held_asked_over_budget",
                "wants_not_yet_held",
                "requests_forgotten",
                "data_cut_short",
                "data_late",
                "data_not_needed",
                "asked_twice",
                "data_not_asked",
                "parts_not_asked",
                "wrong_bytes",
                "claims_false",
                "claims_unanswered",
                "digests_over_budget",
                "fresh_starts_over_budget",
                "claims_over_limit",
                "wants_over_window",
                "wants_out_of_range",
                "wants_not_held",
                "wants_rotten",
                "blames_heard",
                "blames_too_often",
                "refuses_ours",
                "link_packets_sent",
                "link_bytes_sent",
                "link_packets_received",
                "link_bytes_received",
                "link_packets_dropped",
                "link_connects",
                "link_vanished",
                "queued_mfm_mean_us",
                "queued_mfm_longest_us",
                "queued_urgent_mean_us",
                "queued_urgent_longest_us",
                "queued_bulk_mean_us",
                "queued_bulk_longest_us",
                "itc_opens",
                "itc_status_garbage",
                "itc_from_unwired",
                "itc_drained",
                "itc_unreachable",
                "itc_later",
                "itc_stuck",
                "itc_bounces",
                "link_handshakes_failed",
                "link_foreign_keys"));
    Arrays.stream(PacketFault.values()).map(PacketFault::counter).forEach(names::add);
    return names;
  }

  /**
   * Checks that {@code word} is one of a tile, or of a direction.
   *
   * @throws ScenarioException where it is none; it names those that look alike
   */
  static String require(Word word, boolean ofDirection) throws ScenarioException {
    Set<String> known = new TreeSet<>(ofDirection ? OF_DIRECTION : OF_TILE);
    if (ofDirection) {
      known.addAll(OF_PORT);
    }
    String name = word.text();
    if (known.contains(name)) {
      return name;
    }
    Set<String> others = ofDirection ? OF_TILE : OF_DIRECTION;
    if (others.contains(name)) {
      throw word.wrong(
          "'"
              + name
              + "' is a counter of "
              + (ofDirection
                  ? "the tile; leave the direction out"
                  : "a direction; write it first"));
    }
    int most = known.stream().mapToInt(other -> partsAlike(name, other)).max().orElseThrow();
    Set<String> alike = new TreeSet<>(known);
    alike.removeIf(other -> most == 0 || partsAlike(name, other) < most);
    throw word.isNo(
        "counter"
            + (alike.isEmpty()
                ? "; they stand in engine/ARCHITECTURE.md, Counters"
                : "; there are: " + String.join(", ", alike)));
  }

  /** How many parts of {@code name} begin with four letters that {@code other} has, too. */
  private static int partsAlike(String name, String other) {
    return (int)
        Arrays.stream(name.split("[_-]", -1))
            .filter(part -> part.length() > 3 && other.contains(part.substring(0, 4)))
            .count();
  }
}
