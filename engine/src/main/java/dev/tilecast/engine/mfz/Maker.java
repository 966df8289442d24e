package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.ZipRecords.Member;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * Makes MFZ files that tiles can pass on well: the inner zip stored in the outer one, members with
 * fixed metadata in the order given, and a seal beside the file.
 */
public final class Maker {
  private static final byte[] HEADER_LINE = "MFZ(1.0)\n".getBytes(US_ASCII);
  private static final int STORED = 0;
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Equal stamps tie; DOS times have steps of two seconds. */
  private static final int STAMP_STEP_SECONDS = 2;

  private static final long STAMP_MIN = 315_532_800L;
  private static final long STAMP_MAX = 4_039_372_798L;

  private final KeyFolder keys;
  private final InspectionLimits limits;

  public Maker(KeyFolder keys, InspectionLimits limits) {
    this.keys = requireNonNull(keys);
    this.limits = requireNonNull(limits);
  }

  /**
   * What was made.
   *
   * @param file the MFZ
   * @param accepted what the inspector says of it
   * @param seal what was written beside it
   */
  public record Made(Path file, Inspection.Accepted accepted, Seal seal) {}

  /**
   * The stamp of a file that is made now.
   *
   * @param clockSeconds what the clock of this machine says, in seconds since 1970
   * @param newest the stamp of the newest version that the new one must replace
   * @return the greater of the clock and two seconds past {@code newest}, even
   * @throws MakeException where it is not in the years 1980 to 2097
   */
  public static long stamp(long clockSeconds, OptionalLong newest) throws MakeException {
    long past = newest.isPresent() ? newest.getAsLong() + STAMP_STEP_SECONDS : Long.MIN_VALUE;
    long stamp =
        Math.max(clockSeconds - Math.floorMod(clockSeconds, 2L), past + Math.floorMod(past, 2L));
    if (stamp < STAMP_MIN || stamp > STAMP_MAX) {
      throw new MakeException(
          "the stamp would be "
              + stamp
              + ", which is not in the years 1980 to 2097; set the clock, or leave out a version"
              + " with a wrong stamp");
    }
    return stamp;
  }

  /**
   * Makes {@code out} and its seal. Either both appear whole, or neither changes.
   *
   * @param files what to pack, in this order: under the relative path given, or under the last part
   *     of an absolute path
   * @param stamp see {@link #stamp}
   */
  public Made make(Handle handle, Path out, List<Path> files, long stamp)
      throws IOException, MakeException, KeyException {
    Name name = outputName(out);
    Map<String, Path> members = members(files);
    SigningKey key = keys.signingKey(handle);
    try (DurableFile file = DurableFile.open(out, "rw-r--r--")) {
      write(file.channel(), key, name, members, InnerTime.of(stamp));
      Inspector inspector = new Inspector(keys.load(), limits);
      Inspection inspection = inspector.inspect(file.temporary(), Optional.of(name.text()));
      if (inspection instanceof Inspection.Refused refused) {
        throw new MakeException(
            out + " was not made, since tiles would refuse it: " + refused.message());
      }
      Inspection.Accepted accepted = (Inspection.Accepted) inspection;
      Seal seal = Seal.of(inspector.manifest(file.temporary(), accepted), key);
      // The seal first: beside the version before, it counts as absent.
      seal.writeBeside(out);
      file.replace();
      return new Made(out, accepted, seal);
    }
  }

  /**
   * Seals an MFZ that exists, with the private key of its signer, and writes the seal beside it.
   */
  public Seal seal(Path file) throws IOException, MakeException, KeyException {
    Inspector inspector = new Inspector(keys.load(), limits);
    Inspection inspection =
        inspector.inspect(file, Optional.of(file.toAbsolutePath().getFileName().toString()));
    if (inspection instanceof Inspection.Refused refused) {
      throw new MakeException(file + " cannot be sealed: " + refused.text());
    }
    Inspection.Accepted accepted = (Inspection.Accepted) inspection;
    Manifest manifest = inspector.manifest(file, accepted);
    Seal seal = Seal.of(manifest, keys.signingKey(accepted.key().handle()));
    seal.writeBeside(file);
    return seal;
  }

  private static Name outputName(Path out) throws MakeException {
    String text = out.toAbsolutePath().getFileName().toString();
    if (Name.cdmStamp(text).isPresent()) {
      throw new MakeException(
          "'" + text + "' is a name of mfzmake cdmake, which carries a stamp; take another name");
    }
    return Name.parse(text)
        .orElseThrow(
            () ->
                new MakeException(
                    "'"
                        + text
                        + "' cannot be the name of an MFZ: a letter or digit, then up to 95 letters,"
                        + " digits, dots, underscores and hyphens, then .mfz"));
  }

