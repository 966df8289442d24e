package dev.tilecast.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.tilecast.engine.admin.InWords;
import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.CdmMap;
import dev.tilecast.engine.mfz.Inspection;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.Inspector;
import dev.tilecast.engine.mfz.Keyring;
import dev.tilecast.engine.mfz.MapInspection;
import dev.tilecast.engine.mfz.Rule;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Inspects a file exactly as a tile would, and says all that it found. */
@Command(
    description = {
      "Inspect FILE as a tile would; no daemon is needed.",
      "The answer begins with the lines that 'mfzrun FILE VERIFY' prints."
    },
    sortOptions = false)
final class VerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private KeysOption keys;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "FILE", description = "Any MFZ.")
  private Path file;

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Keyring keyring = keys.keys(terminal).load();
    Inspector inspector = new Inspector(keyring, InspectionLimits.defaults());
    terminal.progress("inspecting " + file);
    Inspection inspection = inspector.inspect(file);
    terminal.progressEnds();
    if (inspection instanceof Inspection.Refused refused) {
      return refuseOrAcceptMap(inspector, refused);
    }
    if (inspection instanceof Inspection.Accepted accepted) {
      return accept(accepted, sealWords(inspector, keyring, accepted));
    }
    throw new AssertionError(inspection);
  }

  /** What may be a map before something that is no MFZ is judged as a map. */
  private int refuseOrAcceptMap(Inspector inspector, Inspection.Refused refused)
      throws IOException {
    if (refused.rule() != Rule.HEADER_LINE || !beginsAsMap()) {
      return refuse(refused);
    }
    String fileName = file.toAbsolutePath().normalize().getFileName().toString();
    MapInspection map = inspector.inspectMap(file, Optional.of(fileName));
    if (map instanceof MapInspection.Accepted accepted) {
      return acceptMap(accepted.map());
    } else if (map instanceof MapInspection.Refused wrong) {
      return refuse(wrong.refused());
    }
    throw new AssertionError(map);
  }

  private boolean beginsAsMap() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(3), US_ASCII).equals("CDM");
    }
  }

  private int acceptMap(CdmMap map) {
    if (json.wanted()) {
      JsonObject answer = new JsonObject();
      answer.addProperty("accepted", true);
      answer.addProperty("mapOnly", true);
      answer.addProperty("slot", map.slot());
      answer.addProperty("mapStamp", map.stamp());
      answer.addProperty("label", map.label());
      answer.addProperty("payloadBytes", map.payloadBytes());
      answer.addProperty("payloadDigest", map.payloadDigest().toHex());
      answer.addProperty("handle", map.handle());
      answer.addProperty("publishable", false);
      terminal.json(answer);
    } else {
      terminal.line("MAP_CHECK [OK]");
      terminal.line("SIGNING_HANDLE [" + map.handle() + "]");
      terminal.line(
          "map          slot "
              + map.slot()
              + ", stamp "
              + String.format("%06x", map.stamp())
              + ", label '"
              + map.label()
              + "', "
              + map.payloadBytes()
              + " bytes in blocks of "
              + map.blockBytes());
      terminal.line("publishable  no: a CDM10 map, all sums right, but no MFZ behind it");
    }
    return ExitCode.DONE;
  }

  private int refuse(Inspection.Refused refused) {
    if (json.wanted()) {
      JsonObject answer = new JsonObject();
      answer.addProperty("accepted", false);
      answer.addProperty("rule", refused.rule().id());
      answer.addProperty("step", refused.rule().step());
      answer.addProperty("text", refused.advice());
      terminal.json(answer);
    }
    terminal.note(
        file
            + " is refused: "
            + refused.advice()
            + " (rule "
            + refused.rule().id()
            + ", step "
            + refused.rule().step()
            + ")");
    return ExitCode.FAILED;
  }

  private int accept(Inspection.Accepted accepted, String seal) {
    if (json.wanted()) {
      terminal.json(toJson(accepted, seal));
    } else {
      printAsMfzrun(accepted);
      printOurs(accepted, seal);
    }
    return ExitCode.DONE;
  }

  /** Scripts read these lines: their order, brackets and blanks are those of mfzrun. */
  private void printAsMfzrun(Inspection.Accepted accepted) {
    terminal.line("SIGNATURE_CHECK [OK]");
    terminal.line("INNER_CHECKSUM [" + accepted.innerChecksum() + "]");
    terminal.line("INNER_TIMESTAMP [" + accepted.rawStamp() + "]");
    terminal.line("SIGNING_HANDLE [" + accepted.handle() + "]");
    terminal.line("HANDLE_FINGERPRINT [" + accepted.key().shortFingerprint() + "]");
    terminal.lines("HANDLE_PUBKEY [" + accepted.key().pem() + "]");
  }

  private void printOurs(Inspection.Accepted accepted, String seal) {
    terminal.line("name         " + accepted.signedName().orElse("(none)"));
    terminal.line("stamp        " + stamp(accepted));
    terminal.line("digest       " + accepted.innerDigest().toHex());
    terminal.line(
        "size         "
            + InWords.bytes(accepted.fileLength())
            + " ("
            + accepted.fileLength()
            + "), MFZ.ZIP "
            + InWords.bytes(accepted.innerBytes()));
    terminal.line(
        "entries      "
            + accepted.entries().size()
            + ", unpacked "
            + InWords.bytes(unpackedBytes(accepted)));
    terminal.line(
        "key          " + accepted.key().bits() + " bits, " + accepted.key().fingerprint().toHex());
    accepted
        .map()
        .ifPresent(
            map ->
                terminal.line(
                    "map          slot "
                        + map.slot()
                        + ", label '"
                        + map.label()
                        + "', for the file name "
                        + map.fileName()));
    terminal.line("seal         " + seal);
    terminal.line("publishable  " + publishable(accepted));
    accepted.warnings().forEach(warning -> terminal.line("warning      " + warning));
  }

  private JsonObject toJson(Inspection.Accepted accepted, String seal) {
    JsonObject answer = new JsonObject();
    answer.addProperty("accepted", true);
    accepted.signedName().ifPresent(name -> answer.addProperty("signedName", name));
    accepted.identity().ifPresent(name -> answer.addProperty("name", name.text()));
    answer.addProperty("stamp", accepted.stamp());
    answer.addProperty("stampUtc", InWords.utc(accepted.stamp()));
    answer.addProperty("rawStamp", accepted.rawStamp());
    answer.addProperty("digest", accepted.innerDigest().toHex());
    answer.addProperty("innerChecksum", accepted.innerChecksum());
    answer.addProperty("fileLength", accepted.fileLength());
    answer.addProperty("innerLength", accepted.innerBytes());
    answer.addProperty("entries", accepted.entries().size());
    answer.addProperty("unpackedBytes", unpackedBytes(accepted));
    answer.addProperty("handle", accepted.handle());
    answer.addProperty("keyBits", accepted.key().bits());
    answer.addProperty("fingerprint", accepted.key().fingerprint().toHex());
    answer.addProperty("shortFingerprint", accepted.key().shortFingerprint());
    answer.addProperty("seal", seal);
    answer.addProperty("publishable", publishable(accepted).startsWith("yes"));
    JsonArray warnings = new JsonArray();
    accepted.warnings().forEach(warnings::add);
    answer.add("warnings", warnings);
    return answer;
  }

  private static String stamp(Inspection.Accepted accepted) {
    String text = InWords.stamp(accepted.stamp());
    return accepted.stamp() == accepted.rawStamp()
        ? text
        : text
            + ", decoded from the raw "
            + InWords.stamp(accepted.rawStamp())
            + " of mfzmake since 2020";
  }

  private static long unpackedBytes(Inspection.Accepted accepted) {
    return accepted.entries().stream().mapToLong(Inspection.Entry::size).sum();
  }

  private String publishable(Inspection.Accepted accepted) {
    if (accepted.signedName().isEmpty()) {
      return "no: it has no signed name (MFZNAME.DAT), as files from before 2019; make it anew";
    }
    String signed = accepted.signedName().get();
    Optional<Name> identity = accepted.identity();
    if (identity.isEmpty()) {
      return "no: its signed name '" + signed + "' cannot be a name on tiles; make it anew";
    }
    String called = file.toAbsolutePath().normalize().getFileName().toString();
    return called.equals(signed)
        ? "yes, as " + identity.get()
        : "yes, as " + identity.get() + ", once this file is called " + signed;
  }

  private String sealWords(Inspector inspector, Keyring keyring, Inspection.Accepted accepted)
      throws IOException {
    Path sealFile = Seal.pathFor(file);
    if (!Files.exists(sealFile)) {
      return "none";
    }
    if (accepted.version().isEmpty()) {
      return "counts as absent: the file has no version that could be sealed";
    }
    try {
      Seal seal = Seal.read(sealFile);
      Optional<Refusal> objection = seal.objection(keyring);
      if (objection.isPresent()) {
        return "counts as absent: " + objection.get().text();
      }
      return seal.isOf(inspector.manifest(file, accepted))
          ? "valid"
          : "counts as absent: it is a seal of another file";
    } catch (MalformedException e) {
      return "counts as absent: " + e.getMessage();
    }
  }
}
