package dev.tilecast.engine.core;

/** What a transfer waits for right now, as closely as the tile knows. */
public enum TransferWait {
  /** Nobody offers it. */
  NOBODY("a neighbor that offers it"),
  /** Who offered it is silent, or its link is down. */
  SILENT("who offered it to be heard again"),
  /** No known key is that of its signer, or the rules do not let it publish the name. */
  TRUST("a known key of its signer that may publish its name"),
  /** The disk of this tile failed. */
  DISK("the next try, since the disk of this tile has failed"),
  /** Something else that this tile has against it. */
  OBJECTION("an objection of this tile to pass"),
  /** Parked: all slots are taken. */
  SLOT("a free slot: no more may run for its neighbors now"),
  /** Parked: each source has another unproven transfer, or is slowed down. */
  SPONSOR("its turn: its sources have an unproven transfer each, or must wait"),
  /** Parked: it got nowhere before. */
  STALLED("its next try, since it got nowhere while others waited"),
  /** Parked: another transfer has the same key. */
  KEY("another transfer of the same key to end"),
  /** The manifest head, or the seal. */
  HEAD("its manifest head"),
  /** The check of the signature. */
  SIGNATURE("the check of its signature"),
  /** Room in staging. */
  ROOM("room in staging"),
  /** What an earlier run left is checked before anything is asked. */
  KEPT("the check of what is in staging already"),
  /** Chunks that this tile holds in other files. */
  COPIES("copies of chunks that other files here hold"),
  /** Pages, without which no more chunks can be asked for. */
  PAGES("pages of its manifest"),
  /** Bytes that were asked for. */
  BYTES("bytes that it has asked for"),
  /** The check of chunks that are here. */
  CHECK("the check of chunks that are here"),
  /** All sources gave wrong bytes. */
  AVOIDED("sources that gave wrong bytes to be asked again"),
  /** Its sources stream, and hold nothing that is lacking here. */
  GAIN("its sources to hold more than this tile"),
  /** The windows of its sources are full of other requests. */
  WINDOW("its turn in the windows of its sources, which others fill"),
  /** The check of the whole file. */
  INSPECTION("the check of the whole file"),
  /** Its promotion. */
  PROMOTION("its promotion"),
  /** Its promotion failed. */
  PROMOTION_AGAIN("the next try of its promotion, which has failed");

  private final String words;

  TransferWait(String words) {
    this.words = words;
  }

  /** Words for a person, to follow "waits for". */
  public String words() {
    return words;
  }
}
