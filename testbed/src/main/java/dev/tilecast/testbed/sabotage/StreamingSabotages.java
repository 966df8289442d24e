package dev.tilecast.testbed.sabotage;

import java.util.List;

/** Bugs in what is handed on while it still comes in. */
final class StreamingSabotages {
  static final List<Sabotage> ALL =
      List.of(
          Sabotages.in(
              "core/Serving",
              "unchecked-served",
              "Chunks of a sealed file are served before they were checked.",
              "boolean held = transfer.isVerified(range);",
              "boolean held = true;",
              Check.fuzz()),
          Sabotages.in(
              "core/TransferSteps",
              "seal-unread",
              "Whatever comes as a seal counts as one that stands.",
              "transfer.stream.stands = sealStands && transfer.stream.seal.isPresent();",
              "transfer.stream.stands = transfer.stream.seal.isPresent();",
              Check.fuzz()),
          Sabotages.in(
              "core/Streaming",
              "unsealed-streams",
              "What has no seal is handed on while it comes in, too.",
              "return !transfer.parked && transfer.stream.stands && transfer.stagingOpen;",
              "return !transfer.parked && transfer.stagingOpen;",
              Check.fuzz()),
          Sabotages.in(
              "core/Streaming",
              "dry-for-ever",
              "Two tiles that have nothing more for each other wait on.",
              "return !lacking.isEmpty();",
              "return true;",
              Check.run("streaming-source-gone")),
          Sabotages.in(
              "core/UnitPuller",
              "pages-of-anybody",
              "Pages are asked of those who wait for them, too.",
              "      return 0;\n    }\n    int first",
              "      return 3;\n    }\n    int first",
              Check.run("streaming-pages")));

  private StreamingSabotages() {}
}
