package dev.tilecast.engine.daemon;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Keyring;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The seals beside the live files. One that cannot be read, or is not of the file beside it, counts
 * as absent at the start: that file then travels like one without. One that was good once in this
 * run is remembered, served from memory and written again. May be used from any thread.
 */
final class Seals {
  private final LiveFolder live;
  private final Diary diary;

  /** What stood beside the live file of each name when it was looked at last. */
  private final Map<Name, Known> known = new ConcurrentHashMap<>();

  private record Known(Bytes manifestId, Bytes signature) {}

  Seals(LiveFolder live, Diary diary) {
    this.live = live;
    this.diary = diary;
  }

  /** Whether there is a seal of the file of {@code head} by a key that is trusted now. */
  boolean isSealed(ManifestHead head, Keyring keyring) {
    Optional<Bytes> good =
        signature(head.version().name(), head.id())
            .filter(signature -> Seal.objectionTo(head, signature, keyring).isEmpty());
    remember(head, good);
    return good.isPresent();
  }

  /** From now on the live file of {@code head} has this checked seal, or none. */
  void remember(ManifestHead head, Optional<Bytes> signature) {
    Name name = head.version().name();
    signature.ifPresentOrElse(
        good -> known.put(name, new Known(head.id(), good)), () -> known.remove(name));
  }

  /** The signature of the seal of the live file of {@code name}, if that is of this manifest. */
  Optional<Bytes> signature(Name name, Bytes manifestId) {
    Optional<Bytes> there = onDisk(name, manifestId);
    return there.isPresent() ? there : remembered(name, manifestId);
  }

  private Optional<Bytes> remembered(Name name, Bytes manifestId) {
    return Optional.ofNullable(known.get(name))
        .filter(seal -> seal.manifestId.equals(manifestId))
        .map(Known::signature);
  }

  private Optional<Bytes> onDisk(Name name, Bytes manifestId) {
    Path file = live.sealPath(name);
    try {
      Seal seal = read(file);
      return seal.manifest().head().id().equals(manifestId)
          ? Optional.of(seal.signature())
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (MalformedException e) {
      diary.trouble("seals", file + " counts as absent: " + e.getMessage());
      return Optional.empty();
    } catch (IOException e) {
      diary.trouble("seals", file + " counts as absent: " + DurableFile.words(e));
      return Optional.empty();
    }
  }

  private static Seal read(Path file) throws IOException, MalformedException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      // A pipe would hold up whoever opens it.
      throw new IOException("it is no file");
    }
    return Seal.read(file);
  }

  /**
   * Looks at the seal of the live file that {@code manifest} describes, and writes it again where
   * it is not as it was.
   *
   * @return what was wrong with it and what came of that, as a sentence; empty where all is well
   */
  Optional<String> tend(Manifest manifest) {
    Name name = manifest.head().version().name();
    Bytes id = manifest.head().id();
    Optional<Bytes> signature = remembered(name, id);
    Optional<String> damage = damage(name, manifest, signature);
    if (damage.isEmpty()) {
      return Optional.empty();
    }
    String what = "live/" + name + Seal.SUFFIX + " " + damage.get();
    if (signature.isEmpty()) {
      return Optional.of(
          what + "; it counts as absent. To have it back, publish the file with its seal again");
    }
    try {
      live.keepSeal(name, id, new Seal(manifest, signature.get()).encode());
      return Optional.of(what + "; it was written again");
    } catch (IOException e) {
      return Optional.of(
          what
              + ", and cannot be written again: "
              + DurableFile.words(e)
              + "; it is lost when the tile stops, unless that is mended before");
    }
  }

  private Optional<String> damage(Name name, Manifest manifest, Optional<Bytes> signature) {
    try {
      Seal seal = read(live.sealPath(name));
      boolean other =
          !seal.isOf(manifest) || signature.filter(s -> !s.equals(seal.signature())).isPresent();
      return other ? Optional.of("is not the seal of the file beside it") : Optional.empty();
    } catch (NoSuchFileException e) {
      return signature.map(lost -> "is gone");
    } catch (MalformedException e) {
      return Optional.of("is damaged: " + e.getMessage());
    } catch (IOException e) {
      return Optional.of("cannot be read: " + DurableFile.words(e));
    }
  }
}
