package dev.tilecast.engine.admin;

import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reports put together piece by piece. */
final class Reports {
  static final Name DEMO = new Name("demo.mfz");
  static final long STAMP = 1548929846L;

  private final List<TileReport.Live> live = new ArrayList<>();
  private final List<TileReport.Neighbor> neighbors = new ArrayList<>();
  private final List<TileReport.Transfer> transfers = new ArrayList<>();
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
    live.add(new TileReport.Live(entry(version), List.of(holders)));
    return this;
  }

  Reports neighbor(Direction direction, boolean linkUp, boolean alive, boolean same, String note) {
    neighbors.add(
        new TileReport.Neighbor(
            direction,
            linkUp,
            alive,
            note,
            alive ? "00112233445566778899aabbccddeeff" : "",
            alive ? "0011223344556677" : "",
            255,
            same,
            alive ? 1_500_000_000L : -1,
            alive ? 52_001 : 0,
            8,
            0,
            Map.of("packets-in", 5L)));
    return this;
  }

  Reports transfer(TileReport.Phase phase, long stalledNanos, Direction... sources) {
    transfers.add(
        new TileReport.Transfer(
            Bytes.copyOf(new byte[32]),
            DEMO,
            STAMP,
            Bytes.ofHex("0102030405060708090a0b0c0d0e0f10"),
            phase,
            sources.length == 0,
            1000,
            360,
            120,
            40,
            3,
            8,
            List.of(sources),
            12_000_000_000L,
            stalledNanos,
            61_000));
    return this;
  }

  Reports claim(Direction from, String state) {
    claims.add(
        new TileReport.Claim(from, DEMO, STAMP, Bytes.ofHex("0102030405060708"), 4096, state));
    return this;
  }

  Reports refused(String from, Reason reason, String text) {
    refusals.add(
        new TileReport.Refused(DEMO.text(), from, new Refusal(reason, text), 3_000_000_000L));
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

  Reports wanted(Version mark) {
    wanted.add(new TileReport.Wanted(mark));
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
