package dev.tilecast.engine.core;

import dev.tilecast.engine.message.ManifestHead;

/**
 * The bounds of a tile. Those that an operator may change are components; the others are constants,
 * each with its reason. Every one that a neighbor can make us reach has a counter (ARCHITECTURE.md,
 * Bounds).
 *
 * @param fileBytesMax the largest file that is pulled or published
 * @param transfersMax versions pulled at once: more would only slow each other on one slow link
 * @param catalogNamesMax names that may be live
 */
public record Limits(long fileBytesMax, int transfersMax, int catalogNamesMax) {
  /** What a tile has unless its settings say otherwise. */
  public static final Limits DEFAULT = new Limits(ManifestHead.FILE_BYTES_MAX, 4, 4096);

  /** All of {@code live/} is read again within so long, unless the settings say otherwise. */
  public static final long SCRUB_NANOS = 7 * 86_400_000_000_000L;

  /** Bytes of live files read in one go: some milliseconds, between which others get a turn. */
  public static final int SCRUB_SLICE_BYTES = 256 * 1024;

  /** A neighbor that calls our bytes wrong makes us read a file no more often than this. */
  public static final long BLAME_GAP_NANOS = 3_600_000_000_000L;

  /** Rotten files that are remembered at once; more is no rot but a dying disk. */
  public static final int ROTTEN_MAX = 64;

  /** Packets asked for at once where a rotten chunk is pulled again: rare, and in no hurry. */
  public static final int MEND_PACKETS_MAX = 32;

  /** After so long without an answer the rest of them is asked for again: a second at 8 KiB/s. */
  public static final long MEND_ANSWER_NANOS = 2_000_000_000L;

  /** Before a rotten file is tried again that could not be made whole. */
  public static final long MEND_RETRY_NANOS = 10_000_000_000L;

  /** The same after many attempts: so rare that the link counts as quiet. */
  public static final long MEND_RETRY_MAX_NANOS = 600_000_000_000L;

  /** Half pulled versions without a source that keep their staging file until one comes back. */
  public static final int PARKED_MAX = 8;

  /** A link whose boots change faster is no tile that restarts. */
  public static final long BOOT_GAP_NANOS = 1_000_000_000L;

  /** A head that did not come whole within this time is somebody's game. */
  public static final long HEAD_NANOS_MAX = 60_000_000_000L;

  /** One neighbor has so long for one unit while others could give it, too. */
  public static final long UNIT_NANOS_MAX = 10_000_000_000L;

  /** Of the bytes of a file, one in so many may be asked of a second neighbor at its end. */
  public static final int TWICE_SHARE = 100;

  /** And so many more: a small window, or a small file would wait for its last packet. */
  public static final int TWICE_BYTES_FREE = 4096;

  /** One in so many turns of a neighbor belongs to the transfers that do not come first. */
  public static final int SHARED_TURNS = 4;

  /**
   * Packets that one neighbor is served within one turn of the loop: what its window and the same
   * once more, after a time-out, can ask for, and what the queue of a link takes.
   */
  public static final int SERVED_PACKETS_MAX = 128;

  /** Losses of one chunk from one neighbor before another one is to deliver it. */
  public static final int CHUNK_LOSSES_MAX = 8;

  /** Events that one neighbor can cause at once, and after which time one more. */
  public static final int EVENTS_BURST_MAX = 20;

  public static final long EVENT_GAP_NANOS = 10_000_000_000L;

  /** Slowest link that is still worth waiting for, in bytes a second. */
  public static final long SLOWEST_BYTES_PER_SECOND = 8192;

  /** Claims remembered of one neighbor, with and without objection: 600 KB of heap at the worst. */
  public static final int CLAIMS_MAX = 1024;

  /** A half pulled version that nobody has offered for a day is given up, and its room back. */
  public static final long PARKED_NANOS_MAX = 86_400_000_000_000L;

  /** Failed manifests remembered, so that they are not pulled again. */
  public static final int FAILED_MANIFESTS_MAX = 256;

  /** Refusals and equivocations that the report shows. */
  public static final int REFUSALS_SHOWN_MAX = 64;

  /** Finished transfers in the report: enough to see which link is slow, with nothing on disk. */
  public static final int FINISHED_SHOWN_MAX = 16;

  /** How often it is looked who could deliver: no bound of a transfer needs to be finer. */
  public static final long PACE_LOOK_NANOS = 100_000_000L;

  /**
   * Packets in flight from one neighbor: 64 fill any link that we know, and the far end's queue.
   */
  public static final int WINDOW_PACKETS_MAX = 64;

