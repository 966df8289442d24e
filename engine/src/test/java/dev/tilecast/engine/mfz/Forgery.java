package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Builds MFZ files, right and wrong ones, that no tool would make. */
final class Forgery {
  private final SigningKey key;
  private final Map<String, byte[]> members = new LinkedHashMap<>();
  private String name = "x.mfz";
  private long stamp = 1_548_929_846L;
  private boolean outerDeflated;
  private byte[] before = new byte[0];

  Forgery(SigningKey key) {
    this.key = key;
  }

  static Forgery signedBy(String handle) throws Exception {
    return new Forgery(Vectors.signingKey(handle));
  }

  Forgery named(String signedName) {
    name = signedName;
    return this;
  }

  Forgery stamped(long seconds) {
    stamp = seconds;
    return this;
  }

  Forgery with(String path, byte[] content) {
    members.put(path, content);
    return this;
  }

  Forgery outerDeflated() {
    outerDeflated = true;
    return this;
  }

  /** Puts bytes before the header line. */
  Forgery after(byte[] bytes) {
    before = bytes.clone();
    return this;
  }

  /** The zip that is signed. Every member is deflated, however well that works. */
  byte[] inner() throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("MFZPUBKEY.DAT", key.publicKey().fileText().getBytes(ISO_8859_1));
    if (!name.isEmpty()) {
      all.put("MFZNAME.DAT", name.getBytes(ISO_8859_1));
    }
    all.putAll(members);
    return zip(all, InnerTime.of(stamp), true);
  }

  byte[] bytes() throws IOException {
    return wrap(inner());
  }

  /** Signs {@code inner}, whatever it is, and wraps it. */
  byte[] wrap(byte[] inner) throws IOException {
    String text = Base64.getEncoder().encodeToString(key.sign(Digests.sha512(inner)).toArray());
    return wrap(inner, text);
  }

  byte[] wrap(byte[] inner, String signatureText) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("MFZSIG.DAT", signatureText.getBytes(US_ASCII));
    entries.put("MFZ.ZIP", inner);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(before);
    file.writeBytes("MFZ(1.0)\n".getBytes(US_ASCII));
    file.writeBytes(zip(entries, InnerTime.of(stamp), outerDeflated));
    return file.toByteArray();
  }

  Path in(Path folder) throws IOException {
    return Files.write(folder.resolve("package.mfz"), bytes());
  }

  static byte[] zip(Map<String, byte[]> entries, InnerTime time, boolean deflated)
      throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      byte[] plain = entry.getValue();
      byte[] stored = deflated ? deflate(plain) : plain;
      CRC32 crc = new CRC32();
      crc.update(plain);
      ZipRecords.Member member =
          new ZipRecords.Member(
              entry.getKey(),
              deflated ? 8 : 0,
              time.dosDateTime(),
              crc.getValue(),
              stored.length,
              plain.length,
              zip.size());
      zip.writeBytes(member.local());
      zip.writeBytes(stored);
      directory.writeBytes(member.central());
    }
    int directoryAt = zip.size();
    zip.writeBytes(directory.toByteArray());
    zip.writeBytes(ZipRecords.end(entries.size(), directory.size(), directoryAt));
    return zip.toByteArray();
  }

  static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(plain);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }
}
