package dev.tilecast.engine.admin;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.tilecast.engine.core.ActivationState;
import dev.tilecast.engine.core.LiveEntry;
import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a name is, or is not yet, what it should be on a tile: conclusions drawn from one report and
 * nothing else.
 *
 * @param name what was asked about
 * @param state the gist, for programs
 * @param because full sentences, the most important first; never empty
 */
public record Why(Name name, State state, List<String> because) {
  /** The gist. */
  public enum State {
    /** Live here, and every neighbor has the same version. */
    LIVE_EVERYWHERE,
    /** Live here, and the disk has changed some of its bytes. */
    ROTTEN,
    /** Live here; some neighbor is down or has not shown that it has it. */
    LIVE,
    /** A version is being pulled. */
    PULLED,
    /** A neighbor claims a version that is not being pulled. */
    CLAIMED,
    /** Not live, but a version once was, and the mark remembers it. */
    WANTED,
    /** Not live; what came under this name was not accepted. */
    REFUSED,
    /** Nobody within reach has it. */
    UNKNOWN
  }

  private static final int REFUSALS_TOLD_MAX = 3;

  public Why {
    because = List.copyOf(because);
  }

  /** What {@code report} says of {@code name}. */
  public static Why explain(TileReport report, Name name) {
    return new Reasoning(report, name).conclude();
  }

  /** The most important sentence. */
  public String headline() {
    return because.get(0);
  }

  /** As JSON: name, state, because. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("name", name.text());
    json.addProperty("state", JsonFields.word(state));
    json.add("because", JsonFields.array(because, JsonPrimitive::new));
    return json;
  }

  /** One report seen with one name in mind. */
  private static final class Reasoning {
    private final TileReport report;
    private final Name name;
    private final Optional<TileReport.Live> live;
    private final List<TileReport.Transfer> transfers;
    private final List<TileReport.Claim> claims;
    private final List<TileReport.Refused> refusals;
    private final List<TileReport.Wanted> wanted;
    private final List<TileReport.Rotten> rotten;
    private final List<String> because = new ArrayList<>();

    Reasoning(TileReport report, Name name) {
      this.report = report;
      this.name = name;
      live =
          report.live().stream().filter(l -> l.entry().version().name().equals(name)).findFirst();
      transfers = report.transfers().stream().filter(t -> t.name().equals(name)).toList();
      claims = report.claims().stream().filter(c -> c.name().equals(name)).toList();
      // What was refused before the live version came is settled.
      long since = live.map(TileReport.Live::liveNanos).orElse(Long.MAX_VALUE);
      refusals =
          report.refusals().stream()
              .filter(r -> isOf(r.name(), name) && r.nanosAgo() < since)
              .toList();
      rotten =
          report.scrub().rotten().stream().filter(r -> r.version().name().equals(name)).toList();
      wanted = report.wanted().stream().filter(w -> w.mark().name().equals(name)).toList();
    }

    /** Its seal shares the name of the file, and is asked for by that. */
    private static boolean isOf(String fileName, Name name) {
      return fileName.equals(name.text()) || fileName.equals(name.text() + ".seal");
    }

    Why conclude() {
      transfers.forEach(this::tellTransfer);
      claims.stream().filter(claim -> !isPulled(claim)).forEach(this::tellClaim);
      rotten.forEach(this::tellRotten);
      boolean everywhere = live.map(this::tellLive).orElse(false);
      tellEquivocations();
      tellActivation();
      wanted.forEach(this::tellWanted);
      refusals.stream().limit(REFUSALS_TOLD_MAX).forEach(this::tellRefusal);
      tellFinished();
      if (live.isEmpty() && transfers.isEmpty() && claims.isEmpty()) {
        tellNobody();
      }
      return new Why(name, state(everywhere), because);
    }

    private State state(boolean everywhere) {
      if (!transfers.isEmpty()) {
        return State.PULLED;
      }
      if (!claims.isEmpty()) {
        return State.CLAIMED;
      }
      if (!rotten.isEmpty()) {
        return State.ROTTEN;
      }
      if (live.isPresent()) {
        return everywhere ? State.LIVE_EVERYWHERE : State.LIVE;
      }
      if (!wanted.isEmpty()) {
        return State.WANTED;
      }
      return refusals.isEmpty() ? State.UNKNOWN : State.REFUSED;
    }

    private void tellTransfer(TileReport.Transfer transfer) {
      because.addAll(new PullWords(report, transfer).sentences());
    }

    /** Whether {@code claim} is a source of a transfer, and told of there. */
    private boolean isPulled(TileReport.Claim claim) {
      return transfers.stream()
          .filter(transfer -> transfer.stamp() == claim.stamp())
          .filter(transfer -> transfer.digestPrefix().equals(claim.digestPrefix()))
          .anyMatch(transfer -> transfer.sources().contains(claim.from()));
    }

    private void tellClaim(TileReport.Claim claim) {
      because.add(
          claim.from()
              + " claims to have stamp "
              + InWords.stamp(claim.stamp())
              + " of "
              + name
              + " ("
              + InWords.bytes(claim.fileLength())
              + "): "
              + asSentence(claim.state()));
    }

    private void tellRotten(TileReport.Rotten rot) {
      String changed =
          "the disk has changed "
              + rot.chunksWrong()
              + " of its "
              + Counted.chunks(rot.chunkCount())
              + " ("
              + InWords.bytes(rot.bytesWrong())
              + ")";
      because.add(
          capitalized(rot.misplaced().isEmpty() ? changed : rot.misplaced())
              + ", found "
              + InWords.span(rot.sinceNanos())
              + " ago"
              + (rot.misplaced().isEmpty() ? "; these are not served" : "")
              + ". What is done about it: "
              + asSentence(rot.state()));
    }

