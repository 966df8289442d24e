package dev.tilecast.testbed.fuzz;

import dev.tilecast.engine.core.Limits;
import dev.tilecast.engine.core.Trust;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.world.Cable;
import dev.tilecast.testbed.world.CutPoint;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.Disks;
import dev.tilecast.testbed.world.Ill;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Mint;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Everything that is drawn for one seed before its world begins: topology, setting, hostile tiles,
 * who trusts whom, what is published where and when, and the faults in the order of their instants.
 * The same seed gives the same plan; a shorter list of faults leaves everything else as it is.
 *
 * @param faultNanos how long the first phase is; then all faults end
 */
record Plan(
    long seed,
    Topology topology,
    World.Setting setting,
    Map<Place, TileModel> models,
    Map<Place, EnumSet<Ill>> hostile,
    List<Publication> publications,
    List<Fault> faults,
    long faultNanos) {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1000 * MILLI;
  private static final long SCRUB_SECONDS = 300;
  private static final String OTHER_SIGNER = "beta";
  private static final Trust ONE = Mint.trustIn(List.of(TileModel.SIGNER));
  private static final Trust BOTH = Mint.trustIn(List.of(TileModel.SIGNER, OTHER_SIGNER));

  /** One file dropped into one inbox. */
  record Publication(
      long at, Place place, Name name, long stamp, int length, String handle, boolean sealed) {}

  Plan {
    models = new TreeMap<>(models);
    hostile = new TreeMap<>(hostile);
    publications = List.copyOf(publications);
    faults = List.copyOf(faults);
  }

  /** The plan with only its first {@code count} faults. */
  Plan withFaults(int count) {
    return new Plan(
        seed,
        topology,
        setting,
        models,
        hostile,
        publications,
        faults.subList(0, Math.min(count, faults.size())),
        faultNanos);
  }

  /** Whether nothing at all goes wrong: nobody means ill, and no link loses or delays anything. */
  boolean isUndisturbed() {
    LinkSettings quiet = setting.links().withoutNoise();
    return faults.isEmpty()
        && hostile.isEmpty()
        && setting.links().equals(quiet)
        && setting.device().equals(DeviceSettings.INDEPENDENT);
  }

  /** The same on {@code disks}. */
  Plan on(Disks disks) {
    return new Plan(
        seed, topology, setting.on(disks), models, hostile, publications, faults, faultNanos);
  }

  /** What {@code seed} gives; on {@code fixed}, if that is there. */
  static Plan of(long seed, Optional<Topology> fixed) {
    return of(seed, fixed, Kind.SIMULATED);
  }

  /** What {@code seed} gives for tiles on folders: fewer, and with stamps of real files. */
  static Plan ofFolders(long seed, Optional<Topology> fixed) {
    return of(seed, fixed, Kind.FOLDERS);
  }

  /** What the tiles of a plan keep their files on. */
  private enum Kind {
    SIMULATED(0),
    FOLDERS(1_600_000_000L);

    /** Stamps of real files are of the years 1980 to 2097. */
    final long firstStamp;

    Kind(long firstStamp) {
      this.firstStamp = firstStamp;
    }
  }

  private static Plan of(long seed, Optional<Topology> fixed, Kind kind) {
    SplittableRandom chance = new Timeline(seed).fork("plan");
    Topology topology =
        fixed.orElseGet(
            () -> kind == Kind.FOLDERS ? few(chance.split()) : topology(chance.split()));
    List<Place> places = List.copyOf(topology.places());
    World.Setting setting = setting(chance.split());
    Map<Place, EnumSet<Ill>> hostile = hostile(chance.split(), places, kind);
    Map<Place, TileModel> models = models(chance.split(), places, setting.tile());
    long span = chance.nextLong(20, 120) * SECOND;
    List<Publication> publications = publications(chance.split(), places, hostile, span, kind);
    List<Fault> faults = faults(chance.split(), topology, hostile, span, kind);
    if (kind == Kind.SIMULATED) {
      publications.addAll(crowd(chance.split(), places, hostile, span));
      publications.sort(Comparator.comparingLong(Publication::at));
    }
    return new Plan(seed, topology, setting, models, hostile, publications, faults, span);
  }

  private static Topology topology(SplittableRandom chance) {
    Topology drawn =
        switch (chance.nextInt(5)) {
          case 0 -> Topology.line(2 + chance.nextInt(7));
          case 1 -> Topology.ring(3 + chance.nextInt(6));
          case 2 -> Topology.square(2 + chance.nextInt(4), 2 + chance.nextInt(4));
          default -> Topology.brick(2 + chance.nextInt(4), 2 + chance.nextInt(4));
        };
    if (drawn.places().size() > 8 && chance.nextInt(3) == 0) {
      List<Place> places = List.copyOf(drawn.places());
      return drawn.without(places.get(chance.nextInt(places.size())));
    }
    return drawn;
  }

  /** As many as have a database each in a test that is to be quick. */
  private static Topology few(SplittableRandom chance) {
    return switch (chance.nextInt(4)) {
      case 0 -> Topology.line(2 + chance.nextInt(3));
      case 1 -> Topology.ring(3 + chance.nextInt(2));
      case 2 -> Topology.square(2, 2);
      default -> Topology.brick(2, 2 + chance.nextInt(2));
    };
  }

  private static World.Setting setting(SplittableRandom chance) {
    LinkSettings links =
        switch (chance.nextInt(6)) {
          case 0 -> LinkSettings.PERFECT;
          case 1 -> LinkSettings.STRESS;
          case 2 -> LinkSettings.HOSTILE;
          case 3 -> LinkSettings.T2.withLoss(0.05);
          default -> LinkSettings.T2;
        };
    if (chance.nextBoolean()) {
      links = links.withBytesPerSecond(1 << 20);
    }
    DeviceSettings device = chance.nextInt(4) == 0 ? DeviceSettings.T2 : DeviceSettings.INDEPENDENT;
    // All is read again often enough for what must have come right at the end.
    TileModel tile = TileModel.QUICK.scrubbing(SCRUB_SECONDS * SECOND);
    if (chance.nextBoolean()) {
      tile =
          tile.slow(
              chance.nextLong(5) * MILLI / 2,
              chance.nextLong(1, 3000) * MILLI,
              chance.nextLong(1, 300) * MILLI);
    }
    return new World.Setting(links, device, tile);
  }

  private static Map<Place, EnumSet<Ill>> hostile(
      SplittableRandom chance, List<Place> places, Kind kind) {
    Map<Place, EnumSet<Ill>> hostile = new TreeMap<>();
    int count = places.size() < 3 ? 0 : chance.nextInt(4) - 1;
    for (int i = 0; i < count; i++) {
      EnumSet<Ill> ills = ills(chance);
      if (kind == Kind.FOLDERS && chance.nextBoolean()) {
        // Only here are files inspected by the daemon itself, and only these worlds are few.
        ills.add(Ill.POISONS);
      }
      hostile.put(places.get(chance.nextInt(places.size())), ills);
    }
    return hostile;
  }

  private static EnumSet<Ill> ills(SplittableRandom chance) {
    EnumSet<Ill> ills = EnumSet.noneOf(Ill.class);
    for (int i = 0; i <= chance.nextInt(3); i++) {
      ills.add(Ill.values()[chance.nextInt(Ill.values().length)]);
    }
    return ills;
  }

  /** In some worlds a second signer is known to some tiles only, or a limit differs. */
  private static Map<Place, TileModel> models(
      SplittableRandom chance, List<Place> places, TileModel usual) {
    int knowing = chance.nextInt(3);
    Map<Place, TileModel> models = new TreeMap<>();
    for (Place place : places) {
      boolean knows = knowing == 0 || (knowing == 1 && chance.nextInt(4) > 0);
      TileModel model = knows ? usual.trusting(BOTH) : usual;
      if (chance.nextInt(5) == 0) {
        // One transfer at a time, and as many names as there may be at the most, or too few.
        long length = chance.nextBoolean() ? Limits.DEFAULT.fileBytesMax() : 10_000;
        model = model.within(new Limits(length, 1 + chance.nextInt(2), 2 + chance.nextInt(3)));
      }
      models.put(place, model);
    }
    return models;
  }

  private static List<Publication> publications(
      SplittableRandom chance,
      List<Place> places,
      Map<Place, EnumSet<Ill>> hostile,
      long span,
      Kind kind) {
    List<Place> honest = places.stream().filter(place -> !hostile.containsKey(place)).toList();
    List<Publication> publications = new ArrayList<>();
    int names = 1 + chance.nextInt(4);
    for (int i = 0; i < names; i++) {
      Name name = new Name(String.format(Locale.ROOT, "file-%d.mfz", i));
      String handle = chance.nextInt(4) == 0 ? OTHER_SIGNER : TileModel.SIGNER;
      int versions = 1 + chance.nextInt(4);
      for (int j = 0; j < versions; j++) {
        // Stamps collide now and then, and need not come in the order of time.
        long stamp = kind.firstStamp + 100 + 2L * chance.nextInt(4);
        int length = chance.nextInt(8) == 0 ? 60_000 : 1 + chance.nextInt(16_000);
        Place place = honest.get(chance.nextInt(honest.size()));
        publications.add(
            new Publication(
                chance.nextLong(span), place, name, stamp, length, handle, chance.nextBoolean()));
      }
    }
    publications.sort(Comparator.comparingLong(Publication::at));
    return publications;
  }

  /**
   * In one world of eight so many small files more that tiles compare digests; some of them twice,
   * so that catalogs differ in versions, too.
   */
  private static List<Publication> crowd(
      SplittableRandom chance, List<Place> places, Map<Place, EnumSet<Ill>> hostile, long span) {
    List<Publication> crowd = new ArrayList<>();
    int count = chance.nextInt(8) == 0 ? 10 + chance.nextInt(60) : 0;
    List<Place> honest = places.stream().filter(place -> !hostile.containsKey(place)).toList();
    for (int i = 0; i < count; i++) {
      Name name = new Name(String.format(Locale.ROOT, "crowd-%02d.mfz", chance.nextInt(count)));
      Place place = honest.get(chance.nextInt(honest.size()));
      long stamp = 100 + 2L * chance.nextInt(2);
      int length = 1 + chance.nextInt(1000);
      crowd.add(
          new Publication(
              chance.nextLong(span), place, name, stamp, length, TileModel.SIGNER, false));
    }
    return crowd;
  }

  private static List<Fault> faults(
      SplittableRandom chance,
      Topology topology,
      Map<Place, EnumSet<Ill>> hostile,
      long span,
      Kind kind) {
    List<Place> honest =
        topology.places().stream().filter(place -> !hostile.containsKey(place)).toList();
    List<Cable> cables = topology.cables();
    List<Fault> faults = new ArrayList<>();
    // A tenth of all worlds has none: what goes wrong there goes wrong by itself.
    int count = chance.nextInt(10) == 0 ? 0 : chance.nextInt(24);
    for (int i = 0; i < count; i++) {
      long at = chance.nextLong(span);
      Place place = honest.get(chance.nextInt(honest.size()));
      Cable cable = cables.get(chance.nextInt(cables.size()));
      Place other = honest.get(chance.nextInt(honest.size()));
      faults.add(fault(chance.split(), at, place, cable, other, kind));
    }
    faults.sort(Comparator.comparingLong(Fault::at));
    return faults;
  }

  private static Fault fault(
      SplittableRandom chance, long at, Place place, Cable cable, Place other, Kind kind) {
    long span = chance.nextLong(10, 30_000) * MILLI;
    List<CutPoint> points =
        kind == Kind.FOLDERS ? List.copyOf(CutPoint.ON_FOLDERS) : List.of(CutPoint.values());
    CutPoint point = points.get(chance.nextInt(points.size()));
    int what = chance.nextInt(20);
    if (kind == Kind.FOLDERS && what == 9) {
      // All homes of a world lie on one disk, which nobody fills for one of them alone.
      return Fault.kill(at, place, span);
    }
    return switch (what) {
      case 0, 1 -> Fault.cutPower(at, place, span);
      case 2, 3, 4 -> Fault.cutPowerAt(at, place, point);
      case 5 -> Fault.kill(at, place, span);
      case 6 -> Fault.freeze(at, place, span);
      case 7 -> Fault.loseStore(at, place, span);
      case 8 -> Fault.newDisk(at, place, span);
      case 9 -> Fault.fillDisk(at, place, span);
      case 10 -> Fault.rotStaging(at, place);
      case 11 -> Fault.rotLive(at, place);
      case 12 -> Fault.pull(at, cable, span);
      case 13 -> Fault.oneWay(at, cable, chance.nextBoolean(), span);
      case 14 -> Fault.plugElsewhere(at, cable, other, span);
      case 15 -> Fault.trust(at, place, ONE, BOTH, span);
      case 16 -> Fault.turnHostile(at, place, ills(chance));
      case 17 -> Fault.flap(at, cable, span / 10);
      case 18 -> Fault.reopen(at, place);
      default -> Fault.settings(at, cable, worse(chance), span);
    };
  }

  private static LinkSettings worse(SplittableRandom chance) {
    LinkSettings worse =
        LinkSettings.HOSTILE
            .withLoss(chance.nextDouble(0.3))
            .withDuplicates(chance.nextDouble(0.3))
            .withReordering(chance.nextDouble(0.3));
    return worse.withCorruption(chance.nextDouble(0.01));
  }
}
