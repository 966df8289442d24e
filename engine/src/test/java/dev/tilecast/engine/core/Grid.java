package dev.tilecast.engine.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Decoded;
import dev.tilecast.engine.message.Manifest;
import dev.tilecast.engine.message.ManifestHead;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import dev.tilecast.engine.message.Version;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A few tiles in virtual time, with files in memory: the least shell that the core can be tested
 * in. Packets go through the codec; one seed is one run.
 */
final class Grid {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;
  private static final int SERVICE = 8;

  /** What every file of these tests is: some bytes, and the manifest that tells of them. */
  record TestFile(Bytes content, Manifest manifest) {
    LiveEntry entry() {
      return LiveEntry.of(manifest.head());
    }
  }

  private record Event(long at, long sequence, Runnable action) {}

  /** One direction of a link. */
  final class Wire {
    final Tile to;
    final Direction arrivesFrom;
    long delay = MILLI;
    double loss;
    boolean cut;
    long packets;
    long bytes;
    long freeAt;

    /** Bytes a second, 0 for no limit. */
    long rate;

    /** Turns a packet into what arrives; empty loses it. */
    UnaryOperator<byte[]> tamper = packet -> packet;

    Wire(Tile to, Direction arrivesFrom) {
      this.to = to;
      this.arrivesFrom = arrivesFrom;
    }

    /** Loses each packet whose message is one of {@code such}, until further notice. */
    void lose(Predicate<Message> such) {
      tamper =
          packet ->
              Codec.decode(packet) instanceof Decoded.Good good && such.test(good.message())
                  ? new byte[0]
                  : packet;
    }

    void loseNothing() {
      tamper = packet -> packet;
    }

    void send(byte[] packet) {
      packets++;
      bytes += packet.length;
      if (cut || chance.nextDouble() < loss) {
        return;
      }
      byte[] arriving = tamper.apply(packet);
      long start = Math.max(now, freeAt);
      freeAt = rate == 0 ? start : start + packet.length * SECOND / rate;
      at(freeAt + delay, () -> to.receive(arrivesFrom, arriving));
    }
  }

  /** A tile: the real core, and a disk in memory. */
  final class Tile {
    final String label;
    final Map<Name, TestFile> live = new TreeMap<>();
    final Map<Name, Version> marks = new TreeMap<>();

    /** What was live when it was last checked. */
    final Map<Name, TestFile> checked = new TreeMap<>();

    final Map<Bytes, byte[]> staging = new LinkedHashMap<>();
    final Map<Bytes, Restored.Begun> rows = new LinkedHashMap<>();
    final Map<Long, Verdict> verdicts = new TreeMap<>();
    final Map<Long, TestFile> dropped = new TreeMap<>();
    final List<TileEvent> events = new ArrayList<>();
    final List<LiveEntry> activated = new ArrayList<>();
    final Map<Direction, Wire> wires = new EnumMap<>(Direction.class);
    final List<Effect.Scrub> scrubs = new ArrayList<>();
    final List<Effect.CopyHeld> copies = new ArrayList<>();
    final List<Message> sent = new ArrayList<>();

    /** What is done about chunks that the tile holds; it may be nothing, or something wrong. */
    Consumer<Effect.CopyHeld> copying = this::copyHeld;

    long copyNanos = MILLI;
    Optional<Refusal> copyRefusal = Optional.empty();
    int mtu = 255;
    String group = "test";
    boolean diskFull;

    /** What is called bad cannot be renamed into live/: a folder lies in its place. */
    boolean unpromotable;

    /** Files longer than this find no room. */
    long room = Long.MAX_VALUE;

    /** So many more inspections cannot read their staging files. */
    int unreadable;

    /** So many more promotions fail, since the disk does not take the staged file. */
    int unsynced;

    /** What came here whole and failed to go live: it takes no slot when it is tried again. */
    final Set<Bytes> stuck = new HashSet<>();

    int inspections;

    /** What a scrub finds in the place of each live file; a promotion puts a file there. */
    Optional<Misplaced> misplaced = Optional.empty();

    Trust trust = trustIn("alpha");

    /** How long it looks at a signature. */
    long judgeNanos = MILLI;

    /** Names of which a seal lies beside the live file. */
    final Set<Name> sealed = new TreeSet<>();