  private static Map<String, Path> members(List<Path> files) throws MakeException {
    Map<String, Path> members = new LinkedHashMap<>();
    for (Path file : files) {
      Path path = file.isAbsolute() ? file.getFileName() : file.normalize();
      if (path == null || !Files.isRegularFile(file)) {
        throw new MakeException(file + " is not a file that can be packed");
      }
      if (path.startsWith("..")) {
        throw new MakeException(
            file + " lies outside this folder; call from a folder that holds all files to pack");
      }
      String name = path.toString();
      if (name.equals(InspectionPass.KEY_ENTRY) || name.equals(InspectionPass.NAME_ENTRY)) {
        throw new MakeException(name + " is an entry of the format; give the file another name");
      }
      Path earlier = members.putIfAbsent(name, file);
      if (earlier != null) {
        throw new MakeException(
            file + " and " + earlier + " would both be packed as '" + name + "'; pack one of them");
      }
    }
    return members;
  }

  private void write(
      FileChannel out, SigningKey key, Name name, Map<String, Path> members, InnerTime time)
      throws IOException, MakeException {
    int signatureBytes = (key.publicKey().signatureBytes() + 2) / 3 * 4;
    String signatureName = InspectionPass.SIGNATURE_ENTRY;
    String innerName = InspectionPass.INNER_ENTRY;
    int innerHeaderAt = ZipRecords.LOCAL_BYTES + signatureName.length() + signatureBytes;
    int innerAt = HEADER_LINE.length + innerHeaderAt + ZipRecords.LOCAL_BYTES + innerName.length();
    long innerEnd = writeInner(out, innerAt, key, name, members, time);

    CRC32 innerCrc = new CRC32();
    Bytes digest = digest(out, innerAt, innerEnd, innerCrc);
    byte[] text = Base64.getEncoder().encode(key.sign(digest).toArray());
    CRC32 textCrc = new CRC32();
    textCrc.update(text);
    Member signature = outer(signatureName, textCrc, text.length, 0);
    Member inner = outer(innerName, innerCrc, innerEnd - innerAt, innerHeaderAt);
    long directoryAt = innerEnd - HEADER_LINE.length;
    long at = put(out, 0, HEADER_LINE, signature.local(), text, inner.local());
    if (at != innerAt) {
      throw new IllegalStateException("MFZ.ZIP begins at " + at + ", expected " + innerAt);
    }
    byte[] first = signature.central();
    byte[] second = inner.central();
    byte[] end = ZipRecords.end(2, first.length + second.length, directoryAt);
    out.truncate(put(out, innerEnd, first, second, end));
  }

  private static Member outer(String name, CRC32 crc, long size, long headerAt) {
    return new Member(name, STORED, ZipRecords.FIXED_TIME, crc.getValue(), size, size, headerAt);
  }

  /** Writes MFZ.ZIP at {@code innerAt}; returns where it ends. */
  private long writeInner(
      FileChannel out,
      long innerAt,
      SigningKey key,
      Name name,
      Map<String, Path> members,
      InnerTime time)
      throws IOException, MakeException {
    try (ZipWriter zip = new ZipWriter(out, innerAt, limits)) {
      byte[] keyText = key.publicKey().fileText().getBytes(ISO_8859_1);
      byte[] nameText = name.text().getBytes(US_ASCII);
      zip.add(
          InspectionPass.KEY_ENTRY, time.dosDateTime(), () -> new ByteArrayInputStream(keyText));
      zip.add(
          InspectionPass.NAME_ENTRY,
          ZipRecords.FIXED_TIME,
          () -> new ByteArrayInputStream(nameText));
      for (Map.Entry<String, Path> member : members.entrySet()) {
        zip.add(
            raw(member.getKey()),
            ZipRecords.FIXED_TIME,
            () -> Files.newInputStream(member.getValue()));
      }
      zip.finish();
      return zip.position();
    }
  }

  /** The bytes of a path, one character each. */
  private static String raw(String path) {
    return new String(path.getBytes(UTF_8), ISO_8859_1);
  }

  private static Bytes digest(FileChannel file, long from, long to, CRC32 crc) throws IOException {
    MessageDigest sha = Digests.newSha512();
    byte[] buffer = new byte[BUFFER_BYTES];
    long at = from;
    while (at < to) {
      int wanted = (int) Math.min(buffer.length, to - at);
      int got = file.read(ByteBuffer.wrap(buffer, 0, wanted), at);
      if (got < 0) {
        throw new IOException("the file that is being written ends at " + at);
      }
      sha.update(buffer, 0, got);
      crc.update(buffer, 0, got);
      at += got;
    }
    return Bytes.copyOf(sha.digest());
  }

  private static long put(FileChannel file, long from, byte[]... parts) throws IOException {
    long at = from;
    for (byte[] part : parts) {
      ByteBuffer out = ByteBuffer.wrap(part);
      while (out.hasRemaining()) {
        at += file.write(out, at);
      }
    }
    return at;
  }
}
