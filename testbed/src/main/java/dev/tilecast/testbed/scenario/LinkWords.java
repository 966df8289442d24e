package dev.tilecast.testbed.scenario;

import dev.tilecast.testbed.world.LinkSettings;

/** What a scenario can say of a link. */
final class LinkWords {
  static final Settings<LinkSettings> SETTINGS =
      new Settings<LinkSettings>()
          .with("rate", (link, word) -> link.withBytesPerSecond(word.bytes()))
          .with("latency", (link, word) -> link.withLatencyNanos(word.span()))
          .with("mfm", (link, word) -> link.withMfmBytesPerSecond(word.bytes()))
          .with("loss", (link, word) -> link.withLoss(word.chance()))
          .with("corruption", (link, word) -> link.withCorruption(word.chance()))
          .with("duplicates", (link, word) -> link.withDuplicates(word.chance()))
          .with("reordering", (link, word) -> link.withReordering(word.chance()))
          .with("late", (link, word) -> link.withLateNanosMax(word.span()))
          .with("frame-errors", (link, word) -> link.withFrameErrors(word.chance()))
          .with(
              "stalls",
              (link, word) -> link.withSpikes(word.chance(), link.speed().spikeNanosMax()))
          .with(
              "stall-max", (link, word) -> link.withSpikes(link.speed().spikeChance(), word.span()))
          .with(
              "flaps",
              (link, word) -> link.withFlaps(word.span(), link.signal().flapDownNanosMax()))
          .with(
              "flap-max",
              (link, word) -> link.withFlaps(link.signal().flapNanosMean(), word.span()))
          .with("up", (link, word) -> link.withUpNanosMax(word.span()))
          .with("unnoticed", (link, word) -> link.withUnnoticedNanosMax(word.span()))
          .with("unseen", (link, word) -> link.withUnseen(word.chance()));

  private LinkWords() {}

  /** The preset that {@code word} names; perfect links where it is null, that is, not said. */
  static LinkSettings preset(Word word) throws ScenarioException {
    if (word == null) {
      return LinkSettings.PERFECT;
    }
    return switch (word.text()) {
      case "perfect" -> LinkSettings.PERFECT;
      case "t2" -> LinkSettings.T2;
      case "stress" -> LinkSettings.STRESS;
      case "hostile" -> LinkSettings.HOSTILE;
      default -> throw word.isNo("kind of links; write perfect, t2, stress or hostile");
    };
  }
}
