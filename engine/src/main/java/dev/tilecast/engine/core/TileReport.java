package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a tile is and does, as of one instant. Immutable; the only thing that the command line, the
 * tests and the checks of a world ever read.
 *
 * @param tileId 32 hex digits, kept for the life of the tile's home
 * @param bootId 16 hex digits, new at each start
 * @param group the grid's name
 * @param upNanos since the daemon started
 * @param catalogRoot hex of the digest over all live versions
 * @param live every live version, by name
 * @param neighbors one for each direction that has a link, up or down
 * @param transfers versions being pulled, in the order in which they began
 * @param finished the last transfers that went live, newest first
 * @param claims newer versions that neighbors claim to have, and why each is not pulled right now
 * @param refusals the most recent ones, newest first
 * @param equivocations one stamp seen with two contents, most recent first
 * @param wanted names whose mark is above what is live
 * @param scrub what is read again, and what was found wrong
 * @param activations of live versions whose names the settings mention
 * @param signers each known handle with the patterns of names that it may publish
 * @param counters by name; what they mean is in ARCHITECTURE.md, Counters
 */
public record TileReport(
    String tileId,
    String bootId,
    String group,
    long upNanos,
    String catalogRoot,
    List<Live> live,
    List<Neighbor> neighbors,
    List<Transfer> transfers,
    List<FinishedTransfer> finished,
    List<Claim> claims,
    List<Refused> refusals,
    List<Equivocation> equivocations,
    List<Wanted> wanted,
    Scrub scrub,
    List<ActivationState> activations,
    Map<String, List<String>> signers,
    Map<String, Long> counters) {
  /** This report with other neighbors and counters: those that the shell has completed. */
  public TileReport with(List<Neighbor> otherNeighbors, Map<String, Long> otherCounters) {
    return new TileReport(
        tileId,
        bootId,
        group,
        upNanos,
        catalogRoot,
        live,
        List.copyOf(otherNeighbors),
        transfers,
        finished,
        claims,
        refusals,
        equivocations,
        wanted,
        scrub,
        activations,
        signers,
        otherCounters);
  }

  /**
   * One live version.
   *
   * @param holders the directions whose neighbors are known to have this version, too
   * @param refusedBy the directions whose neighbors have refused it, with the reasons
   * @param liveNanos how long it is live, at most since the start
   */
  public record Live(
      LiveEntry entry, List<Direction> holders, Map<Direction, Reason> refusedBy, long liveNanos) {
    public Live {
      holders = List.copyOf(holders);
      refusedBy = Collections.unmodifiableMap(new TreeMap<>(refusedBy));
    }
  }

  /**
   * One direction that has a link.
   *
   * @param presence who is there, if anybody
   * @param presenceNanos how long that is so, or how long this boot of it is there
   * @param note why it is not alive, or an empty text
   * @param introduced what its last HELLO said, where one was heard; while it is not alive, that of
   *     whoever was there last
   * @param mtu the packet size agreed, in bytes
   * @param sameCatalog whether its catalog root equals ours
   * @param heardNanosAgo since its last packet; negative if none was heard
   * @param roundTripNanos smoothed; 0 when not measured yet
   * @param window packets that we allow in flight from it
   * @param lostPerMille of a thousand packets that it was asked for of late, how many did not come
   * @param linkBytesPerSecond bytes of files that it has kept up (ARCHITECTURE.md, Rates and
   *     scores); 0 while it is not measured
   * @param demerits grows with silence and wrong bytes, falls with good ones
   * @param counters packets and faults by kind
   */
  public record Neighbor(
      Direction direction,
      Presence presence,
      long presenceNanos,
      String note,
      Optional<Introduced> introduced,
      int mtu,
      boolean sameCatalog,
      long heardNanosAgo,
      long roundTripNanos,
      int window,
      int lostPerMille,
      long linkBytesPerSecond,
      int demerits,
      Map<String, Long> counters) {
    /** Whether the link carries packets. */
    public boolean linkUp() {
      return presence.isLinkUp();
    }

    /** Whether a HELLO of our group was heard and nothing is overdue. */
    public boolean alive() {
      return presence == Presence.ALIVE;
    }

    /** This neighbor with other counters. */
    public Neighbor with(Map<String, Long> otherCounters) {
      return new Neighbor(
          direction,
          presence,
          presenceNanos,
          note,
          introduced,
          mtu,
          sameCatalog,
          heardNanosAgo,
          roundTripNanos,
          window,
          lostPerMille,
          linkBytesPerSecond,
          demerits,
          otherCounters);
    }
  }

  /**
   * Who a neighbor says that it is.
   *
   * @param tileId its tile id in hex: it may be a copy, so the direction tells neighbors apart
   * @param bootId drawn at its start, in hex
   * @param groupId of the name of its group, in hex
   * @param protocolMin the lowest version of the protocol that it speaks
   * @param protocolMax the highest one
   */
  public record Introduced(
      String tileId, String bootId, String groupId, int protocolMin, int protocolMax) {}

  /**
   * One version being pulled.
   *
   * @param phase what it waits for
   * @param parked whether it waits without a slot, since nobody offers it or it stalled
   * @param verifiedBytes in chunks that were checked
   * @param keptBytes of those, found in staging when the tile started
   * @param reusedBytes of those, copied from other files of this tile
   * @param sources the directions that offer it
   * @param openNanos since it began, or since the tile started
   * @param stalledNanos since the last good chunk
   * @param bytesPerSecond of chunks that were checked, over the last seconds
   * @param pace how fast it is, how fast it could be, and what keeps it
   */
  public record Transfer(
      Bytes manifestId,
      Name name,
      long stamp,
      Bytes digestPrefix,
      Phase phase,
      boolean parked,
      long fileLength,
      long verifiedBytes,
      long keptBytes,
      long reusedBytes,
      int chunksVerified,
      int chunkCount,
      List<Direction> sources,
      long openNanos,
      long stalledNanos,
      long bytesPerSecond,
      TransferPace pace) {}

  /** What a transfer waits for. */
  public enum Phase {
    HEAD("its manifest head"),
    SIGNATURE("the check of its signature"),
    ROOM("room in staging"),
    CHUNKS("chunks"),
    INSPECTION("the check of the whole file"),
    PROMOTION("its promotion");

    private final String waitsFor;

    Phase(String waitsFor) {
      this.waitsFor = waitsFor;
    }

    /** Words for a person. */
    public String waitsFor() {
      return waitsFor;
    }
  }

  /**
   * A version that a neighbor claims to have and that we would want.
   *
   * @param state why it is or is not being pulled, as a sentence
   */
  public record Claim(
      Direction from, Name name, long stamp, Bytes digestPrefix, long fileLength, String state) {}

  /**
   * Something that was not accepted.
   *
   * @param name as it was dropped or advertised
   * @param from {@code inbox}, or the direction that offered it
   */
  public record Refused(String name, String from, Refusal refusal, long nanosAgo) {}

  /** One stamp with two contents. */
  public record Equivocation(Version live, Bytes otherDigestPrefix, String from) {}

  /**
   * What is done to find rot, and to mend it.
   *
   * @param waiting names whose live files are read whole right now, or as soon as it is their turn
   * @param rotten live files of which the disk has changed bytes
   */
  public record Scrub(List<Name> waiting, List<Rotten> rotten) {
    /** Nothing is known to be wrong. */
    public static final Scrub CALM = new Scrub(List.of(), List.of());
  }

  /**
   * A live file of which chunks are not what its manifest says. These are not served.
   *
   * @param stuck whether nothing can be done about it right now
   * @param state what is done about it, as a sentence
   * @param misplaced what lies under its name instead of a file of its length, or an empty text
   */
  public record Rotten(
      Version version,
      int chunksWrong,
      int chunkCount,
      long bytesWrong,
      long sinceNanos,
      boolean stuck,
      String state,
      String misplaced) {}

  /**
   * A name whose mark says that a higher version was live here once.
   *
   * @param aside where what lay in its place at the start is now, and why, or an empty text
   */
  public record Wanted(Version mark, String aside) {}
}
