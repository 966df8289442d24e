package dev.tilecast.testbed.storm;

import java.util.List;

/** One thing that the storm does. */
sealed interface Strike {
  /** When it is due, since the storm began. */
  long atMillis();

  /** What a kill waits for before it falls. */
  enum Aim {
    /** Nothing: it falls wherever the daemon happens to be. */
    ANYWHERE,
    /** A file in staging: a transfer or a drop is under way. */
    TRANSFER,
    /** A change in {@code live/}: a promotion has just renamed, or has just been done. */
    PROMOTION,
    /** The starts that follow: the daemon is killed, started, and killed again, several times. */
    START
  }

  /**
   * A daemon is killed with {@code kill -9}, and started again.
   *
   * @param waitMicros from what it was aimed at until it falls
   * @param startMicros how long each of the starts that follow may last before it is killed, too
   * @param downMillis until the daemon is started for good
   * @param databaseDeleted whether its database is gone by then
   */
  record Kill(
      long atMillis,
      int tile,
      Aim aim,
      long waitMicros,
      List<Long> startMicros,
      long downMillis,
      boolean databaseDeleted)
      implements Strike {
    public Kill {
      startMicros = List.copyOf(startMicros);
    }
  }

  /**
   * A link stops carrying bytes.
   *
   * @param stalled whether its bytes are held; otherwise its connections end, and new ones are
   *     refused
   */
  record Break(long atMillis, int link, boolean stalled, long lastsMillis) implements Strike {}

  /** How a file gets to a tile. */
  enum Way {
    /** Copied and renamed into the inbox; nobody waits for a verdict. */
    INBOX,
    /** By {@code tilecast publish}, whose exit code acknowledges it. */
    COMMAND,
    /** By {@code tilecast publish}, and it is the version before the newest one. */
    OLD
  }

  /**
   * A version is published.
   *
   * @param name the number of the name, or one past the last for a file whose name is used once
   * @param changed how many of its members are new
   */
  record Publish(long atMillis, int name, int tile, Way way, int changed) implements Strike {}

  /**
   * Somebody else fills the tiny disk.
   *
   * @param leftBytes what is left free
   */
  record Fill(long atMillis, long leftBytes, long lastsMillis) implements Strike {}
}