  /** Packets in flight before anything was measured. */
  public static final int WINDOW_PACKETS_START = 8;

  /** Pages that are saved together: a row costs little, the statement around it much. */
  public static final int PAGES_SAVED_MAX = 16;

  /** Pages asked for at once: they are 1 % of the bytes, and come before their chunks. */
  public static final int PAGES_IN_FLIGHT_MAX = 4;

  /** Kept chunks whose digests are checked at once after a restart, so that packets get a turn. */
  public static final int CHECKS_IN_FLIGHT_MAX = 4;

  /** Live files whose chunks are looked through for one transfer: a manifest of each is read. */
  public static final int REUSE_FILES_MAX = 8;

  /** For less than this only the older version is looked through: a second at 64 KB/s. */
  public static final long REUSE_BYTES_MIN = 64 * 1024;

  /** Bytes of held files that are cut again for one transfer, in lengths of its file. */
  public static final long CUT_AGAIN_LENGTHS_MAX = 4;

  /** The same in all: some seconds of a slow processor, while other slow work waits. */
  public static final long CUT_AGAIN_BYTES_MAX = 128L << 20;

  /** Places of one file to which one held chunk is copied: writing costs flash, listing nothing. */
  public static final int COPIES_MAX = 4;

  /** So long, and at this speed, copying is waited for; a slow tile takes a tenth of it. */
  public static final long COPY_NANOS = 60_000_000_000L;

  public static final long COPY_BYTES_PER_SECOND_MIN = 4 << 20;

  /** Requests of one unit without any answer before a neighbor's claim is dropped. */
  public static final int UNANSWERED_MAX = 6;

  /** Later answers that overtake a request before it counts as lost: links keep their order. */
  public static final int OVERTAKEN_MIN = 3;

  /** The same where answers were seen to come after they had counted as lost. */
  public static final int OVERTAKEN_MAX = 24;

  /** HELLO while nobody is heard: quick enough to be noticed, rare enough for a dead cable. */
  public static final long HELLO_FIRST_NANOS = 1_000_000_000L;

  /** HELLO to a living neighbor after a change. */
  public static final long HELLO_MIN_NANOS = 10_000_000_000L;

  /** From a change of the catalog to the HELLO with its new root: changes come in groups. */
  public static final long HELLO_NEWS_NANOS = 1_000_000_000L;

  /** HELLO on a quiet link. */
  public static final long HELLO_MAX_NANOS = 60_000_000_000L;

  /** A neighbor is dead after this many of its announced intervals in silence. */
  public static final int HELLOS_MISSED_MAX = 3;

  /** After {@link #ROTTEN_MAX} claims that a neighbor takes back, one in so long a time. */
  static final long TAKE_BACK_GAP_NANOS = 1_000_000_000L;

  /** Times that a neighbor is gone, or goes on to a newer version, before it is slowed down. */
  static final int GIVES_UP_MAX = 20;

  /** After these, one in so long a time. */
  static final long GIVES_UP_GAP_NANOS = 10_000_000_000L;

  /** Claims of a neighbor that find no room before the next one has to wait. */
  static final int NO_ROOM_MAX = 20;

  /** After these, one in so long a time. */
  static final long NO_ROOM_GAP_NANOS = 1_000_000_000L;

  /** Unsealed versions that a neighbor gives up for newer ones before it is slowed down. */
  static final int MOVES_ON_MAX = 2;

  /** After these, one in so long a time. */
  static final long MOVES_ON_GAP_NANOS = 60_000_000_000L;

  /**
   * Events about one neighbor's coming and going that are kept at once: a cable pulled and back.
   */
  static final int LINK_EVENTS_BURST = 4;

  /** And then no more often than this. */
  public static final long LINK_EVENT_GAP_NANOS = 60_000_000_000L;

  /** Advertisements of one batch while telling a neighbor the catalog. */
  public static final int TELL_BATCH = 8;

  /** Between two such batches: half of a 64 KB/s link at the most. */
  public static final long TELL_BATCH_NANOS = 50_000_000L;

  /** First repetition of what a neighbor has not acknowledged. */
  public static final long TELL_MIN_NANOS = 2_000_000_000L;

  /** Last repetition: so rare that a link which will always differ is quiet. */
  public static final long TELL_MAX_NANOS = 600_000_000_000L;

  /**
   * Untold names up to which they are simply told: 700 bytes in one batch. Finding one of 1000 was
   * measured at 400 bytes and two round trips, and an old neighbor lets us wait for three seconds.
   */
  public static final int TELL_DIRECTLY_MAX = 8;

