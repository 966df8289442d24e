package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One inspection of one open file, step by step in the order of {@link Rule}. */
final class InspectionPass {
  private static final byte[] HEADER_LINE = "MFZ(1.0)\n".getBytes(US_ASCII);
  static final String SIGNATURE_ENTRY = "MFZSIG.DAT";
  static final String INNER_ENTRY = "MFZ.ZIP";
  static final String KEY_ENTRY = "MFZPUBKEY.DAT";
  static final String NAME_ENTRY = "MFZNAME.DAT";
  private static final String ANNOUNCEMENT_ENTRY = "ANNOUNCE.PKT";
  private static final int OUTER_ENTRIES_MAX = 3;

  private final FileChannel channel;
  private final Keyring keyring;
  private final InspectionLimits limits;
  private final Optional<String> droppedAs;
  private final List<String> warnings = new ArrayList<>();
  private final MessageDigest innerSha = Digests.newSha512();
  private long fileLength;
  private long zipAt;

  InspectionPass(
      FileChannel channel, Keyring keyring, InspectionLimits limits, Optional<String> droppedAs) {
    this.channel = channel;
    this.keyring = keyring;
    this.limits = limits;
    this.droppedAs = droppedAs;
  }

  /** What was found of the outer zip. */
  private record Outer(ZipEntryRecord inner, Bytes innerDigest, String signatureText) {}

  Inspection.Accepted run() throws IOException, RefusedException {
    measure();
    Optional<CdmMap> map = map();
    headerLine();
    Outer outer = outer();
    PublicKey key = keyring.trusted(keyText(outer));
    Bytes signature = signature(outer, key);
    ByteArrayOutputStream nameText = new ByteArrayOutputStream();
    List<ZipEntryRecord> entries = inner(outer, nameText);
    Optional<String> signedName = signedName(entries, nameText);
    InnerTime time = new InnerTime(entries.get(0).dosDateTime());
    IdentityCheck identity = new IdentityCheck(key, keyring, signedName);
    identity.requireName(map, droppedAs);
    identity.requireTime(time).ifPresent(warnings::add);
    paths(outer, entries);
    warn(key, signedName, time);
    return new Inspection.Accepted(
        key,
        signedName,
        time,
        outer.innerDigest(),
        outer.inner().size(),
        signature,
        entries.stream().map(InspectionPass::entry).toList(),
        fileLength,
        zipAt + outer.inner().dataAt(),
        outer.inner().method() == 0 ? outer.inner().storedSize() : 0,
        map,
        warnings);
  }

  CdmMap mapAlone() throws IOException, RefusedException {
    measure();
    return map().orElseThrow(() -> new RefusedException(Rule.MAP_MAGIC, "the file has no map"));
  }

  private static Inspection.Entry entry(ZipEntryRecord entry) {
    return new Inspection.Entry(
        MemberPaths.display(entry.name()),
        entry.size(),
        entry.storedSize(),
        entry.crc(),
        entry.dosDateTime());
  }

  private void measure() throws IOException, RefusedException {
    fileLength = channel.size();
    if (fileLength > limits.fileBytesMax()) {
      throw new RefusedException(
          Rule.FILE_SIZE,
          "the file has "
              + Counted.bytes(fileLength)
              + ", more than the "
              + limits.fileBytesMax()
              + " that are taken");
    }
  }

  private Optional<CdmMap> map() throws IOException, RefusedException {
    byte[] start = read(0, CdmMap.BYTES);
    if (!CdmMapCheck.isMap(start)) {
      return Optional.empty();
    }
    CdmMap map = new CdmMapCheck(channel, fileLength, keyring).check(start, droppedAs);
    zipAt = CdmMap.BYTES;
    return Optional.of(map);
  }

