package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key folder in the layout of {@code mfzmake}: {@code public_keys/<escaped handle>.pub}, {@code
 * private_keys/<escaped handle>.priv}, and our {@code rules}. Every change is whole and synced, or
 * did not happen.
 */
public final class KeyFolder {
  /** The most public keys: what a folder holds is read whole, also when somebody filled it up. */
  public static final int KEYS_MAX = 1024;

  private static final int PRIVATE_BYTES_MAX = 8192;
  private static final int RULES_BYTES_MAX = 256 * 1024;
  private static final int BITS_MIN_NEW = 2048;

  private final Path folder;

  /** The folder {@code folder}, which need not exist yet. */
  public KeyFolder(Path folder) {
    this.folder = requireNonNull(folder);
  }

  /** The file name of the public key of {@code handle}. */
  public static String publicFileName(Handle handle) {
    return handle.escaped() + ".pub";
  }

  public Path publicFile(Handle handle) {
    return folder.resolve("public_keys").resolve(publicFileName(handle));
  }

  public Path privateFile(Handle handle) {
    return folder.resolve("private_keys").resolve(handle.escaped() + ".priv");
  }

  public Path rulesFile() {
    return folder.resolve("rules");
  }

  /**
   * Reads all public keys and the rules. What cannot be used becomes a warning of the keyring.
   *
   * @throws IOException where the folder or the rules cannot be read: then nobody is trusted
   */
  public Keyring load() throws IOException {
    List<String> warnings = new ArrayList<>();
    Map<String, byte[]> files = new LinkedHashMap<>();
    Path keys = folder.resolve("public_keys");
    if (!Files.isDirectory(keys)) {
      warnings.add(keys + " does not exist: no signer is known");
    } else {
      for (Path file : publicFiles(keys)) {
        if (files.size() == KEYS_MAX) {
          warnings.add(keys + " holds more than " + KEYS_MAX + " keys; the rest is not used");
          break;
        }
        readKey(file, files, warnings);
      }
    }
    return new Keyring(files, readRules(), warnings);
  }