    Replicator core;

    /** In place of the core: what a tile that is not one of us does with what it hears. */
    Optional<Consumer<Message>> hostile = Optional.empty();

    private int life;
    private long tickAt = Long.MAX_VALUE;

    Tile(String label) {
      this.label = label;
    }

    void start() {
      life++;
      tickAt = Long.MAX_VALUE;
      List<LiveEntry> entries =
          live.values().stream()
              .map(TestFile::entry)
              .map(entry -> entry.withSeal(sealed.contains(entry.version().name())))
              .toList();
      TileSettings settings =
          new TileSettings(
              Bytes.sha256(label.getBytes(UTF_8)).prefix(16), chance.nextLong(), group, limits);
      core =
          new Replicator(
              settings,
              new Restored(
                  entries,
                  List.copyOf(marks.values()),
                  List.copyOf(rows.values()),
                  Map.of(),
                  trust),
              new Random(chance.nextLong()),
              now);
      List<Effect> out = new ArrayList<>();
      core.start(out);
      carryOut(out);
      wires.keySet().forEach(direction -> step(new Input.LinkUp(direction, mtu)));
    }

    /** Says HELLO as one of the group would, for a tile without a core. */
    void sayHello() {
      sayHello(666);
    }

    /** The same as of the boot {@code bootId}. */
    void sayHello(long bootId) {
      TileSettings settings =
          new TileSettings(Bytes.copyOf(new byte[16]), 1, group, Limits.DEFAULT);
      Message hello =
          new Message.Hello(
              1,
              1,
              bootId,
              settings.tileId(),
              settings.groupId(),
              255,
              60,
              Bytes.copyOf(new byte[12]));
      wires.keySet().forEach(direction -> transmit(direction, hello));
    }

    /** Power goes: only what is on the disk is left. */
    void crash() {
      life++;
      core = null;
      stuck.clear();
    }

    /** Before the start: {@code file} is live, and marked. */
    void beginsWith(TestFile file) {
      Version version = file.entry().version();
      live.put(version.name(), file);
      marks.put(version.name(), version);
    }

    /** The same, with its seal. */
    void beginsSealedWith(TestFile file) {
      beginsWith(file);
      sealed.add(file.entry().version().name());
    }

    void drop(long ticket, TestFile file) {
      dropped.put(ticket, file);
      step(new Input.Offered(ticket, file.manifest(), Optional.empty()));
    }

    void dropSealed(long ticket, TestFile file) {
      dropped.put(ticket, file);
      ManifestHead head = file.manifest().head();
      step(new Input.Offered(ticket, file.manifest(), Optional.of(seal(head))));
    }

    void receive(Direction from, byte[] packet) {
      Decoded decoded = Codec.decode(packet);
      if (hostile.isPresent() && decoded instanceof Decoded.Good good) {
        hostile.get().accept(good.message());
      }
      if (core == null) {
        return;
      }
      if (decoded instanceof Decoded.Good good) {
        step(new Input.Received(from, good.message()));
      } else if (decoded instanceof Decoded.Bad bad) {
        step(new Input.Unreadable(from, bad.fault()));
      }
    }

    void step(Input input) {
      if (core == null) {
        return;
      }
      List<Effect> out = new ArrayList<>();
      core.step(List.of(input), now, out);
      carryOut(out);
      check(this);
      long wake = core.wakeAtNanos();
      if (wake < tickAt) {
        tickAt = Math.max(wake, now + 1);
        int ofLife = life;
        long due = tickAt;
        Grid.this.at(
            due,
            () -> {
              if (ofLife == life && due == tickAt) {
                tickAt = Long.MAX_VALUE;
                step(new Input.Tick());
              }
            });
      }
    }

    private void later(long delay, Input input) {
      int ofLife = life;
      Grid.this.at(
          now + delay,
          () -> {
            if (ofLife == life) {
              step(input);
            }
          });
    }

    private void carryOut(List<Effect> out) {
      out.stream().filter(e -> e instanceof Save).forEach(e -> save((Save) e));
      out.stream().filter(e -> !(e instanceof Save)).forEach(this::carryOut);
    }