  private byte[] read(long at, int length) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(length);
    int got = 0;
    while (into.hasRemaining() && got >= 0) {
      got = channel.read(into, at + into.position());
    }
    return Arrays.copyOf(into.array(), into.position());
  }

  private void headerLine() throws IOException, RefusedException {
    if (!Arrays.equals(read(zipAt, HEADER_LINE.length), HEADER_LINE)) {
      throw new RefusedException(
          Rule.HEADER_LINE,
          (zipAt == 0 ? "the file" : "what follows the map")
              + " does not begin with the line MFZ(1.0): it is no MFZ file, or it was damaged");
    }
    zipAt += HEADER_LINE.length;
  }

  private Outer outer() throws IOException, RefusedException {
    ByteArrayOutputStream signatureText = new ByteArrayOutputStream();
    List<ZipEntryRecord> entries;
    try (ZipInput in =
        new ZipInput(
            new FileSlice(channel, zipAt, fileLength),
            fileLength - zipAt,
            "the outer zip",
            limits)) {
      entries =
          new ZipWalk(in, OUTER_ENTRIES_MAX, limits.pathBytesMax())
              .all((name, index) -> outerSink(name, signatureText));
    }
    ZipEntryRecord inner = only(entries, INNER_ENTRY);
    only(entries, SIGNATURE_ENTRY);
    if (entries.size() == OUTER_ENTRIES_MAX) {
      ZipEntryRecord announcement = only(entries, ANNOUNCEMENT_ENTRY);
      if (announcement.size() != InspectionLimits.ANNOUNCEMENT_BYTES
          || !entries.get(2).equals(announcement)) {
        throw new RefusedException(
            Rule.OUTER_ENTRIES, "the outer zip: ANNOUNCE.PKT is not the last entry, of 200 bytes");
      }
      warnings.add("the file holds an ANNOUNCE.PKT of 2020, which nobody reads and nothing signs");
    }
    requireSmallWrapper(inner);
    return new Outer(inner, Bytes.copyOf(innerSha.digest()), signatureText.toString(ISO_8859_1));
  }

  private ZipInput.DataSink outerSink(String name, ByteArrayOutputStream signatureText)
      throws RefusedException {
    return switch (name) {
      case INNER_ENTRY -> innerSha::update;
      case SIGNATURE_ENTRY ->
          bounded(name, signatureText, InspectionLimits.SIGNATURE_TEXT_BYTES_MAX);
      case ANNOUNCEMENT_ENTRY ->
          bounded(name, new ByteArrayOutputStream(), InspectionLimits.ANNOUNCEMENT_BYTES);
      default ->
          throw new RefusedException(
              Rule.OUTER_ENTRIES, "the outer zip has an entry '" + name + "', which nothing signs");
    };
  }

  /** Collects the data of a small entry. */
  private static ZipInput.DataSink bounded(String name, ByteArrayOutputStream into, int bytesMax) {
    return (bytes, offset, length) -> {
      if (into.size() + length > bytesMax) {
        throw new RefusedException(
            Rule.ENTRY_SIZE,
            name + " has more than the " + Counted.bytes(bytesMax) + " that it can need");
      }
      into.write(bytes, offset, length);
    };
  }

  private static ZipEntryRecord only(List<ZipEntryRecord> entries, String name)
      throws RefusedException {
    List<ZipEntryRecord> found = entries.stream().filter(e -> e.name().equals(name)).toList();
    if (found.size() != 1) {
      throw new RefusedException(
          Rule.OUTER_ENTRIES,
          "the outer zip has the entry " + name + " " + found.size() + " times; once is right");
    }
    return found.get(0);
  }

  private void requireSmallWrapper(ZipEntryRecord inner) throws RefusedException {
    long excess = fileLength - inner.size();
    boolean hasMap = zipAt > HEADER_LINE.length;
    long allowed =
        inner.size() / 100 * limits.wrapperPercentMax()
            + limits.wrapperFreeBytes()
            + (hasMap ? CdmMap.BYTES : 0);
    if (excess > allowed) {
      throw new RefusedException(
          Rule.WRAPPER_EXCESS,
          "the file holds "
              + Counted.bytes(excess)
              + " beside MFZ.ZIP; "
              + allowed
              + " are allowed");
    }
  }

  private ZipInput openInner(Outer outer) {
    ZipEntryRecord entry = outer.inner();
    long from = zipAt + entry.dataAt();
    ByteSource stored = new FileSlice(channel, from, from + entry.storedSize());
    ByteSource plain = entry.method() == 0 ? stored : new InflatedSlice(stored, entry.storedSize());
    return new ZipInput(plain, entry.size(), INNER_ENTRY, limits);
  }

  /** The text of the signer's key: all that is read of MFZ.ZIP before its signature is verified. */
  private byte[] keyText(Outer outer) throws IOException, RefusedException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (ZipInput in = openInner(outer)) {
      new ZipWalk(in, 1, limits.pathBytesMax())
          .first(
              (name, index) -> {
                requireKeyEntry(name, index);
                return bounded(name, text, InspectionLimits.KEY_BYTES_MAX);
              });
    }
    return text.toByteArray();
  }

  private static void requireKeyEntry(String name, int index) throws RefusedException {
    if (name.equals(KEY_ENTRY) != (index == 0)) {
      throw new RefusedException(
          Rule.KEY_ENTRY,
          index == 0
              ? "MFZ.ZIP begins with '" + name + "', not with " + KEY_ENTRY
              : "MFZ.ZIP holds " + KEY_ENTRY + " more than once");
    }
    if (name.equals(NAME_ENTRY) && index != 1) {
      throw new RefusedException(
          Rule.NAME_ENTRY, "MFZ.ZIP: " + NAME_ENTRY + " is entry " + index + ", not 1");
    }
  }

  private Bytes signature(Outer outer, PublicKey key) throws RefusedException {
    String text = outer.signatureText();
    byte[] signature = strictBase64(text);
    if (signature.length != key.signatureBytes()) {
      throw new RefusedException(
          Rule.SIGNATURE_LENGTH,
          "the signature has "
              + Counted.bytes(signature.length)
              + "; the key of '"
              + key.handle()
              + "' makes "
              + key.signatureBytes());
    }
    Bytes raw = Bytes.copyOf(signature);
    if (!key.verifies(outer.innerDigest(), raw)) {
      throw new RefusedException(
          Rule.SIGNATURE,
          "the signature does not verify with the key of '"
              + key.handle()
              + "': the file was damaged or changed after it was signed");
    }
    return raw;
  }

  /** Lenient decoders would let one signature have many texts. */
  private static byte[] strictBase64(String text) throws RefusedException {
    try {
      byte[] decoded = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(decoded).equals(text)) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      throw notBase64();
    }
    throw notBase64();
  }

  private static RefusedException notBase64() {
    return new RefusedException(
        Rule.SIGNATURE_TEXT,
        SIGNATURE_ENTRY + " is not one line of padded standard base64 without a line feed");
  }

  private List<ZipEntryRecord> inner(Outer outer, ByteArrayOutputStream nameText)
      throws IOException, RefusedException {
    try (ZipInput in = openInner(outer)) {
      return new ZipWalk(in, limits.entriesMax(), limits.pathBytesMax())
          .all(
              (name, index) -> {
                requireKeyEntry(name, index);
                if (name.equals(NAME_ENTRY)) {
                  return bounded(name, nameText, InspectionLimits.NAME_BYTES_MAX);
                }
                return (bytes, offset, length) -> {};
              });
    }
  }

  private static Optional<String> signedName(
      List<ZipEntryRecord> entries, ByteArrayOutputStream nameText) {
    boolean named = entries.size() > 1 && entries.get(1).name().equals(NAME_ENTRY);
    return named ? Optional.of(nameText.toString(ISO_8859_1)) : Optional.empty();
  }

  private void paths(Outer outer, List<ZipEntryRecord> entries)
      throws IOException, RefusedException {
    Set<String> repeated = new MemberPaths(limits).check(entries);
    if (repeated.isEmpty()) {
      return;
    }
    // A CRC is no proof of equal content, and mfzmake does store a file twice that is given twice.
    List<MessageDigest> digests = new ArrayList<>();
    try (ZipInput in = openInner(outer)) {
      new ZipWalk(in, limits.entriesMax(), limits.pathBytesMax())
          .all(
              (name, index) -> {
                digests.add(Digests.newSha256());
                return repeated.contains(name)
                    ? digests.get(index)::update
                    : (bytes, offset, length) -> {};
              });
    }
    Map<String, Bytes> first = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      String path = entries.get(i).name();
      Bytes digest = Bytes.copyOf(digests.get(i).digest());
      Bytes earlier = first.putIfAbsent(path, digest);
      if (earlier != null && !earlier.equals(digest)) {
        throw MemberPaths.differs(path);
      }
    }
  }

  private void warn(PublicKey key, Optional<String> signedName, InnerTime time) {
    if (key.bits() < PublicKey.STRONG_BITS) {
      warnings.add(Keyring.weakness(key));
    }
    if (signedName.isEmpty()) {
      warnings.add(
          "the file has no signed name, as files from before 2019: it cannot be published");
    }
    if (time.isWrapped()) {
      warnings.add(
          "the inner time is a five-minute count, by a defect of mfzmake since 2020; it is read as "
              + time.instant()
              + ", and files made within ten minutes of each other have equal stamps");
    }
    if (!keyring.hasRules()) {
      warnings.add(
          "there is no keys/rules, so '" + key.handle() + "' may publish this and any other name");
    }
  }
}
