package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Counted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Checks the 1024 bytes before an MFZ against their signature and against what follows them. */
final class CdmMapCheck {
  private static final byte[] MAGIC = "CDM10\n".getBytes(US_ASCII);
  private static final byte[] FAMILY = "CDM".getBytes(US_ASCII);
  private static final Handle KEY_0 = new Handle("t2-keymaster-release-10");

  private static final int LABEL_BYTES = 16;
  private static final int SUMS = 100;
  private static final int SUM_BYTES = 8;
  private static final int SUMS_BYTES = SUMS * SUM_BYTES;
  private static final int SIGNED_BYTES = 896;
  private static final int BLOCK_BITS_MIN = 8;
  private static final int BUFFER_BYTES = 128 * 1024;

  private final FileChannel channel;
  private final long payloadBytes;
  private final Keyring keyring;

  CdmMapCheck(FileChannel channel, long fileLength, Keyring keyring) {
    this.channel = channel;
    this.payloadBytes = fileLength - CdmMap.BYTES;
    this.keyring = keyring;
  }

  /**
   * Whether {@code start} is the beginning of a map of any version, rather than of an MFZ.
   *
   * @param start the first bytes of a file
   */
  static boolean isMap(byte[] start) {
    return start.length >= FAMILY.length
        && Arrays.equals(start, 0, FAMILY.length, FAMILY, 0, FAMILY.length);
  }

  /** Checks everything that can be checked without looking into the MFZ. */
  CdmMap check(byte[] map, Optional<String> fileName) throws IOException, RefusedException {
    if (map.length < CdmMap.BYTES || !Arrays.equals(map, 0, 6, MAGIC, 0, 6)) {
      throw new RefusedException(
          Rule.MAP_MAGIC, "the map before the MFZ is not 1024 bytes from 'CDM10' on");
    }
    ByteBuffer in = ByteBuffer.wrap(map);
    int bits = map[6] & 0xFF;
    int key = map[7] & 0xFF;
    int slot = map[8] & 0xFF;
    int stamp = in.getInt(8) & 0xFFFFFF;
    long length = in.getInt(12) & 0xFFFFFFFFL;
    requireBlockSize(length, bits);
    requireSigned(key, map);
    if (slot == 0) {
      throw new RefusedException(Rule.MAP_SLOT, "the map names slot 00; slots are 01 to ff");
    }
    CdmMap result =
        new CdmMap(
            slot,
            stamp,
            label(map),
            length,
            1L << bits,
            KEY_0.text(),
            Bytes.copyOf(map, 16 + LABEL_BYTES, 64));
    if (fileName.isPresent()) {
      requireName(result, fileName.get());
    }
    if (length != payloadBytes) {
      throw new RefusedException(
          Rule.MAP_LENGTH,
          "the map is of "
              + Counted.bytes(length)
              + ", but "
              + Counted.bytes(payloadBytes)
              + " follow it");
    }
    requirePayload(result, map);
    return result;
  }

  /** Refuses a map whose slot and stamp are not those of {@code name}. */
  static void requireName(CdmMap map, String name) throws RefusedException {
    if (!map.fileName().equals(name.toLowerCase(Locale.ROOT))) {
      throw new RefusedException(
          Rule.MAP_NAME, "the map is of " + map.fileName() + ", but the name is '" + name + "'");
    }
  }

  private static void requireBlockSize(long length, int bits) throws RefusedException {
    if (length == 0) {
      throw new RefusedException(Rule.MAP_LENGTH, "the map is of 0 bytes");
    }
    int least = BLOCK_BITS_MIN;
    while ((long) SUMS << least < length) {
      least++;
    }
    if (bits != least) {
      throw new RefusedException(
          Rule.MAP_BLOCK_SIZE,
          "the map has blocks of 2^"
              + bits
              + " bytes; "
              + Counted.bytes(length)
              + " need 2^"
              + least);
    }
  }

  private void requireSigned(int keyNumber, byte[] map) throws RefusedException {
    Optional<PublicKey> key = keyNumber == 0 ? keyring.byHandle(KEY_0) : Optional.empty();
    if (key.isEmpty()) {
      throw new RefusedException(
          Rule.MAP_SIGNER,
          "the map is signed by key number "
              + keyNumber
              + (keyNumber == 0
                  ? ", '" + KEY_0 + "', which is not known here"
                  : "; only 0 exists"));
    }
    Bytes digest = Digests.sha512(Arrays.copyOf(map, SIGNED_BYTES));
    Bytes signature = Bytes.copyOf(map, SIGNED_BYTES, CdmMap.BYTES - SIGNED_BYTES);
    if (!key.get().verifies(digest, signature)) {
      throw new RefusedException(
          Rule.MAP_SIGNATURE,
          "the map's signature does not verify with the key of '" + KEY_0 + "'");
    }
  }

  private static String label(byte[] map) throws RefusedException {
    String padded = new String(map, 16, LABEL_BYTES, ISO_8859_1);
    int nul = padded.indexOf('\0');
    String label = nul < 0 ? padded : padded.substring(0, nul);
    boolean padding = padded.substring(label.length()).chars().allMatch(c -> c == 0);
    if (label.isEmpty() || !padding || label.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new RefusedException(
          Rule.MAP_LABEL, "the map's label is not 1 to 16 printable characters: '" + label + "'");
    }
    return label;
  }

  /**
   * Compares all sums and the digest. Sum i is over everything up to the end of block i; a length
   * that is a multiple of the block size has one sum more, equal to the one before.
   */
  private void requirePayload(CdmMap map, byte[] mapBytes) throws IOException, RefusedException {
    byte[] expected = Arrays.copyOfRange(mapBytes, 96, 96 + SUMS_BYTES);
    byte[] actual = new byte[SUMS_BYTES];
    MessageDigest all = Digests.newSha512();
    byte[] buffer = new byte[BUFFER_BYTES];
    long at = 0;
    for (int i = 0; i < SUMS && i * map.blockBytes() <= payloadBytes; i++) {
      long to = Math.min((i + 1) * map.blockBytes(), payloadBytes);
      update(all, buffer, at, to);
      at = to;
      System.arraycopy(digestSoFar(all), 0, actual, i * SUM_BYTES, SUM_BYTES);
    }
    if (!Bytes.copyOf(all.digest()).equals(map.payloadDigest())) {
      requireSums(expected, actual);
      throw new RefusedException(Rule.MAP_DIGEST, "the map's SHA-512 is not that of the file");
    }
    requireSums(expected, actual);
  }

  private static void requireSums(byte[] expected, byte[] actual) throws RefusedException {
    int different = Arrays.mismatch(expected, actual);
    if (different >= 0) {
      throw new RefusedException(
          Rule.MAP_SUMS, "the map's sum " + different / SUM_BYTES + " is not that of the file");
    }
  }

  private void update(MessageDigest digest, byte[] buffer, long from, long to)
      throws IOException, RefusedException {
    long at = from;
    while (at < to) {
      int wanted = (int) Math.min(buffer.length, to - at);
      int got = channel.read(ByteBuffer.wrap(buffer, 0, wanted), CdmMap.BYTES + at);
      if (got < 0) {
        throw new RefusedException(Rule.MAP_LENGTH, "the file became shorter while it was read");
      }
      digest.update(buffer, 0, got);
      at += got;
    }
  }

  private static byte[] digestSoFar(MessageDigest digest) {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-512 cannot be cloned", e);
    }
  }
}