    private static String capitalized(String sentence) {
      // A path stays as it is spelled.
      return sentence.startsWith("live/")
          ? sentence
          : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private boolean isMissing() {
      return rotten.stream()
          .anyMatch(rot -> !rot.misplaced().isEmpty() && rot.chunksWrong() == rot.chunkCount());
    }

    private boolean claimsNewer(Direction direction, long stamp) {
      return report.claims().stream()
          .anyMatch(
              claim ->
                  claim.from() == direction && claim.name().equals(name) && claim.stamp() > stamp);
    }

    /** Returns whether every neighbor has the live version, too. */
    private boolean tellLive(TileReport.Live held) {
      LiveEntry entry = held.entry();
      List<Direction> same = new ArrayList<>();
      List<Direction> newer = new ArrayList<>();
      List<Direction> different = new ArrayList<>();
      List<String> refused = new ArrayList<>();
      List<String> down = new ArrayList<>();
      for (TileReport.Neighbor neighbor : report.neighbors()) {
        if (!neighbor.alive()) {
          down.add(absence(neighbor));
        } else if (neighbor.sameCatalog() || held.holders().contains(neighbor.direction())) {
          same.add(neighbor.direction());
        } else if (claimsNewer(neighbor.direction(), entry.version().stamp())) {
          newer.add(neighbor.direction());
        } else if (held.refusedBy().containsKey(neighbor.direction())) {
          refused.add(refusal(neighbor.direction(), held));
        } else {
          different.add(neighbor.direction());
        }
      }
      boolean everywhere =
          different.isEmpty()
              && newer.isEmpty()
              && refused.isEmpty()
              && down.isEmpty()
              && !same.isEmpty();
      because.add(
          name
              + (isMissing() ? " should be live here: stamp " : " is live here: stamp ")
              + InWords.stamp(entry.version().stamp())
              + ", signed by "
              + entry.handle()
              + ", "
              + InWords.bytes(entry.fileLength())
              + (everywhere ? "; every neighbor (" + InWords.list(same) + ") has it, too." : "."));
      if (!everywhere && !same.isEmpty()) {
        because.add("The same version is at " + InWords.list(same) + ".");
      }
      if (!newer.isEmpty()) {
        because.add(
            InWords.list(newer) + (newer.size() == 1 ? " claims" : " claim") + " a newer version.");
      }
      if (!different.isEmpty()) {
        because.add(
            InWords.list(different)
                + (different.size() == 1 ? " has" : " have")
                + " not shown yet to hold this version: it is still on its way there, or the"
                + " tile there has not said what it has.");
      }
      because.addAll(refused);
      because.addAll(down);
      if (report.neighbors().isEmpty()) {
        because.add("This tile has no neighbor: tilecast.toml names no link.");
      }
      return everywhere;
    }

    private String refusal(Direction by, TileReport.Live held) {
      return by
          + " has refused it: "
          + JsonFields.word(held.refusedBy().get(by)).replace('-', ' ')
          + ". Ask tilecast why "
          + name
          + " there.";
    }

    /** How the transfer of the live version went, if it is one of the last. */
    private void tellFinished() {
      report.finished().stream()
          .filter(done -> done.name().equals(name))
          .filter(
              done ->
                  live.map(l -> l.entry().version())
                      .filter(version -> version.stamp() == done.stamp())
                      .isPresent())
          .findFirst()
          .ifPresent(done -> because.add("It was pulled " + InWords.finished(done) + "."));
    }

    private void tellEquivocations() {
      for (TileReport.Equivocation seen : report.equivocations()) {
        if (seen.live().name().equals(name)) {
          because.add(
              "Equivocation: "
                  + InWords.otherContent(seen)
                  + " (digest "
                  + seen.otherDigestPrefix().toHex()
                  + "…) with the very stamp "
                  + InWords.stamp(seen.live().stamp())
                  + "; the greater digest wins on every tile. Make it anew to have a newer stamp.");
        }
      }
    }

    private void tellActivation() {
      for (ActivationState state : report.activations()) {
        if (state.name().equals(name)) {
          String result = state.result().isEmpty() ? "." : ": " + asSentence(state.result());
          because.add(
              "Its activation for stamp "
                  + state.stamp()
                  + " is "
                  + JsonFields.word(state.phase())
                  + " after "
                  + state.attempts()
                  + (state.attempts() == 1 ? " attempt" : " attempts")
                  + result);
        }
      }
    }

    private void tellWanted(TileReport.Wanted mark) {
      because.add(
          "Stamp "
              + InWords.stamp(mark.mark().stamp())
              + " of "
              + name
              + " was live here once and is not now; it or a newer one is wanted, and whatever is"
              + " below it is refused."
              + (mark.aside().isEmpty() ? "" : " " + asSentence(mark.aside())));
    }

    private void tellRefusal(TileReport.Refused refused) {
      because.add(
          "What came from "
              + refused.from()
              + " "
              + InWords.span(refused.nanosAgo())
              + " ago was refused: "
              + asSentence(refused.refusal().text()));
    }

    private void tellNobody() {
      because.add(
          "No neighbor has claimed to have "
              + name
              + ", and nothing of this name is live here. Publish it with: tilecast publish FILE");
      report.neighbors().stream()
          .filter(neighbor -> !neighbor.alive())
          .forEach(neighbor -> because.add(absence(neighbor)));
    }

    private static String absence(TileReport.Neighbor neighbor) {
      String why =
          !neighbor.note().isEmpty()
              ? neighbor.note()
              : neighbor.linkUp() ? "its link is up, but it is not heard" : "its link is down";
      return neighbor.direction() + " is no help now: " + asSentence(why);
    }

    private static String asSentence(String text) {
      return text.endsWith(".") || text.endsWith("!") ? text : text + ".";
    }
  }
}
