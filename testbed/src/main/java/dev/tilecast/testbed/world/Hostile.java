package dev.tilecast.testbed.world;

import dev.tilecast.engine.core.TileReport;
import dev.tilecast.engine.core.TileSettings;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.engine.message.KeyPrefix;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.ManifestPage;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Version;
import dev.tilecast.engine.mfz.Cut;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A tile that knows the protocol, everything that was ever published and no key, and means ill. It
 * says HELLO like anybody, and does each of its {@link Ill}s again and again.
 */
final class Hostile implements Software {
  private static final long MILLI = 1_000_000L;
  private static final long HELLO_NANOS = 5000 * MILLI;
  private static final int FLOOD_PACKETS = 40;
  private static final int MTU = 255;
  private static final int DATA_PACKETS_MAX = 64;
  private static final int DIGEST_PACKETS = 20;

  private final SimTile tile;
  private final Set<Ill> ills;
  private final RandomGenerator chance;
  private final long bootId;
  private final Deque<Runnable> todo = new ArrayDeque<>();
  private final Map<Integer, SimFile> poisoned = new LinkedHashMap<>();
  private long helloAt;
  private long actAt;
  private long served;

  Hostile(SimTile tile, Set<Ill> ills) {
    this.tile = tile;
    this.ills = ills;
    this.chance = tile.world().fork("hostile " + tile);
    this.bootId = chance.nextLong();
    this.helloAt = tile.nanos();
    this.actAt = tile.nanos();
  }

  @Override
  public void start() {
    helloAt = tile.nanos();
  }

  @Override
  public void up(Direction direction) {
    todo.add(() -> hello(direction));
  }

  @Override
  public void down(Direction direction, String why) {
    // It does not mind.
  }

  @Override
  public void received(Direction from, byte[] packet) {
    if (Codec.decode(packet) instanceof Decoded.Good good) {
      todo.add(() -> answer(from, good.message()));
    }
  }

  @Override
  public void turn() {
    for (Runnable next = todo.poll(); next != null; next = todo.poll()) {
      next.run();
    }
    long now = tile.nanos();
    if (now >= helloAt) {
      helloAt = now + HELLO_NANOS;
      tile.device().ports().forEach(port -> hello(port.direction()));
    }
    if (now >= actAt) {
      actAt = now + chance.nextLong(50 * MILLI, 2000 * MILLI);
      tile.device().ports().forEach(port -> ills.forEach(ill -> act(ill, port.direction())));
    }
  }

  @Override
  public long dueAtNanos() {
    return Math.min(helloAt, actAt);
  }

  @Override
  public boolean isIdle() {
    return todo.isEmpty();
  }

  @Override
  public void look() {
    // It does not publish.
  }

  @Override
  public void trust(Trust now) {
    // It trusts nobody.
  }

  @Override
  public Optional<TileReport> report() {
    return Optional.empty();
  }

  @Override
  public void end() {
    todo.clear();
  }

  private void hello(Direction to) {
    byte[] random = new byte[Codec.ROOT_BYTES];
    chance.nextBytes(random);
    TileSettings settings =
        new TileSettings(
            Bytes.copyOf(new byte[16]), bootId, tile.model().group(), tile.model().limits());
    send(
        to,
        new Message.Hello(
            Codec.VERSION,
            Codec.VERSION,
            bootId,
            settings.tileId(),
            settings.groupId(),
            MTU,
            10,
            Bytes.copyOf(random)));
  }

  private void act(Ill ill, Direction to) {
    switch (ill) {
      case LIES -> any().ifPresent(file -> lie(to, file));
      case WRONG_BYTES, SILENT, DESERTS -> newest().forEach(file -> advertise(to, file));
      case FLOODS -> flood(to);
      case REPLAYS -> any().ifPresent(file -> advertise(to, file));
      case CLAIMS_HUGE -> any().ifPresent(file -> claimHuge(to, file));
      case POISONS -> any().ifPresent(file -> poison(to, file));
      case BABBLES -> babble(to);
      case DIGESTS -> compare(to);
      case STREAMS -> any().ifPresent(file -> stream(to, file));
    }
  }

