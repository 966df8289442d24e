package dev.tilecast.engine.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * How transfers share what may be asked of one neighbor (PROTOCOL.md, Pulling): by need, with a
 * part for those that do not come first, so that none starves.
 */
final class Sharing {
  private Sharing() {}

  /**
   * Those of {@code pulling} that {@code neighbor} can give, who comes first in its present turn at
   * the head: the one in need, but every fourth time another, each of them in turn.
   */
  static List<Transfer> inTurn(
      List<Transfer> pulling, Predicate<Transfer> given, Neighbor neighbor) {
    List<Transfer> inTurn = new ArrayList<>(pulling.size());
    for (Transfer transfer : pulling) {
      if (given.test(transfer)) {
        inTurn.add(transfer);
      }
    }
    int others = inTurn.size() - 1;
    if (others > 0) {
      inTurn.sort(Sharing::byNeed);
      if (neighbor.turns % Limits.SHARED_TURNS == Limits.SHARED_TURNS - 1) {
        int next = 1 + neighbor.turns / Limits.SHARED_TURNS % others;
        inTurn.add(0, inTurn.remove(next));
      }
    }
    return inTurn;
  }

  /**
   * Who lacks the least, which is the nearly complete and the small; then the newest. That a seal
   * stands gives no precedence: a liar fills with its own files its own window only.
   */
  private static int byNeed(Transfer a, Transfer b) {
    int byLack = Long.compare(a.lackingBytes(), b.lackingBytes());
    return byLack != 0 ? byLack : Long.compare(b.rank.stamp(), a.rank.stamp());
  }
}