    private void save(Save save) {
      if (save instanceof Save.TransferBegun s) {
        rows.put(s.manifestId(), new Restored.Begun(s.manifestId(), s.head(), Map.of()));
      } else if (save instanceof Save.Page s && rows.containsKey(s.manifestId())) {
        Restored.Begun old = rows.get(s.manifestId());
        Map<Integer, dev.tilecast.engine.message.ManifestPage> pages = new TreeMap<>(old.pages());
        pages.put(s.index(), s.page());
        rows.put(s.manifestId(), new Restored.Begun(s.manifestId(), old.head(), pages));
      } else if (save instanceof Save.TransferGone s) {
        rows.remove(s.manifestId());
      } else if (save instanceof Save.Event s) {
        events.add(s.event());
      }
    }

    private void carryOut(Effect effect) {
      if (effect instanceof Effect.Send e) {
        transmit(e.to(), e.message());
      } else if (effect instanceof Effect.SendData e) {
        sendData(e);
      } else if (effect instanceof Effect.SendManifest e) {
        sendManifest(e);
      } else if (effect instanceof Effect.JudgeHead e) {
        boolean stands = e.seal().equals(Optional.of(seal(e.head())));
        later(judgeNanos, new Input.HeadJudged(e.manifestId(), judge(e.head()), stands));
      } else if (effect instanceof Effect.SendStaged e) {
        sendStaged(e);
      } else if (effect instanceof Effect.OpenStaging e) {
        boolean anew = !staging.containsKey(e.manifestId());
        later(MILLI, new Input.StagingOpened(e.manifestId(), anew, openStaging(e)));
      } else if (effect instanceof Effect.WriteStaging e) {
        byte[] data = e.bytes().toArray();
        System.arraycopy(data, 0, staging.get(e.manifestId()), (int) e.offset(), data.length);
      } else if (effect instanceof Effect.CheckChunk e) {
        later(0, new Input.ChunkChecked(e.manifestId(), e.index(), chunkIsGood(e)));
      } else if (effect instanceof Effect.DropStaging e) {
        staging.remove(e.manifestId());
      } else if (effect instanceof Effect.Inspect e) {
        later(MILLI, new Input.Inspected(e.manifest().head().id(), inspect(e.manifest())));
      } else if (effect instanceof Effect.Promote e) {
        promote(e);
      } else if (effect instanceof Effect.Answer e) {
        verdicts.put(e.ticket(), e.verdict());
      } else if (effect instanceof Effect.Activate e) {
        activated.add(e.entry());
      } else if (effect instanceof Effect.Scrub e) {
        later(MILLI, scrubbed(e));
      } else if (effect instanceof Effect.CopyLive e) {
        later(MILLI, liveCopied(e.manifest(), e.pulled()));
      } else if (effect instanceof Effect.CopyHeld e) {
        copies.add(e);
        copying.accept(e);
      } else {
        throw new AssertionError(effect);
      }
    }

    private Input scrubbed(Effect.Scrub e) {
      scrubs.add(e);
      TestFile file = live.get(e.name());
      if (misplaced.isPresent() && misplaced.get() != Misplaced.LONGER) {
        int count = file.manifest.head().chunkCount();
        List<Integer> all = java.util.stream.IntStream.range(0, count).boxed().toList();
        return new Input.Scrubbed(
            e.manifestId(), 0, count, true, 0, all, misplaced, Optional.of(file.manifest));
      }
      List<Integer> wrong = new ArrayList<>();
      int offset = 0;
      int bytes = 0;
      int index = 0;
      for (ChunkRef chunk : file.manifest.chunks()) {
        if (index < e.firstChunk()) {
          index++;
        } else if (bytes < e.bytesMax()) {
          if (!isChunk(file, offset, chunk)) {
            wrong.add(index);
          }
          bytes += chunk.length();
          index++;
        }
        offset += chunk.length();
      }
      boolean last = index == file.manifest.head().chunkCount();
      return new Input.Scrubbed(
          e.manifestId(),
          e.firstChunk(),
          index,
          last,
          bytes,
          wrong,
          misplaced,
          Optional.of(file.manifest));
    }