  private List<SimFile> files() {
    return new ArrayList<>(tile.world().mint().files());
  }

  private Optional<SimFile> any() {
    List<SimFile> files = files();
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(files.get(chance.nextInt(files.size())));
  }

  private List<SimFile> newest() {
    Map<Name, SimFile> newest = new TreeMap<>();
    for (SimFile file : tile.world().mint().files()) {
      newest.merge(file.name(), file, (a, b) -> b.version().isNewerThan(a.version()) ? b : a);
    }
    return List.copyOf(newest.values());
  }

  private void advertise(Direction to, SimFile file) {
    advertise(to, file, file.version().stamp(), file.version().innerDigest(), file.id());
  }

  private void advertise(Direction to, SimFile file, long stamp, Bytes digest, Bytes id) {
    ManifestHead head = file.manifest().head();
    send(to, advertisement(head, stamp, digest, id, head.fileLength()));
  }

  private static Message.Advertisement advertisement(
      ManifestHead head, long stamp, Bytes digest, Bytes id, long length) {
    return new Message.Advertisement(
        head.version().name(),
        stamp,
        digest.prefix(Message.Advertisement.DIGEST_PREFIX_BYTES),
        id,
        length,
        head.fingerprint().prefix(Message.Advertisement.SIGNER_BYTES),
        false,
        1000);
  }

  /**
   * Part of a file, or all, as if it were sealed; chunks of it, as if they were here; questions.
   */
  private void stream(Direction to, SimFile file) {
    Message.Advertisement ad =
        advertisement(
            file.manifest().head(),
            file.version().stamp(),
            file.version().innerDigest(),
            file.id(),
            file.content().length());
    int permille = chance.nextInt(8) == 0 ? 1000 : chance.nextInt(1000);
    send(
        to,
        new Message.Advertisement(
            ad.name(),
            ad.stamp(),
            ad.digestPrefix(),
            ad.manifestId(),
            ad.fileLength(),
            ad.signer(),
            chance.nextInt(8) != 0,
            permille));
    int key = file.id().firstInt();
    send(to, have(key));
    for (int i = chance.nextInt(FLOOD_PACKETS); i > 0; i--) {
      send(to, new Message.ManifestWant(key, Message.ManifestWant.HELD, 0, 1));
    }
    send(to, new Message.ManifestWant(key, chance.nextInt(200), 0, 2000));
    send(to, new Message.Want(key, 64, List.of(range(file))));
  }

  private Message have(int key) {
    List<Message.Run> runs = new ArrayList<>();
    for (int i = chance.nextInt(Message.Have.RUNS_MAX + 1); i > 0; i--) {
      int first = chance.nextInt(ManifestHead.CHUNKS_MAX);
      runs.add(new Message.Run(first, 1 + chance.nextInt(ManifestHead.CHUNKS_MAX - first)));
    }
    return new Message.Have(key, chance.nextInt(ManifestHead.CHUNKS_MAX + 1), runs);
  }

  private void lie(Direction to, SimFile file) {
    Bytes id = chance.nextBoolean() ? file.id() : random(32);
    long stamp = file.version().stamp() + chance.nextLong(1000);
    advertise(
        to, file, stamp, chance.nextBoolean() ? file.version().innerDigest() : random(16), id);
  }

  private void claimHuge(Direction to, SimFile file) {
    ManifestHead head = file.manifest().head();
    long stamp = file.version().stamp() + 1;
    send(to, advertisement(head, stamp, random(16), random(32), ManifestHead.FILE_BYTES_MAX));
  }

