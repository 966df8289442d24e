package dev.tilecast.testbed.storm;

import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.testbed.process.Launcher;
import dev.tilecast.testbed.process.ProcessTile;
import dev.tilecast.transport.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tiles without daemons, versions without signatures, and reports put together by hand. */
final class Sample {
  static final Name DEMO = new Name("demo.mfz");

  private Sample() {}

  /** A tile with the folders of a home; its daemon would be {@code script}. */
  static ProcessTile tile(Path folder, int number, String script) throws IOException {
    Path home = folder.resolve("tile-" + number);
    for (String name : List.of("live", "staging", "inbox", "store", "run")) {
      Files.createDirectories(home.resolve(name));
    }
    Launcher launcher = new Launcher(List.of("sh", "-c", script, "tilecast"));
    return new ProcessTile(Integer.toString(number), home, launcher);
  }

  /** Makes a version whose file holds {@code text}. */
  static Published made(Ledger ledger, Path folder, long stamp, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("made-" + stamp), text);
    byte[] digest = new byte[Version.DIGEST_BYTES];
    digest[0] = (byte) stamp;
    return ledger.made(
        new Version(DEMO, stamp, Bytes.copyOf(digest)), Ledger.sha256(file), Files.size(file));
  }

  /** The report of a tile on which these are live. */
  static TileReport report(Published... live) {
    return report(List.of(), List.of(), live);
  }

  /** The report of a tile that has refused {@code wanted} for {@code reason}. */
  static TileReport refusing(Published wanted, Reason reason, Published... live) {
    Refusal refusal = new Refusal(reason, "there is no room");
    return report(
        List.of(new TileReport.Refused(wanted.name(), "WT", refusal, 1)),
        List.of(
            new TileReport.Claim(
                Direction.WT,
                wanted.version().name(),
                wanted.version().stamp(),
                wanted.version().innerDigest().prefix(16),
                wanted.fileLength(),
                "not pulled: there is no room")),
        live);
  }

  private static TileReport report(
      List<TileReport.Refused> refusals, List<TileReport.Claim> claims, Published... live) {
    List<TileReport.Live> entries = new ArrayList<>();
    for (Published published : live) {
      Bytes id = Bytes.copyOf(new byte[32]);
      Bytes fingerprint = Bytes.copyOf(new byte[64]);
      entries.add(
          new TileReport.Live(
              new LiveEntry(
                  published.version(), id, published.fileLength(), "storm", fingerprint, false),
              List.of(),
              Map.of(),
              0));
    }
    return new TileReport(
        "",
        "",
        "",
        1,
        "",
        entries,
        List.of(),
        List.of(),
        List.of(),
        claims,
        refusals,
        List.of(),
        List.of(),
        TileReport.Scrub.CALM,
        List.of(),
        Map.of(),
        Map.of());
  }
}
