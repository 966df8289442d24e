package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A cable between two ports, and what is done to it. Both ends stay up when it is pulled until they
 * notice, and come up some time after it is plugged in; each end draws its own time.
 */
public final class SimLink {
  private final Timeline timeline;
  private final SimPort a;
  private final SplittableRandom chance;
  private SimPort b;
  private LinkSettings settings;
  private boolean plugged;
  private boolean joined;
  private boolean aCut;
  private boolean bCut;

  /** Changes when a planned flap is obsolete. */
  private long flapTurn;

  private SimLink(Timeline timeline, SimPort a, SimPort b, LinkSettings settings) {
    this.timeline = timeline;
    this.a = a;
    this.b = b;
    this.settings = settings;
    chance = timeline.fork("cable " + a + " " + b);
  }

  /**
   * Plugs a new cable into two ports.
   *
   * @throws IllegalArgumentException where their directions are not opposite: such a link never
   *     comes up on the real device
   * @throws IllegalStateException where one of them has a cable
   */
  public static SimLink connect(Timeline timeline, SimPort a, SimPort b, LinkSettings settings) {
    SimLink link = new SimLink(timeline, a, b, requireNonNull(settings));
    link.plug();
    return link;
  }

  /** One end, the one that {@link #plug(SimPort)} never moves. */
  public SimPort a() {
    return a;
  }

  /** The other end. */
  public SimPort b() {
    return b;
  }

  /** Whether the cable is in both ports. */
  public boolean isPlugged() {
    return plugged;
  }

  /** How the cable behaves. */
  public LinkSettings settings() {
    return settings;
  }

  /** From now on the cable behaves like this; whatever has departed keeps its instant. */
  public void settings(LinkSettings next) {
    settings = requireNonNull(next);
    if (plugged) {
      a.settings(next);
      b.settings(next);
    }
    planFlap();
  }

  /** Pulls the cable out of both ports. */
  public void pull() {
    if (!plugged) {
      return;
    }
    plugged = false;
    refresh();
    a.cable(Optional.empty());
    b.cable(Optional.empty());
  }

  /** Plugs the cable in where it was. */
  public void plug() {
    plug(b);
  }

  /**
   * Plugs the cable in where it was at one end, and into {@code other} at the other end.
   *
   * @throws IllegalArgumentException where the directions are not opposite
   * @throws IllegalStateException where one of the ports has a cable
   */
  public void plug(SimPort other) {
    if (a.direction() != other.direction().opposite()) {
      throw new IllegalArgumentException(
          "a cable from %s to %s never comes up: the directions are not opposite"
              .formatted(a, other));
    }
    if (a.cable().isPresent() || other.cable().isPresent()) {
      throw new IllegalStateException("%s or %s has a cable already".formatted(a, other));
    }
    b = other;
    plugged = true;
    a.cable(Optional.of(this));
    b.cable(Optional.of(this));
    refresh();
  }

  /** From now on nothing that {@code from} sends arrives, and both ends stay up. */
  public void cutOneWay(SimPort from) {
    requireEnd(from);
    aCut |= from.equals(a);
    bCut |= from.equals(b);
  }

  /** Undoes every {@link #cutOneWay}. */
  public void mend() {
    aCut = false;
    bCut = false;
  }

  /** Whether nothing that was cut one way is lost in it. */
  public boolean carriesBothWays() {
    return joined && !aCut && !bCut;
  }

  /** Both ends go down, and up again after {@code nanos}. */
  public void flap(long nanos) {
    if (joined) {
      a.bounce("the link dropped", nanos);
      b.bounce("the link dropped", nanos);
    }
  }

  @Override
  public String toString() {
    return a + " - " + b;
  }

  SimPort farEndOf(SimPort end) {
    requireEnd(end);
    return end.equals(a) ? b : a;
  }

  boolean isCut(SimPort from) {
    return from.equals(a) ? aCut : bCut;
  }

  /** Joins or parts the ends, according to the cable and the power at both of them. */
  void refresh() {
    boolean shall = plugged && a.device().isPowered() && b.device().isPowered();
    if (shall == joined) {
      return;
    }
    joined = shall;
    if (joined) {
      a.join(settings, b);
      // Its reader hears of it, and may lose its power there and then.
      if (joined) {
        b.join(settings, a);
      }
    } else {
      a.part();
      b.part();
    }
    planFlap();
  }

  private void planFlap() {
    flapTurn++;
    long mean = settings.signal().flapNanosMean();
    if (!joined || mean == 0) {
      return;
    }
    long ofTurn = flapTurn;
    // Flaps come independently of each other, so the waits between them are exponential.
    double wait = -StrictMath.log(1 - chance.nextDouble()) * mean;
    timeline.after(
        Math.max(1, Math.round(wait)),
        () -> {
          if (ofTurn == flapTurn) {
            flap(chance.nextLong(settings.signal().flapDownNanosMax() + 1));
            planFlap();
          }
        });
  }

  private void requireEnd(SimPort port) {
    if (!port.equals(a) && !port.equals(b)) {
      throw new IllegalArgumentException(port + " is no end of " + this);
    }
  }
}