  /**
   * The true signature of a true version over pages that list other bytes; or a version that nobody
   * made, with a signature that is none.
   */
  private void poison(Direction to, SimFile file) {
    List<SimFile> offered =
        poisoned.values().stream().filter(known -> known.name().equals(file.name())).toList();
    if (!offered.isEmpty() && chance.nextInt(16) != 0) {
      // Who changes what it offers again and again is not pulled from to the end.
      advertise(to, offered.get(offered.size() - 1));
      return;
    }
    byte[] content = new byte[file.content().length()];
    chance.nextBytes(content);
    Cut cut = new Cut(Cut.Parameters.forLength(content.length));
    cut.update(content, 0, content.length);
    List<ChunkRef> chunks = cut.finish();
    ManifestHead head = file.manifest().head();
    Version version = file.version();
    Bytes signature = head.signature();
    if (chance.nextInt(4) == 0) {
      version = new Version(version.name(), version.stamp() + 1, random(Version.DIGEST_BYTES));
      signature = random(signature.length());
    }
    Manifest manifest = Manifest.of(version, head.handle(), head.fingerprint(), signature, chunks);
    SimFile false_ = new SimFile(manifest, Bytes.copyOf(content));
    if (poisoned.size() < 16) {
      poisoned.put(false_.id().firstInt(), false_);
    }
    advertise(to, false_);
  }

  private void flood(Direction to) {
    Optional<SimFile> file = any();
    for (int i = 0; i < FLOOD_PACKETS && file.isPresent(); i++) {
      SimFile of = file.get();
      int key = of.id().firstInt();
      switch (chance.nextInt(4)) {
        case 0 -> {
          ManifestHead head = of.manifest().head();
          Name name = new Name("flood-" + chance.nextInt(100_000) + ".mfz");
          send(
              to,
              new Message.Advertisement(
                  name,
                  chance.nextLong(),
                  random(16),
                  random(32),
                  1 + chance.nextInt(1 << 20),
                  head.fingerprint().prefix(Message.Advertisement.SIGNER_BYTES),
                  false,
                  1000));
        }
        case 1 -> send(to, new Message.Want(key, 65535, List.of(range(of))));
        case 2 -> send(to, new Message.ManifestWant(key, Message.ManifestWant.HEAD, 0, 65535));
        default -> send(to, new Message.Data(key, chance.nextInt(1 << 20), random(200)));
      }
    }
  }

  /** All of a file, or bytes of which not all are in it. */
  private Message.Range range(SimFile of) {
    int length = of.content().length();
    return chance.nextBoolean()
        ? new Message.Range(0, length)
        : new Message.Range(chance.nextInt(length), length + 1 + chance.nextInt(1000));
  }

  private void babble(Direction to) {
    byte[] packet = new byte[2 + chance.nextInt(MTU - 1)];
    chance.nextBytes(packet);
    if (chance.nextBoolean()) {
      Optional<SimFile> file = any();
      Message message = new Message.ManifestWant(chance.nextInt(), 0, 0, 100);
      if (file.isPresent()) {
        ManifestHead head = file.get().manifest().head();
        message = advertisement(head, chance.nextLong(), random(16), random(32), 1);
      }
      packet = Codec.encode(message, to, tile.port(to).serviceForm().byteOf(8));
      int at = chance.nextInt(packet.length);
      packet[at] = (byte) (packet[at] ^ (1 + chance.nextInt(255)));
    }
    tile.port(to).send(packet, Urgency.BULK);
  }

  /** As if nothing were alike, or nothing there, or everything alike: whatever makes us talk. */
  private void compare(Direction to) {
    send(to, digest(KeyPrefix.ROOT, Message.Digest.Form.CHILDREN, Message.Digest.DIGESTS_MAX, 0));
    send(to, digest(KeyPrefix.ROOT, Message.Digest.Form.ENTRIES, 0, 0));
    Message.Digest.Form[] forms = Message.Digest.Form.values();
    for (int i = 0; i < DIGEST_PACKETS; i++) {
      KeyPrefix prefix = KeyPrefix.of(random(4), chance.nextInt(KeyPrefix.DEPTH_MAX));
      Message.Digest.Form form = forms[chance.nextInt(forms.length)];
      send(
          to,
          digest(prefix, form, chance.nextInt(Message.Digest.DIGESTS_MAX + 1), chance.nextInt()));
    }
  }

