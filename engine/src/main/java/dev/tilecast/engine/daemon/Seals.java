package dev.tilecast.engine.daemon;

import dev.tilecast.engine.disk.DurableFile;
import dev.tilecast.engine.files.LiveFolder;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.MalformedException;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Keyring;
import dev.tilecast.engine.mfz.Seal;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The seals beside the live files. One that cannot be read, or is not of the file beside it, counts
 * as absent: that file then travels like one without.
 */
final class Seals {
  private final LiveFolder live;
  private final Diary diary;

  Seals(LiveFolder live, Diary diary) {
    this.live = live;
    this.diary = diary;
  }

  /** Whether a seal of the file of {@code head}, by a key that is trusted now, lies beside it. */
  boolean isSealed(ManifestHead head, Keyring keyring) {
    return signature(head.version().name(), head.id())
        .filter(signature -> Seal.objectionTo(head, signature, keyring).isEmpty())
        .isPresent();
  }

  /** The signature of the seal beside the live file of {@code name}, if it is of that manifest. */
  Optional<Bytes> signature(Name name, Bytes manifestId) {
    Path file = live.sealPath(name);
    try {
      Seal seal = Seal.read(file);
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
}
