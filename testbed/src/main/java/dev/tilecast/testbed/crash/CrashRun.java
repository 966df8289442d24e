package dev.tilecast.testbed.crash;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.testbed.disk.Disk;
import dev.tilecast.testbed.disk.PowerCut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Cuts the power everywhere (SCENARIOS.md, Crash points). */
public final class CrashRun {
  /** Cuts of the start that follows a cut. */
  private static final String START = "start";

  /** A story that is told once more, and the operation: {@code publish@12}. */
  private static final Pattern SUFFERING_STORY =
      Pattern.compile("(" + String.join("|", Stories.NAMES) + ")[@%~]([0-9]{1,6})");

  /** Everything that can be asked for, in the order in which it is tried. */
  public static final List<String> NAMES =
      Stream.of(
              Stories.NAMES.stream(),
              Stream.of(Ailment.values()).map(Ailment::text),
              Stream.of(START))
          .flatMap(names -> names)
          .toList();

  /** So many starts of each story are cut again. */
  private static final int STARTS_EACH = 2;

  private final CrashPlan plan;
  private final Consumer<CrashLine> lines;
  private final Consumer<String> violations;
  private final Cast cast;
  private final Disk home;
  private final AtomicInteger disksLeft;

  private CrashRun(CrashPlan plan, Consumer<CrashLine> lines, Consumer<String> violations)
      throws IOException, KeyException, MakeException, SettingsException {
    this.plan = plan;
    this.lines = lines;
    this.violations = violations;
    this.cast = new Cast();
    this.home = Homes.fresh(cast.key);
    this.disksLeft = new AtomicInteger(plan.distinctMax());
  }

  /**
   * Tries what {@code plan} says.
   *
   * @param lines gets the outcome of each story
   * @param violations gets the first violations of each story in words, with how to replay them
   * @return the sum
   * @throws IOException where a cut of the plan does not exist, or a story cannot even be told
   *     without one, in words
   */
  public static CrashLine run(
      CrashPlan plan, Consumer<CrashLine> lines, Consumer<String> violations)
      throws IOException, InterruptedException, KeyException, MakeException, SettingsException {
    try {
      return new CrashRun(plan, lines, violations).run();
    } catch (ViolationException e) {
      throw new IOException("before any power was cut: " + e.getMessage(), e);
    }
  }

  /** Whether {@code name} is one of {@link #NAMES}, or one of them on an ailing disk. */
  public static boolean isName(String name) {
    return NAMES.contains(name) || SUFFERING_STORY.matcher(name).matches();
  }

  /** Whether {@code name} is one story, of which one cut can be tried alone. */
  public static boolean hasCuts(String name) {
    return Stories.NAMES.contains(name) || SUFFERING_STORY.matcher(name).matches();
  }

  private CrashLine run()
      throws IOException, ViolationException, InterruptedException, KeyException {
    List<Story> stories = new Stories(cast, home).all();
    CrashLine total = CrashLine.empty("total");
    List<Recording> recordings = new ArrayList<>();
    for (Story story : stories) {
      boolean asked = isAsked(story.name());
      boolean suffers =
          Stream.of(Ailment.values())
              .anyMatch(ailment -> isAsked(ailment.text()) && ailment.befalls(story.name()));
      if ((asked || suffers || isAsked(START)) && disksLeft.get() > 0) {
        Recording recording = Recording.of(story, cast, home);
        recordings.add(recording);
        if (asked) {
          CrashLine line = cut(recording);
          lines.accept(line);
          total = total.plus(line);
        }
      }
    }
    for (Story suffering : sufferingAsked(stories)) {
      CrashLine line = cut(Recording.of(suffering, cast, home));
      lines.accept(line);
      total = total.plus(line);
    }
    for (Ailment ailment : Ailment.values()) {
      if (isAsked(ailment.text()) && plan.cuts().isEmpty()) {
        CrashLine line = cutSuffering(recordings, ailment);
        lines.accept(line);
        total = total.plus(line);
      }
    }
    if (isAsked(START) && plan.cuts().isEmpty() && disksLeft.get() > 0) {
      CrashLine line = cutStarts(recordings);
      lines.accept(line);
      total = total.plus(line);
    }
    return total;
  }

  /** Those that were asked for on a disk that ails from a certain operation on. */
  private List<Story> sufferingAsked(List<Story> stories) {
    List<Story> suffering = new ArrayList<>();
    for (String name : plan.only()) {
      Matcher parts = SUFFERING_STORY.matcher(name);
      if (parts.matches()) {
        Ailment ailment = Ailment.in(name).orElseThrow();
        int operation = Integer.parseInt(parts.group(2));
        stories.stream()
            .filter(story -> story.name().equals(parts.group(1)))
            .forEach(story -> suffering.add(Stories.suffering(story, ailment, operation)));
      }
    }
    return suffering;
  }

