package dev.tilecast.testbed.process;

import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** A signed file of several members, and newer versions of it of which some members differ. */
public final class SignedFile {
  /** Of how many members it consists unless told otherwise. */
  public static final int MEMBERS = 8;

  private static final int PIECE_BYTES = 64 * 1024;

  private final Path folder;
  private final KeyFolder keys;
  private final Handle signer;
  private final String name;
  private final int members;
  private final long memberBytes;
  private OptionalLong newest = OptionalLong.empty();

  /**
   * A file that is not made yet.
   *
   * @param folder where members and versions are made
   * @param signer whose private key signs
   * @param bytes about how long it is to be
   */
  public SignedFile(Path folder, KeyFolder keys, Handle signer, String name, long bytes) {
    this(folder, keys, signer, name, bytes, MEMBERS);
  }

  /** The same of so many members. */
  public SignedFile(
      Path folder, KeyFolder keys, Handle signer, String name, long bytes, int members) {
    this.folder = folder;
    this.keys = keys;
    this.signer = signer;
    this.name = name;
    this.members = members;
    this.memberBytes = bytes / members;
  }

  /**
   * Makes the next version, of which the first {@code changed} members are new.
   *
   * @param version from 1; the first version has all members new
   */
  public Maker.Made make(int version, int changed) throws IOException, MakeException, KeyException {
    Path packed = Files.createDirectories(folder.resolve("members"));
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      Path member = packed.resolve("part-" + i + ".bin");
      if (i < changed) {
        write(member, version * members + i);
      }
      files.add(member);
    }
    Path out = Files.createDirectories(folder.resolve("version-" + version)).resolve(name);
    long stamp = Maker.stamp(System.currentTimeMillis() / 1000, newest);
    Maker.Made made = new Maker(keys, InspectionLimits.defaults()).make(signer, out, files, stamp);
    newest = OptionalLong.of(stamp);
    return made;
  }

  /** Bytes that no packing makes shorter, so that the file is as long as was asked for. */
  private void write(Path member, int seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] piece = new byte[PIECE_BYTES];
    try (var out = Files.newOutputStream(member)) {
      for (long left = memberBytes; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(left, piece.length));
      }
    }
  }
}
