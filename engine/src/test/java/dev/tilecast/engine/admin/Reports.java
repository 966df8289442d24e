package dev.tilecast.engine.admin;

import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.FinishedTransfer;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Presence;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TransferPace;
import dev.tilecast.engine.core.TransferSource;
import dev.tilecast.engine.core.TransferWait;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reports put together piece by piece. */
final class Reports {
  static final Name DEMO = new Name("demo.mfz");
  static final long STAMP = 1548929846L;

  private final List<TileReport.Live> live = new ArrayList<>();
  private final List<TileReport.Neighbor> neighbors = new ArrayList<>();
  private final List<TileReport.Transfer> transfers = new ArrayList<>();
  private final List<FinishedTransfer> finished = new ArrayList<>();
  private final List<TileReport.Claim> claims = new ArrayList<>();
  private final List<TileReport.Refused> refusals = new ArrayList<>();
  private final List<TileReport.Equivocation> equivocations = new ArrayList<>();
  private final List<TileReport.Wanted> wanted = new ArrayList<>();
  private final List<TileReport.Rotten> rotten = new ArrayList<>();
  private final List<ActivationState> activations = new ArrayList<>();

  static Version version(Name name, long stamp, int digest) {
    byte[] bytes = new byte[Version.DIGEST_BYTES];
    bytes[0] = (byte) digest;
    return new Version(name, stamp, Bytes.copyOf(bytes));
  }

  static LiveEntry entry(Version version) {
    return new LiveEntry(
        version, Bytes.copyOf(new byte[32]), 2L << 20, "alpha", Bytes.copyOf(new byte[64]), false);
  }

  Reports live(Version version, Direction... holders) {
    return live(version, Map.of(), 60_000_000_000L, holders);
  }

  Reports live(
      Version version, Map<Direction, Reason> refusedBy, long liveNanos, Direction... holders) {
    live.add(new TileReport.Live(entry(version), List.of(holders), refusedBy, liveNanos));
    return this;
  }

  Reports neighbor(Direction direction, boolean linkUp, boolean alive, boolean same, String note) {
    neighbors.add(
        new TileReport.Neighbor(
            direction,
            !linkUp ? Presence.LINK_DOWN : alive ? Presence.ALIVE : Presence.SILENT,
            2_000_000_000L,
            note,
            alive
                ? Optional.of(
                    new TileReport.Introduced(
                        "00112233445566778899aabbccddeeff",
                        "0011223344556677",
                        "ffeeddccbbaa99887766554433221100",
                        1,
                        1))
                : Optional.empty(),
            255,
            same,
            alive ? 1_500_000_000L : -1,
            alive ? 52_001 : 0,
            8,
            3,
            alive ? 64_000 : 0,
            0,
            Map.of("packets-in", 5L)));
    return this;
  }

  /** A transfer that waits for what its phase says, and for bytes while chunks are lacking. */
  Reports transfer(TileReport.Phase phase, long stalledNanos, Direction... sources) {
    TransferWait wait =
        sources.length == 0
            ? TransferWait.NOBODY
            : phase == TileReport.Phase.CHUNKS
                ? TransferWait.BYTES
                : TransferWait.valueOf(phase.name());
    List<TransferSource> from =
        Stream.of(sources).map(direction -> whole(direction, 200, 40_000)).toList();
    TransferPace pace = new TransferPace(wait, stalledNanos, 0, 200, 16_000_000, from);
    return transfer(DEMO, phase, stalledNanos, pace, sources);
  }

  static TransferSource whole(Direction direction, long pulledBytes, long bytesPerSecond) {
    return new TransferSource(
        direction,
        true,
        true,
        true,
        0,
        0,
        -1,
        pulledBytes,
        pulledBytes == 0 ? -1 : 100_000_000,
        bytesPerSecond,
        64_000,
        12,
        0);
  }

  /** One that streams and holds {@code held} chunks, {@code ofUse} of them lacking here. */
  static TransferSource part(Direction direction, int held, int ofUse, long gainedNanosAgo) {
    return new TransferSource(
        direction, true, ofUse > 0, false, held, ofUse, gainedNanosAgo, 0, -1, 0, 64_000, 0, 0);
  }

  Reports transfer(
      Name name,
      TileReport.Phase phase,
      long stalledNanos,
      TransferPace pace,
      Direction... sources) {
    transfers.add(
        new TileReport.Transfer(
            Bytes.copyOf(Arrays.copyOf(name.text().getBytes(StandardCharsets.US_ASCII), 32)),
            name,
            STAMP,
            Bytes.ofHex("0102030405060708090a0b0c0d0e0f10"),
            phase,
            pace.waitsFor().ordinal() <= TransferWait.KEY.ordinal(),
            1000,
            360,
            120,
            40,
            3,
            8,
            List.of(sources),
            12_000_000_000L,
            stalledNanos,
            61_000,
            pace));
    return this;
  }

  Reports finished(long boundNanos, Direction... sources) {
    finished.add(
        new FinishedTransfer(
            DEMO,
            STAMP,
            Bytes.ofHex("0102030405060708090a0b0c0d0e0f10"),
            2L << 20,
            4096,
            8192,
            2L << 20,
            36_000_000_000L,
            35_000_000_000L,
            boundNanos,
            List.of(sources),
            4_000_000_000L));
    return this;
  }

  Reports claim(Direction from, String state) {
    claims.add(
        new TileReport.Claim(from, DEMO, STAMP, Bytes.ofHex("0102030405060708"), 4096, state));
    return this;
  }

  Reports refused(String from, Reason reason, String text) {
    return refused(DEMO.text(), from, reason, text);
  }

  Reports refused(String fileName, String from, Reason reason, String text) {
    refusals.add(new TileReport.Refused(fileName, from, new Refusal(reason, text), 3_000_000_000L));
    return this;
  }

  Reports equivocation(Version seen, String from) {
    equivocations.add(new TileReport.Equivocation(seen, Bytes.ofHex("ff00"), from));
    return this;
  }

  Reports rotten(TileReport.Rotten file) {
    rotten.add(file);
    return this;
  }

  Reports wanted(Version mark, String aside) {
    wanted.add(new TileReport.Wanted(mark, aside));
    return this;
  }

  Reports activation(ActivationState.Phase phase, int attempts, String result) {
    activations.add(new ActivationState(DEMO, STAMP, "00", phase, attempts, result));
    return this;
  }

  TileReport report() {
    return new TileReport(
        "000102030405060708090a0b0c0d0e0f",
        "0011223344556677",
        "desk",
        5_000_000_001L,
        "1a2b3c4d5e6f",
        List.copyOf(live),
        List.copyOf(neighbors),
        List.copyOf(transfers),
        List.copyOf(finished),
        List.copyOf(claims),
        List.copyOf(refusals),
        List.copyOf(equivocations),
        List.copyOf(wanted),
        new TileReport.Scrub(List.of(DEMO), List.copyOf(rotten)),
        List.copyOf(activations),
        Map.of("alpha", List.of("*.mfz", "x?.mfz")),
        Map.of("steps", 7L));
  }
}