  private Message digest(KeyPrefix prefix, Message.Digest.Form form, int count, int answered) {
    List<Bytes> digests = new ArrayList<>();
    int children = 0;
    for (int i = 0; i < count; i++) {
      digests.add(random(Codec.ROOT_BYTES));
      children |= form == Message.Digest.Form.CHILDREN ? 1 << i : 0;
    }
    int siblings = chance.nextInt(1 << KeyPrefix.CHILDREN);
    return new Message.Digest(
        prefix, form, chance.nextInt(), answered, siblings, children, digests);
  }

  private Bytes random(int length) {
    byte[] bytes = new byte[length];
    chance.nextBytes(bytes);
    return Bytes.copyOf(bytes);
  }

  private void answer(Direction to, Message message) {
    if (message instanceof Message.ManifestWant want) {
      known(want.key()).ifPresent(file -> manifest(to, file, want));
    } else if (message instanceof Message.Want want) {
      known(want.key()).ifPresent(file -> data(to, file, want));
    } else if (message instanceof Message.Digest asked && ills.contains(Ill.DIGESTS)) {
      Message.Digest.Form children = Message.Digest.Form.CHILDREN;
      send(to, digest(KeyPrefix.ROOT, children, Message.Digest.DIGESTS_MAX, asked.root()));
      send(to, digest(KeyPrefix.ROOT, Message.Digest.Form.ENTRIES, 1, asked.root()));
    }
  }

  private Optional<SimFile> known(int key) {
    if (poisoned.containsKey(key)) {
      return Optional.of(poisoned.get(key));
    }
    return files().stream().filter(file -> file.id().firstInt() == key).findFirst();
  }

  private boolean answers() {
    if (ills.contains(Ill.SILENT)) {
      return false;
    }
    served++;
    return !ills.contains(Ill.DESERTS) || chance.nextLong(served) < 20;
  }

  private void manifest(Direction to, SimFile file, Message.ManifestWant want) {
    if (want.unit() == Message.ManifestWant.HELD) {
      if (answers()) {
        send(to, have(want.key()));
      }
      return;
    }
    Bytes unit = unit(file, want.unit());
    int payload = Codec.partBytes(MTU);
    int end = Math.min(unit.length(), want.offset() + want.length());
    for (int at = want.offset(); at < end && answers(); at += payload) {
      Bytes part = unit.slice(at, Math.min(end, at + payload));
      int offset = at;
      if (ills.contains(Ill.WRONG_BYTES) && chance.nextInt(3) == 0) {
        part = random(part.length());
        offset = chance.nextInt(3) == 0 ? unit.length() : at;
      }
      send(to, new Message.ManifestPart(want.key(), want.unit(), offset, unit.length(), part));
    }
  }

  private Bytes unit(SimFile file, int unit) {
    if (unit == Message.ManifestWant.HEAD) {
      return file.manifest().head().encode();
    }
    if (unit == Message.ManifestWant.SEAL) {
      return file.seal().isPresent() && chance.nextBoolean()
          ? file.seal().get()
          : random(ManifestHead.SIGNATURE_BYTES_MIN + chance.nextInt(2));
    }
    List<ManifestPage> pages = file.manifest().pages();
    return pages.get(Math.min(unit, pages.size() - 1)).encode();
  }

  private void data(Direction to, SimFile file, Message.Want want) {
    int packets = 0;
    for (Message.Range range : want.ranges()) {
      long end = Math.min(range.end(), file.content().length());
      for (long at = range.offset(); at < end && packets < DATA_PACKETS_MAX; packets++) {
        int from = Math.toIntExact(at);
        int until = Math.toIntExact(Math.min(end, at + Codec.dataBytes(MTU)));
        Bytes bytes = file.content().slice(from, until);
        if (ills.contains(Ill.WRONG_BYTES) && chance.nextInt(3) == 0) {
          bytes = random(bytes.length());
        }
        if (answers()) {
          send(to, new Message.Data(want.key(), at, bytes));
        }
        at = until;
      }
    }
  }

  private void send(Direction to, Message message) {
    tile.send(to, message, Urgency.BULK);
  }
}