    private Input liveCopied(Manifest manifest, List<Integer> pulled) {
      TestFile file = live.get(manifest.head().version().name());
      List<Integer> wrong = new ArrayList<>();
      int offset = 0;
      int index = 0;
      for (ChunkRef chunk : manifest.chunks()) {
        if (!pulled.contains(index) && isChunk(file, offset, chunk)) {
          byte[] bytes = file.content.slice(offset, offset + chunk.length()).toArray();
          System.arraycopy(bytes, 0, staging.get(manifest.head().id()), offset, bytes.length);
        } else if (!pulled.contains(index)) {
          wrong.add(index);
        }
        offset += chunk.length();
        index++;
      }
      return new Input.LiveCopied(manifest.head().id(), wrong, Optional.empty());
    }

    /** What a shell does: copies what matches now, and says so a little later. */
    void copyHeld(Effect.CopyHeld e) {
      later(copyNanos, new Input.HeldCopied(e.manifest().head().id(), copied(e), copyRefusal));
    }

    private List<Integer> copied(Effect.CopyHeld e) {
      List<Integer> copied = new ArrayList<>();
      if (copyRefusal.isPresent()) {
        return copied;
      }
      byte[] into = staging.get(e.manifest().head().id());
      for (Effect.CopyHeld.Staged place : e.staged()) {
        ChunkRef chunk = e.manifest().chunks().get(place.index());
        byte[] from = staging.getOrDefault(place.manifestId(), new byte[0]);
        int offset = (int) place.offset();
        if (offset + chunk.length() <= from.length) {
          byte[] bytes = Arrays.copyOfRange(from, offset, offset + chunk.length());
          if (Bytes.sha256(bytes).equals(chunk.digest())) {
            System.arraycopy(bytes, 0, into, offsetOf(e.manifest(), place.index()), bytes.length);
            copied.add(place.index());
          }
        }
      }
      for (LiveEntry entry : e.files()) {
        TestFile file = live.get(entry.version().name());
        int from = 0;
        for (ChunkRef held : file.manifest.chunks()) {
          int to = 0;
          int index = 0;
          for (ChunkRef chunk : e.manifest().chunks()) {
            boolean lacks = e.lacking().contains(index) && !copied.contains(index);
            if (chunk.equals(held) && lacks && isChunk(file, from, held)) {
              byte[] bytes = file.content.slice(from, from + held.length()).toArray();
              System.arraycopy(bytes, 0, into, to, bytes.length);
              copied.add(index);
            }
            to += chunk.length();
            index++;
          }
          from += held.length();
        }
      }
      return copied;
    }

    private static int offsetOf(Manifest manifest, int index) {
      return manifest.chunks().subList(0, index).stream().mapToInt(ChunkRef::length).sum();
    }

    private boolean isChunk(TestFile file, int offset, ChunkRef chunk) {
      Bytes bytes = file.content.slice(offset, offset + chunk.length());
      return Bytes.sha256(bytes.toArray()).equals(chunk.digest());
    }

    /** A byte of the live file of {@code name} changes behind the tile's back. */
    void rot(Name name, int at) {
      TestFile file = live.get(name);
      byte[] bytes = file.content.toArray();
      bytes[at] ^= 1;
      rotten.add(Bytes.copyOf(bytes));
      live.put(name, new TestFile(Bytes.copyOf(bytes), file.manifest));
    }

    void transmit(Direction to, Message message) {
      sent.add(message);
      Wire wire = wires.get(to);
      byte[] packet = Codec.encode(message, to, SERVICE);
      if (packet.length > mtuTo(to)) {
        throw new AssertionError(message + " takes " + packet.length + " bytes");
      }
      wire.send(packet);
    }

    private int mtuTo(Direction to) {
      return Math.min(mtu, wires.get(to).to.mtu);
    }

    private void sendData(Effect.SendData e) {
      TestFile file = live.get(e.name());
      int payload = Codec.dataBytes(e.mtu());
      int key = e.manifestId().firstInt();
      for (long at = e.range().offset(); at < e.range().end(); at += payload) {
        int length = (int) Math.min(payload, e.range().end() - at);
        transmit(
            e.to(), new Message.Data(key, at, file.content.slice((int) at, (int) at + length)));
      }
    }

    private void sendStaged(Effect.SendStaged e) {
      byte[] staged = staging.get(e.manifestId());
      int payload = Codec.dataBytes(e.mtu());
      for (long at = e.range().offset(); staged != null && at < e.range().end(); at += payload) {
        int length = (int) Math.min(payload, e.range().end() - at);
        Bytes bytes = Bytes.copyOf(staged, (int) at, length);
        transmit(e.to(), new Message.Data(e.manifestId().firstInt(), at, bytes));
      }
    }

