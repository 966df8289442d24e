package dev.tilecast.testbed.world;

/** The power of a simulated tile goes in the middle of what it does. */
final class PowerCutException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PowerCutException(CutPoint point) {
    super("power cut " + point.words(), null, false, false);
  }
}
