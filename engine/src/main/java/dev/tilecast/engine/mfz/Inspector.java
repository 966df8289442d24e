package dev.tilecast.engine.mfz;

import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Counted;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a file is an MFZ that a known signer signed and that keeps every rule of the
 * format. It opens the file once, reads it in a few passes through fixed buffers of well under 4
 * MB, and unpacks nothing.
 *
 * <p>Contract: nobody else may write to the file during the inspection or after it. Callers give a
 * private copy; the inspector cannot notice a change between two of its passes.
 */
public final class Inspector {
  private final Keyring keyring;
  private final InspectionLimits limits;

  public Inspector(Keyring keyring, InspectionLimits limits) {
    this.keyring = requireNonNull(keyring);
    this.limits = requireNonNull(limits);
  }

  /** Inspects a file whose name says nothing. */
  public Inspection inspect(Path file) throws IOException {
    return inspect(file, Optional.empty());
  }

  /**
   * Inspects {@code file}.
   *
   * @param droppedAs the name under which it is to be published, which must be the signed one
   * @throws IOException where the file is no regular file or cannot be read
   */
  public Inspection inspect(Path file, Optional<String> droppedAs) throws IOException {
    try (FileChannel channel = open(file)) {
      return new InspectionPass(channel, keyring, limits, droppedAs).run();
    } catch (RefusedException e) {
      return e.refused();
    }
  }

  /**
   * Checks the map at the front of {@code file} alone, as a receiver of {@code cdm} does: not
   * whether an MFZ follows it.
   *
   * @param fileName the name {@code cdmss-SS-TTTTTT.mfz} that the map must belong to
   */
  public MapInspection inspectMap(Path file, Optional<String> fileName) throws IOException {
    try (FileChannel channel = open(file)) {
      InspectionPass pass = new InspectionPass(channel, keyring, limits, fileName);
      return new MapInspection.Accepted(pass.mapAlone());
    } catch (RefusedException e) {
      return new MapInspection.Refused(e.refused());
    }
  }

  /**
   * Cuts an accepted file into the manifest that every tile finds for it.
   *
   * @throws IOException where the file cannot be read, or is not the length that was inspected
   * @throws IllegalArgumentException where the file has no signed name, and so is no version
   */
  public Manifest manifest(Path file, Inspection.Accepted accepted) throws IOException {
    try (FileChannel channel = open(file, accepted)) {
      return of(accepted, Cut.chunks(channel));
    }
  }

  /** Cuts {@code file}, whatever it is: slow, and good for a manifest if it is accepted. */
  public static List<ChunkRef> chunks(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      return Cut.chunks(channel);
    }
  }

  /**
   * The manifest of an accepted file that was {@linkplain #chunks cut} already.
   *
   * @throws IOException where that was not the length that was inspected
   * @throws IllegalArgumentException where the file has no signed name, and so is no version
   */
  public static Manifest manifest(Inspection.Accepted accepted, List<ChunkRef> chunks)
      throws IOException {
    long length = chunks.stream().mapToLong(ChunkRef::length).sum();
    if (length != accepted.fileLength()) {
      throw new IOException(otherLength("the file", length, accepted));
    }
    return of(accepted, chunks);
  }

  /**
   * Whether {@code manifest} is the one that {@link #manifest(Path, Inspection.Accepted)} gives for
   * a file whose chunks were each compared with it. Those digests need not be worked out again:
   * bytes that the signature covers are what they were. All others are hashed.
   *
   * @param cutByRule whether each of those chunks was found to end where the rule ends it, so that
   *     the file need not be cut again
   * @throws IOException as there
   */
  public boolean isManifest(
      Path file, Inspection.Accepted accepted, Manifest manifest, boolean cutByRule)
      throws IOException {
    if (!of(accepted, manifest.chunks()).equals(manifest)) {
      return false;
    }
    long from = accepted.signedFrom();
    long to = from + accepted.signedBytes();
    try (FileChannel channel = open(file, accepted)) {
      return cutByRule
          ? Cut.digestsMatch(channel, manifest.chunks(), from, to)
          : Cut.matches(channel, manifest.chunks(), from, to);
    }
  }

  private static Manifest of(Inspection.Accepted accepted, List<ChunkRef> chunks) {
    Version version =
        accepted
            .version()
            .orElseThrow(() -> new IllegalArgumentException("a file without a signed name"));
    return Manifest.of(
        version, accepted.handle(), accepted.key().fingerprint(), accepted.signature(), chunks);
  }

  private static FileChannel open(Path file, Inspection.Accepted accepted) throws IOException {
    FileChannel channel = open(file);
    long length = channel.size();
    if (length != accepted.fileLength()) {
      channel.close();
      throw new IOException(otherLength(file.toString(), length, accepted));
    }
    return channel;
  }

  private static String otherLength(String file, long length, Inspection.Accepted accepted) {
    return file
        + " has "
        + Counted.bytes(length)
        + " now, but had "
        + accepted.fileLength()
        + " when it was inspected";
  }

  private static FileChannel open(Path file) throws IOException {
    // Opening a named pipe would wait for a writer.
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new IOException(file + " is not a regular file");
    }
    return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }
}
