package dev.tilecast.engine.sending;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The receiving folder of one direction on a disk that loses power: of what was not synced, each
 * piece is there or not.
 */
final class PlayedFolder {
  final Map<String, Bytes> placed = new TreeMap<>();
  int room = Integer.MAX_VALUE;
  private FileMessage.Offer openOffer;
  private byte[] part = new byte[0];
  private byte[] synced = new byte[0];
  private Bytes keptId = Bytes.empty();
  private List<Message.Range> kept = List.of();
  private boolean isOpen;

  Opening open(FileMessage.Offer offer) {
    Bytes there = placed.get(offer.name().text());
    if (there != null) {
      return isContent(offer, there)
          ? new Opening.Present()
          : new Opening.Refused(Objection.NAME_TAKEN);
    }
    openOffer = offer;
    isOpen = true;
    if (!offer.id().equals(keptId)) {
      part = new byte[offer.length()];
      synced = part.clone();
      keptId = offer.id();
      kept = List.of();
    }
    return new Opening.Ready(kept);
  }

  private static boolean isContent(FileMessage.Offer offer, Bytes bytes) {
    return bytes.length() == offer.length() && Bytes.sha256(bytes.toArray()).equals(offer.sha256());
  }

  /** Whether there was room. */
  boolean write(int offset, Bytes bytes) {
    room -= bytes.length();
    if (room < 0) {
      return false;
    }
    System.arraycopy(bytes.toArray(), 0, part, offset, bytes.length());
    return true;
  }

  void keep(List<Message.Range> held) {
    synced = part.clone();
    kept = held;
  }

  void discard() {
    kept = List.of();
  }

  /** The objection, or null where the file has its name now. */
  Objection finish() {
    if (!isContent(openOffer, Bytes.copyOf(part))) {
      return Objection.WRONG_CHECKSUM;
    }
    if (placed.containsKey(openOffer.name().text())) {
      return Objection.NAME_TAKEN;
    }
    placed.put(openOffer.name().text(), Bytes.copyOf(part));
    remove();
    return null;
  }

  void close() {
    isOpen = false;
  }

  void remove() {
    isOpen = false;
    keptId = Bytes.empty();
    kept = List.of();
    part = new byte[0];
    synced = part;
  }

  /** Whether an unfinished file takes room. */
  boolean hasPart() {
    return keptId.length() > 0;
  }

  boolean isOpen() {
    return isOpen;
  }

  int keptBytes() {
    return kept.stream().mapToInt(Message.Range::length).sum();
  }

  /** What is held is as it was written down; a bit of it has changed. */
  void rot() {
    synced[0] ^= 1;
    part[0] ^= 1;
  }

  void powerGoes(Random random) {
    byte[] after = synced.clone();
    for (int at = 0; at < part.length; at += 512) {
      if (random.nextBoolean()) {
        int end = Math.min(part.length, at + 512);
        System.arraycopy(part, at, after, at, end - at);
      }
    }
    part = Arrays.copyOf(after, after.length);
    synced = part.clone();
    isOpen = false;
  }
}