    private void sendManifest(Effect.SendManifest e) {
      TestFile file = live.get(e.name());
      int key = e.manifestId().firstInt();
      Bytes unit =
          switch (e.unit()) {
            case Message.ManifestWant.HEAD -> file.manifest.head().encode();
            case Message.ManifestWant.SEAL -> seal(file.manifest.head());
            default -> file.manifest.pages().get(e.unit()).encode();
          };
      int payload = Codec.partBytes(e.mtu());
      int end = Math.min(unit.length(), e.offset() + e.length());
      for (int at = e.offset(); at < end; at += payload) {
        Bytes part = unit.slice(at, Math.min(end, at + payload));
        transmit(e.to(), new Message.ManifestPart(key, e.unit(), at, unit.length(), part));
      }
    }

    private Optional<Refusal> judge(ManifestHead head) {
      boolean signed = head.signature().equals(signature(head.version(), head.handle()));
      return signed
          ? trust.objectionTo(head.fingerprint(), head.version().name())
          : Optional.of(new Refusal(Reason.BAD_SIGNATURE, "bad signature"));
    }

    private Optional<Refusal> openStaging(Effect.OpenStaging e) {
      if (diskFull || e.head().fileLength() > room) {
        return Optional.of(new Refusal(Reason.NO_SPACE, "needs more than there is"));
      }
      staging.computeIfAbsent(e.manifestId(), id -> new byte[(int) e.head().fileLength()]);
      return Optional.empty();
    }

    private boolean chunkIsGood(Effect.CheckChunk e) {
      byte[] file = staging.get(e.manifestId());
      Bytes chunk = Bytes.copyOf(file, (int) e.offset(), e.expected().length());
      return Bytes.sha256(chunk.toArray()).equals(e.expected().digest());
    }

    private Optional<Refusal> inspect(Manifest manifest) {
      inspections++;
      if (unreadable > 0) {
        unreadable--;
        return Optional.of(new Refusal(Reason.DISK_FAILED, "the disk failed"));
      }
      Bytes content = Bytes.copyOf(staging.get(manifest.head().id()));
      boolean genuine =
          originals.stream()
              .anyMatch(f -> f.manifest.equals(manifest) && f.content.equals(content));
      return genuine
          ? Optional.empty()
          : Optional.of(new Refusal(Reason.BAD_FORMAT, "not what was signed"));
    }

    private void promote(Effect.Promote e) {
      Name name = e.manifest().head().version().name();
      int ofLife = life;
      Grid.this.at(
          now + MILLI,
          () -> {
            if (ofLife != life) {
              return;
            }
            Bytes id = e.manifest().head().id();
            stuck.remove(id);
            if (unpromotable && name.text().startsWith("bad")) {
              stuck.add(id);
              Refusal refusal = new Refusal(Reason.DISK_FAILED, "a folder lies in its place");
              step(new Input.PromotionFailed(e.source(), e.manifest(), refusal, false));
              return;
            }
            if (unsynced > 0 && e.source() instanceof Source.Staged staged) {
              unsynced--;
              staging.remove(staged.manifestId());
              Refusal refusal = new Refusal(Reason.DISK_FAILED, "syncing it: the disk failed");
              step(new Input.PromotionFailed(e.source(), e.manifest(), refusal, true));
              return;
            }
            Bytes content =
                e.source() instanceof Source.Dropped s
                    ? dropped.get(s.ticket()).content
                    : e.source() instanceof Source.Redropped s
                        ? dropped.get(s.ticket()).content
                        : Bytes.copyOf(staging.remove(e.manifest().head().id()));
            live.put(name, new TestFile(content, e.manifest()));
            misplaced = Optional.empty();
            marks.put(name, e.manifest().head().version());
            if (e.seal().isPresent()) {
              sealed.add(name);
            } else {
              sealed.remove(name);
            }
            step(new Input.Promoted(e.source(), e.manifest(), "identity", e.seal().isPresent()));
          });
    }

    boolean holds(TestFile file) {
      TestFile mine = live.get(file.manifest.head().version().name());
      return mine != null && mine.content.equals(file.content);
    }