  /** Turns of comparing digests before all is told: links lose packets, old tiles never answer. */
  public static final int WALKS_MAX = 3;

  /** From such a turn to the next, and from its last packet to telling what is left. */
  public static final long WALK_NANOS = 1_000_000_000L;

  /** The tile with the greater boot id leaves the other so much time to begin. */
  public static final long WALK_TURN_NANOS = 500_000_000L;

  /** Between the first turns of two comparisons with one neighbor, however often it changes. */
  public static final long WALK_GAP_NANOS = 30_000_000_000L;

  /**
   * DIGESTs of one neighbor that are looked at and packets sent in answer, at once: more than all
   * that two catalogs of 1000 names with some differences need.
   */
  public static final int DIGESTS_BURST_MAX = 128;

  /** After which time one more: 2 KB a second at the most, 3 % of a 64 KB/s link. */
  public static final long DIGEST_GAP_NANOS = 125_000_000L;

  /** Times that a neighbor may make us tell it all that it has not shown to have, in a row. */
  public static final int FRESH_STARTS_MAX = 20;

  /** After which time once more: 1000 names are then 3 KB a second, 4 % of a 64 KB/s link. */
  public static final long FRESH_START_GAP_NANOS = 60_000_000_000L;

  /** The same advertisement is not given twice to one neighbor in answer within this time. */
  public static final long ANSWER_GAP_NANOS = 1_000_000_000L;

  /** The same advertisement is repeated to one who repeats his only after this time. */
  public static final long REPEAT_GAP_NANOS = 10_000_000_000L;

  /** A transfer without a new byte for so long gives its slot to one that waits. */
  public static final long STALL_NANOS = 30_000_000_000L;

  /**
   * After how long without a good page or chunk nobody waits any longer: the longest chunk of a
   * file of that length needs its time on the slowest link.
   */
  static long stallNanos(long fileLength) {
    long longestChunk = 4L * ManifestHead.averageChunkBytes(fileLength);
    return STALL_NANOS + longestChunk * 1_000_000_000L / SLOWEST_BYTES_PER_SECOND;
  }

  /** Between two askings which chunks a neighbor holds, as long as it comes to hold more. */
  public static final long HELD_ASK_MIN_NANOS = 1_000_000_000L;

  /** The same where it does not. */
  public static final long HELD_ASK_MAX_NANOS = 16_000_000_000L;

  /** The same where it spoke of more than we have heard of. */
  public static final long HELD_LOST_NANOS = 300_000_000L;

  /** Answers with all that is held, of which each may be 35 packets, at once to one neighbor. */
  public static final int HELD_BURST_MAX = 8;

  /** After which time one more. */
  public static final long HELD_GAP_NANOS = 250_000_000L;

  /** Times that a neighbor is told of what comes in here, until it answers. */
  public static final int STREAM_TOLD_MAX = 5;

  /** Between the first two of them; then twice as long each time. */
  public static final long STREAM_TELL_NANOS = 500_000_000L;

  /** Askings for a seal, before the file is pulled like one without. */
  public static final int SEAL_ASKED_MAX = 4;

  /** A wait that doubles after each failure of a neighbor's manifests, from a second on. */
  public static final long SLOWED_MIN_NANOS = 1_000_000_000L;

  /** Nobody is banned for ever: noise looks the same. */
  public static final long SLOWED_MAX_NANOS = 600_000_000_000L;

  /** Before a refusal for lack of room, or after a failing disk, is put to the test again. */
  public static final long ROOM_RETRY_NANOS = 60_000_000_000L;

  /** The same after it was refused again and again: so rare that the link counts as quiet. */
  public static final long ROOM_RETRY_MAX_NANOS = 600_000_000_000L;

  /** Shortest time-out of a request: below the jitter of a busy tile it would only repeat. */
  public static final long TIMEOUT_MIN_NANOS = 200_000_000L;

  /** Longest time-out of a request. */
  public static final long TIMEOUT_MAX_NANOS = 10_000_000_000L;

  /** Time-out before a round trip was measured. */
  public static final long TIMEOUT_START_NANOS = 1_000_000_000L;

  public Limits {
    if (fileBytesMax < 1 || fileBytesMax > ManifestHead.FILE_BYTES_MAX) {
      throw new IllegalArgumentException("files of " + fileBytesMax + " bytes");
    }
    if (transfersMax < 1 || transfersMax > 64 || catalogNamesMax < 1) {
      throw new IllegalArgumentException(transfersMax + " transfers, " + catalogNamesMax);
    }
  }
}