  private static List<Path> publicFiles(Path keys) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> listing = Files.newDirectoryStream(keys, "*.pub")) {
      listing.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    files.sort(null);
    return files;
  }

  private static void readKey(Path file, Map<String, byte[]> files, List<String> warnings) {
    String name = file.getFileName().toString();
    try {
      Optional<byte[]> content = readBounded(file, InspectionLimits.KEY_BYTES_MAX);
      if (content.isPresent()) {
        files.put(name, content.get());
      } else {
        warnings.add(
            "public_keys/"
                + name
                + " is not used: it is longer than "
                + InspectionLimits.KEY_BYTES_MAX
                + " bytes");
      }
    } catch (IOException e) {
      warnings.add("public_keys/" + name + " is not used: it cannot be read (" + e + ")");
    }
  }

  private PublishingRules readRules() throws IOException {
    if (!Files.exists(rulesFile(), LinkOption.NOFOLLOW_LINKS)) {
      return PublishingRules.absent();
    }
    Optional<byte[]> content = readBounded(rulesFile(), RULES_BYTES_MAX);
    if (content.isEmpty()) {
      throw new IOException(rulesFile() + " is longer than " + RULES_BYTES_MAX + " bytes");
    }
    return PublishingRules.parse(new String(content.get(), UTF_8));
  }

  /** The content of a file, or empty where it is longer than {@code bytesMax}. */
  private static Optional<byte[]> readBounded(Path file, int bytesMax) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A pipe would hold up whoever opens it.
      throw new IOException(file + " is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(bytesMax + 1);
      return content.length > bytesMax ? Optional.empty() : Optional.of(content);
    }
  }

  /**
   * Makes a key pair. A key that exists is never overwritten. Where an earlier call was cut short,
   * the same call again finishes it or begins anew.
   *
   * @param bits 2048 to 4096, a multiple of 8
   */
  public PublicKey generate(Handle handle, int bits) throws IOException, KeyException {
    return generate(handle, bits, new SecureRandom());
  }

  /** Whether a new key may have so many bits. */
  public static boolean mayHave(int bits) {
    return bits >= BITS_MIN_NEW && bits <= PublicKey.BITS_MAX && bits % 8 == 0;
  }

  /**
   * The same.
   *
   * @param random where the key comes from: whoever can guess this has the key
   */
  public PublicKey generate(Handle handle, int bits, SecureRandom random)
      throws IOException, KeyException {
    if (!mayHave(bits)) {
      throw new KeyException(
          "a new key has 2048 to 4096 bits, a multiple of 8; not " + bits + ". 3072 are advised");
    }
    Optional<PublicKey> begun = finish(handle);
    if (begun.isPresent()) {
      return begun.get();
    }
    for (Path file : List.of(privateFile(handle), publicFile(handle))) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw exists(handle, file);
      }
    }
    SigningKey key = SigningKey.generate(handle, bits, random);
    createFolder(folder.resolve("private_keys"), "rwx------");
    createFolder(folder.resolve("public_keys"), "rwxr-xr-x");
    // The pair is there when the private key has its name; until then nothing is signed with it.
    writeNew(handle, unfinishedFile(handle), key.fileText(), "rw-------");
    byte[] text = key.publicKey().fileText().getBytes(ISO_8859_1);
    writeNew(handle, publicFile(handle), text, "rw-r--r--");
    nameUnfinished(handle);
    return key.publicKey();
  }

  /** Where a private key lies until its public one does. */
  private Path unfinishedFile(Handle handle) {
    return privateFile(handle).resolveSibling(handle.escaped() + ".priv.unfinished");
  }

  /**
   * Ends what a power cut has left of {@link #generate}: a pair of which only the name of one file
   * is missing is taken; a private key whose public one is not there was never used by anybody, and
   * is forgotten.
   */
  private Optional<PublicKey> finish(Handle handle) throws IOException {
    Path unfinished = unfinishedFile(handle);
    if (!Files.exists(unfinished, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Optional<PublicKey> known = load().byHandle(handle);
    if (known.isPresent()
        && known.equals(publicKeyOf(unfinished))
        && !Files.exists(privateFile(handle), LinkOption.NOFOLLOW_LINKS)) {
      nameUnfinished(handle);
      return known;
    }
    Files.delete(unfinished);
    DurableFile.syncFolder(unfinished.toAbsolutePath().getParent());
    return Optional.empty();
  }

  private static Optional<PublicKey> publicKeyOf(Path privateFile) throws IOException {
    byte[] content = readBounded(privateFile, PRIVATE_BYTES_MAX).orElse(new byte[0]);
    try {
      return Optional.of(SigningKey.parse(content).publicKey());
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  private void nameUnfinished(Handle handle) throws IOException {
    Files.move(unfinishedFile(handle), privateFile(handle), StandardCopyOption.ATOMIC_MOVE);
    DurableFile.syncFolder(privateFile(handle).toAbsolutePath().getParent());
  }

  /** Makes the key of {@code file} known. The same key again changes nothing. */
  public PublicKey add(Path file) throws IOException, KeyException {
    byte[] content =
        readBounded(file, InspectionLimits.KEY_BYTES_MAX)
            .orElseThrow(
                () ->
                    new KeyException(
                        file
                            + " is longer than "
                            + InspectionLimits.KEY_BYTES_MAX
                            + " bytes: not a public key file"));
    PublicKey key;
    try {
      key = KeyText.split(content).publicKey();
    } catch (RefusedException e) {
      throw new KeyException(file + " cannot be added: " + e.getMessage());
    }
    byte[] text = key.fileText().getBytes(ISO_8859_1);
    Optional<PublicKey> known = load().byHandle(key.handle());
    if (known.isPresent() && known.get().fileText().equals(key.fileText())) {
      return key;
    }
    createFolder(folder.resolve("public_keys"), "rwxr-xr-x");
    writeNew(key.handle(), publicFile(key.handle()), text, "rw-r--r--");
    return key;
  }

  /** Makes a key unknown: what it signed is refused from now on. Its private key stays. */
  public void remove(Handle handle) throws IOException, KeyException {
    try {
      Files.delete(publicFile(handle));
    } catch (NoSuchFileException e) {
      throw new KeyException(
          "'" + handle + "' is not known here: there is no " + publicFile(handle));
    }
    DurableFile.syncFolder(publicFile(handle).toAbsolutePath().getParent());
  }

  /**
   * Lets {@code handle} publish names that {@code pattern} matches.
   *
   * @param pattern a glob of {@code *} and {@code ?}
   * @return what else changes by it, as sentences
   */
  public List<String> allow(Handle handle, String pattern) throws IOException, KeyException {
    if (!Glob.isValid(pattern)) {
      throw new KeyException(
          "'" + pattern + "' is not a pattern of names: use letters, digits, . _ - and * ?");
    }
    Keyring before = load();
    if (before.byHandle(handle).isEmpty()) {
      throw new KeyException(
          "'" + handle + "' is not known here; first: tilecast keys add FILE.pub");
    }
    List<String> changes = new ArrayList<>();
    String text = "# Who may publish what: HANDLE = GLOB GLOB...\n";
    if (before.hasRules()) {
      // As it is read: what is no text in them stays what it is taken for.
      text = new String(Files.readAllBytes(rulesFile()), UTF_8);
      text = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    } else {
      for (PublicKey key : before.keys()) {
        if (!key.handle().equals(handle)) {
          changes.add(
              "'"
                  + key.handle()
                  + "' may publish nothing from now on: "
                  + rulesFile()
                  + " exists now, and only what it says is allowed");
        }
      }
    }
    if (!before.hasRules() || !before.patterns(handle).contains(pattern)) {
      byte[] content = (text + PublishingRules.line(handle, new Glob(pattern))).getBytes(UTF_8);
      DurableFile.write(rulesFile(), content, "rw-r--r--");
    }
    return List.copyOf(changes);
  }

  /** The private key of {@code handle}, whose public key must be known and belong to it. */
  public SigningKey signingKey(Handle handle) throws IOException, KeyException {
    byte[] content;
    try {
      content = readBounded(privateFile(handle), PRIVATE_BYTES_MAX).orElse(new byte[0]);
    } catch (NoSuchFileException e) {
      throw new KeyException(
          "there is no private key of '"
              + handle
              + "' ("
              + privateFile(handle)
              + ")"
              + (Files.exists(publicFile(handle)) && !Files.exists(unfinishedFile(handle))
                  ? ", only its public key: sign where the private key is, or copy it there; another"
                      + " one would not belong to the files that are signed already"
                  : "; make one with: tilecast keys generate '" + handle + "'"));
    }
    SigningKey key;
    try {
      key = SigningKey.parse(content);
    } catch (RefusedException e) {
      throw new KeyException(privateFile(handle) + " cannot be used: " + e.getMessage());
    }
    Optional<PublicKey> known = load().byHandle(handle);
    if (!known.equals(Optional.of(key.publicKey()))) {
      throw new KeyException(
          privateFile(handle)
              + " does not belong to "
              + publicFile(handle)
              + ": restore the right one of the two from a copy");
    }
    return key;
  }

  private static void createFolder(Path wanted, String permissions) throws IOException {
    if (!Files.isDirectory(wanted)) {
      Files.createDirectories(wanted.toAbsolutePath().getParent());
      Files.createDirectory(
          wanted,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
      DurableFile.syncFolder(wanted.toAbsolutePath().getParent());
    }
  }

  private static void writeNew(Handle handle, Path file, byte[] content, String permissions)
      throws IOException, KeyException {
    try {
      DurableFile.writeNew(file, content, permissions);
    } catch (FileAlreadyExistsException e) {
      throw exists(handle, file);
    }
  }

  private static KeyException exists(Handle handle, Path file) {
    return new KeyException(
        "'"
            + handle
            + "' has a key already ("
            + file
            + "), and keys are never overwritten; take another handle, or move that file away");
  }
}
