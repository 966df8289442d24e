package dev.tilecast.testbed.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.InspectionLimits;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.engine.mfz.Maker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes real MFZ files as people do, with RSA keys that everybody can guess: the key of a handle is
 * the same in every world and process, so that files are. Stamps are those of the format: even, and
 * of the years 1980 to 2097.
 */
final class KeyPress implements Press {
  /** The least that a new key may have, since making keys is what takes longest. */
  private static final int KEY_BITS = 2048;

  private static final Map<String, KeyFiles> KEYS = new ConcurrentHashMap<>();

  private final Path folder;
  private final KeyFolder keys;
  private final Map<String, Bytes> fingerprints = new HashMap<>();
  private final Map<Bytes, Bytes> contents = new HashMap<>();
  private final Map<Bytes, Bytes> seals = new HashMap<>();
  private int made;

  /** The two files of one key. */
  private record KeyFiles(Bytes privateKey, Bytes publicKey) {}

  /** A press that works in {@code folder}, which need not exist. */
  KeyPress(Path folder) {
    this.folder = folder;
    keys = new KeyFolder(folder.resolve("keys"));
  }

  @Override
  public SimFile press(Name name, long stamp, byte[] content, String handle) {
    try {
      fingerprint(handle);
      Path place = Files.createDirectories(folder.resolve("file-" + made++));
      Path member = Files.write(place.resolve("content"), content);
      Maker.Made file =
          new Maker(keys, InspectionLimits.defaults())
              .make(new Handle(handle), place.resolve(name.text()), List.of(member), stamp);
      Bytes bytes = Bytes.copyOf(Files.readAllBytes(file.file()));
      SimFile pressed = new SimFile(file.seal().manifest(), bytes);
      contents.put(pressed.id(), Bytes.copyOf(content));
      seals.put(pressed.id(), file.seal().signature());
      return pressed;
    } catch (IOException e) {
      throw new UncheckedIOException("making " + name + " in " + folder, e);
    } catch (MakeException | KeyException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public byte[] contentOf(SimFile file) {
    return contents.get(file.id()).toArray();
  }

  @Override
  public Bytes seal(SimFile file) {
    return seals.get(file.id());
  }

  @Override
  public Bytes fingerprint(String handle) {
    return fingerprints.computeIfAbsent(handle, this::bring);
  }

  /** The file of the public key of {@code handle}. */
  Path publicKey(String handle) {
    fingerprint(handle);
    return keys.publicFile(new Handle(handle));
  }

  /** Puts the key of {@code handle} into this press. */
  private Bytes bring(String text) {
    Handle handle = new Handle(text);
    try {
      KeyFiles files = KEYS.get(text);
      if (files == null) {
        keys.generate(handle, KEY_BITS, guessable(text));
        KEYS.put(
            text,
            new KeyFiles(
                Bytes.copyOf(Files.readAllBytes(keys.privateFile(handle))),
                Bytes.copyOf(Files.readAllBytes(keys.publicFile(handle)))));
      } else {
        Files.createDirectories(keys.privateFile(handle).getParent());
        Files.createDirectories(keys.publicFile(handle).getParent());
        Files.write(keys.privateFile(handle), files.privateKey().toArray());
        Files.write(keys.publicFile(handle), files.publicKey().toArray());
      }
      return keys.load().byHandle(handle).orElseThrow().fingerprint();
    } catch (IOException e) {
      throw new UncheckedIOException("making the key of " + text + " in " + folder, e);
    } catch (KeyException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Of all generators of Java, this one alone is what its seed says where it is seeded first. */
  private static SecureRandom guessable(String handle) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(("the key of " + handle).getBytes(UTF_8));
      return random;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA1PRNG, which JDKs have", e);
    }
  }
}
