package dev.tilecast.testbed.crash;

/**
 * What came of one story.
 *
 * @param story its name
 * @param operations on the disk, as written down
 * @param cuts points and ways in which the power was cut
 * @param disks different disks that these left, with different promises
 * @param starts of tiles on them
 * @param rebuilt databases that were set aside at such a start, which is allowed
 * @param restarted tiles that stopped by themselves once, since the database failed in use
 * @param violations what did not hold
 */
public record CrashLine(
    String story,
    int operations,
    int cuts,
    int disks,
    int starts,
    int rebuilt,
    int restarted,
    int violations) {
  /** Both together. */
  public CrashLine plus(CrashLine other) {
    return new CrashLine(
        story,
        operations + other.operations,
        cuts + other.cuts,
        disks + other.disks,
        starts + other.starts,
        rebuilt + other.rebuilt,
        restarted + other.restarted,
        violations + other.violations);
  }

  /** Nothing yet. */
  static CrashLine empty(String story) {
    return new CrashLine(story, 0, 0, 0, 0, 0, 0, 0);
  }

  /** For a person, columns aligned. */
  public String toLine() {
    return String.format(
        "%-9s%6d operations%7d cuts%7d different disks%7d starts%5d rebuilt%4d restarted%4d violations",
        story, operations, cuts, disks, starts, rebuilt, restarted, violations);
  }
}