  private boolean isAsked(String name) {
    return plan.only().isEmpty() || plan.only().contains(name);
  }

  private CrashLine cut(Recording recording)
      throws ViolationException, InterruptedException, IOException {
    String replay = "tilecast testbed crash --only " + recording.story().name();
    if (plan.cuts().isEmpty()) {
      return cut(recording, replay, Cuts.of(recording.journal(), plan.seed(), plan.draws()));
    }
    Recording last = recording;
    for (PowerCut before : plan.cuts().subList(0, plan.cuts().size() - 1)) {
      replay += " --cut " + requireIn(last, before).text();
      last = startAfter(last, before);
    }
    PowerCut cut = requireIn(last, plan.cuts().get(plan.cuts().size() - 1));
    return cut(last, replay, List.of(cut));
  }

  private CrashLine cut(Recording recording, String replay, List<PowerCut> cuts)
      throws ViolationException, InterruptedException {
    return new CutRun(recording, cast, plan, replay, disksLeft, violations).run(cuts);
  }

  private static PowerCut requireIn(Recording recording, PowerCut cut) throws IOException {
    if (!cut.fits(recording.journal())) {
      throw new IOException(
          "there is no cut "
              + cut.text()
              + " in "
              + recording.story().name()
              + ": there are "
              + recording.journal().size()
              + " operations, and only inside of a write are there bytes");
    }
    return cut;
  }

  /** Some stories, told again on a disk that ails from some operation on, and cut again. */
  private CrashLine cutSuffering(List<Recording> recordings, Ailment ailment)
      throws IOException, ViolationException, InterruptedException {
    CrashLine total = CrashLine.empty(ailment.text());
    for (Recording recording : recordings) {
      List<Integer> operations =
          ailment.befalls(recording.story().name())
              ? ailment.operations(recording.journal())
              : List.of();
      for (int i = 0; i < operations.size() && disksLeft.get() > 0; i++) {
        boolean everywhere = i % ailment.cutEach() == 0;
        total = total.plus(cutSuffering(recording.story(), ailment, operations.get(i), everywhere));
      }
    }
    return total;
  }

  private CrashLine cutSuffering(Story story, Ailment ailment, int from, boolean everywhere)
      throws IOException, ViolationException, InterruptedException {
    Story told = Stories.suffering(story, ailment, from);
    String replay = "tilecast testbed crash --only " + told.name();
    Recording suffering;
    try {
      suffering = Recording.of(told, cast, home);
    } catch (ViolationException e) {
      violations.accept(
          "VIOLATION in "
              + told.name()
              + ", before any power was cut\n"
              + e.getMessage().strip().indent(2)
              + "  replay: "
              + replay);
      return new CrashLine(ailment.text(), 0, 1, 1, 1, 0, 0, 1);
    }
    List<PowerCut> cuts = Cuts.of(suffering.journal(), plan.seed(), plan.draws());
    int end = suffering.journal().size();
    return cut(
        suffering,
        replay,
        everywhere ? cuts : cuts.stream().filter(c -> c.operation() == end).toList());
  }

  /** Some starts of each story, spread over all of its cuts, are written down and cut again. */
  private CrashLine cutStarts(List<Recording> recordings)
      throws IOException, ViolationException, InterruptedException {
    CrashLine total = CrashLine.empty(START);
    for (Recording recording : recordings) {
      List<PowerCut> firsts = Cuts.of(recording.journal(), plan.seed(), plan.draws());
      for (int i = 0; i < STARTS_EACH && disksLeft.get() > 0; i++) {
        PowerCut first = firsts.get((2 * i + 1) * firsts.size() / (2 * STARTS_EACH));
        total = total.plus(cutStart(recording, first));
      }
    }
    return total;
  }

  private CrashLine cutStart(Recording recording, PowerCut first)
      throws IOException, ViolationException, InterruptedException {
    String name = recording.story().name();
    String replay = "tilecast testbed crash --only " + name + " --cut " + first.text();
    Recording start;
    try {
      start = startAfter(recording, first);
    } catch (ViolationException e) {
      violations.accept(
          "VIOLATION in "
              + name
              + "\n"
              + e.getMessage().strip().indent(2)
              + "  replay: "
              + replay
              + " --cut 0/lost");
      return new CrashLine(START, 0, 1, 1, 1, 0, 0, 1);
    }
    return cut(start, replay, Cuts.of(start.journal(), plan.seed(), plan.draws()));
  }

  private Recording startAfter(Recording recording, PowerCut cut)
      throws IOException, ViolationException {
    Disk image = cut.image(recording.story().start(), recording.journal());
    List<Published> promised = List.copyOf(recording.promisedBy(cut.operation()));
    return Recording.of(recording.story().startingFrom(image, promised), cast, home);
  }
}