    /** Packets of one kind that this tile sent. */
    long sent(Class<? extends Message> kind) {
      return sent.stream().filter(kind::isInstance).count();
    }
  }

  final Random chance;
  final List<TestFile> originals = new ArrayList<>();
  final List<Bytes> rotten = new ArrayList<>();
  final List<Tile> tiles = new ArrayList<>();
  Limits limits = Limits.DEFAULT;
  long now = 5 * SECOND;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          java.util.Comparator.comparingLong(Event::at).thenComparingLong(Event::sequence));
  private long sequence;
  private final Map<String, Version> highest = new TreeMap<>();

  Grid(long seed) {
    chance = new Random(seed);
  }

  Tile tile(String label) {
    Tile tile = new Tile(label);
    tiles.add(tile);
    return tile;
  }

  /** {@code count} tiles side by side, the next one always to the east. */
  List<Tile> line(int count) {
    List<Tile> line = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      line.add(tile("tile " + i));
      if (i > 0) {
        join(line.get(i - 1), Direction.ET, line.get(i));
      }
    }
    return line;
  }

  void join(Tile a, Direction direction, Tile b) {
    a.wires.put(direction, new Wire(b, direction.opposite()));
    b.wires.put(direction.opposite(), new Wire(a, direction));
  }

  Wire wire(Tile from, Direction to) {
    return from.wires.get(to);
  }

  void startAll() {
    tiles.stream().filter(tile -> tile.hostile.isEmpty()).forEach(Tile::start);
  }

  void at(long time, Runnable action) {
    events.add(new Event(Math.max(time, now), sequence++, action));
  }

  /** Runs until {@code goal} holds; false where it does not within {@code span} nanoseconds. */
  boolean runUntil(BooleanSupplier goal, long span) {
    long end = now + span;
    while (!goal.getAsBoolean()) {
      Event event = events.peek();
      if (event == null || event.at() > end) {
        now = end;
        return goal.getAsBoolean();
      }
      events.remove();
      now = event.at();
      event.action().run();
    }
    return true;
  }

  void run(long span) {
    runUntil(() -> false, span);
  }

  /** A file of random bytes, signed by {@code handle}, cut into chunks of 4 KiB. */
  TestFile file(String name, long stamp, int length, String handle) {
    byte[] content = new byte[length];
    chance.nextBytes(content);
    return file(name, stamp, content, handle);
  }

  /** The file of these very bytes. */
  TestFile file(String name, long stamp, byte[] content, String handle) {
    int length = content.length;
    Bytes digest = Bytes.copyOf(new byte[64]);
    try {
      digest = Bytes.copyOf(java.security.MessageDigest.getInstance("SHA-512").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    Version version = new Version(new Name(name), stamp, digest);
    List<ChunkRef> chunks = new ArrayList<>();
    int size = ManifestHead.averageChunkBytes(length);
    for (int at = 0; at < length; at += size) {
      byte[] chunk = java.util.Arrays.copyOfRange(content, at, Math.min(length, at + size));
      chunks.add(new ChunkRef(chunk.length, Bytes.sha256(chunk)));
    }
    Manifest manifest =
        Manifest.of(version, handle, fingerprint(handle), signature(version, handle), chunks);
    TestFile file = new TestFile(Bytes.copyOf(content), manifest);
    originals.add(file);
    return file;
  }

  /** The next version of {@code old}, with new bytes from {@code from} up to {@code to}. */
  TestFile next(TestFile old, long stamp, int from, int to) {
    byte[] content = old.content.toArray();
    byte[] news = new byte[to - from];
    chance.nextBytes(news);
    System.arraycopy(news, 0, content, from, news.length);
    Version before = old.manifest.head().version();
    return file(before.name().text(), stamp, content, old.manifest.head().handle());
  }

  /** What somebody says who has so much of it. */
  static Message.Advertisement advertisement(Manifest manifest, boolean sealed, int permille) {
    Version version = manifest.head().version();
    return new Message.Advertisement(
        version.name(),
        version.stamp(),
        version.innerDigest().prefix(Message.Advertisement.DIGEST_PREFIX_BYTES),
        manifest.head().id(),
        manifest.head().fileLength(),
        manifest.head().fingerprint().prefix(Message.Advertisement.SIGNER_BYTES),
        sealed,
        permille);
  }

  /** Answers {@code want} with a unit of {@code manifest}, in parts. */
  static void giveUnit(Tile from, Direction to, Manifest manifest, Message.ManifestWant want) {
    Bytes unit =
        switch (want.unit()) {
          case Message.ManifestWant.HEAD -> manifest.head().encode();
          case Message.ManifestWant.SEAL -> seal(manifest.head());
          default -> manifest.pages().get(want.unit()).encode();
        };
    for (int at = want.offset(); at < unit.length(); at += 200) {
      Bytes part = unit.slice(at, Math.min(unit.length(), at + 200));
      from.transmit(to, new Message.ManifestPart(want.key(), want.unit(), at, unit.length(), part));
    }
  }

  /** Answers {@code asked} as somebody would who has {@code file} up to byte {@code end} alone. */
  static void giveUpTo(long end, Tile from, Direction to, TestFile file, Message asked) {
    int key = file.manifest.head().id().firstInt();
    if (asked instanceof Message.ManifestWant want
        && want.key() == key
        && want.unit() != Message.ManifestWant.HELD) {
      giveUnit(from, to, file.manifest, want);
    } else if (asked instanceof Message.Want want && want.key() == key) {
      for (Message.Range range : want.ranges()) {
        for (long at = range.offset(); at < Math.min(end, range.end()); at += 240) {
          Bytes piece = file.content.slice((int) at, (int) Math.min(at + 240, range.end()));
          from.transmit(to, new Message.Data(key, at, piece));
        }
      }
    }
  }

  static Bytes fingerprint(String handle) {
    Bytes half = Bytes.sha256(handle.getBytes(UTF_8));
    byte[] whole = new byte[64];
    System.arraycopy(half.toArray(), 0, whole, 0, 32);
    return Bytes.copyOf(whole);
  }

  static Bytes seal(ManifestHead head) {
    return signed("seal of " + head.id().toHex() + head.handle());
  }

  static Bytes signature(Version version, String handle) {
    return signed(version.innerDigest().toHex() + handle);
  }

  private static Bytes signed(String what) {
    byte[] secret = what.getBytes(UTF_8);
    byte[] signature = new byte[96];
    System.arraycopy(Bytes.sha256(secret).toArray(), 0, signature, 0, 32);
    return Bytes.copyOf(signature);
  }

  static Trust trustIn(String... handles) {
    List<Trust.Signer> signers = new ArrayList<>();
    for (String handle : handles) {
      signers.add(new Trust.Signer(handle, fingerprint(handle), List.of(Glob.ALL)));
    }
    return new Trust(signers);
  }

  /** What must hold after every step: P1, P2 and the bounds. */
  @SuppressWarnings("ReferenceEquality") // The very same is cheap to know again, and common.
  private void check(Tile tile) {
    for (TestFile file : tile.live.values()) {
      if (tile.checked.put(file.manifest.head().version().name(), file) == file) {
        continue;
      }
      Version version = file.manifest.head().version();
      boolean original = originals.stream().anyMatch(f -> f.content.equals(file.content));
      if (!original && !rotten.contains(file.content)) {
        throw new AssertionError(tile.label + " has bytes in live/ that nobody signed");
      }
      Version before = highest.get(tile.label + "/" + version.name());
      if (before != null && before.isNewerThan(version)) {
        throw new AssertionError(tile.label + ": " + version + " is live below " + before);
      }
      highest.put(tile.label + "/" + version.name(), version);
    }
    TileReport report = tile.core.report();
    long unparked = report.transfers().stream().filter(t -> !t.parked()).count();
    long stuck =
        report.transfers().stream()
            .filter(t -> !t.parked() && tile.stuck.contains(t.manifestId()))
            .count();
    long running = unparked - Math.min(stuck, Limits.PARKED_MAX);
    int max = tile.core.sizes().runningMax();
    if (running > max || max > limits.transfersMax() + 1) {
      throw new AssertionError(tile.label + " runs " + running + " transfers");
    }
    for (TileReport.Neighbor neighbor : report.neighbors()) {
      if (neighbor.window() > Limits.WINDOW_PACKETS_MAX) {
        throw new AssertionError(tile.label + ": window of " + neighbor.window());
      }
    }
  }
}
