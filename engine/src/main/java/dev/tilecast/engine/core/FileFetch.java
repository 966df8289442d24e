package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.List;
import java.util.Optional;

/**
 * A file that one neighbor alone delivers, as one chunk: which of its packets have come, which are
 * in flight, and which are to be asked for now. Each byte is asked for again only when its request
 * counts as lost.
 */
public final class FileFetch {
  private final Bytes id;
  private final int length;
  private final int packetBytes;
  private final Direction from;
  private final RequestWindow window = new RequestWindow();
  private final Ranges held = new Ranges();
  private final ChunkFetch fetch;

  /** Up to where anything has been asked for: what lies behind it comes unasked. */
  private int askedEnd;

  /**
   * A file of which something may be here already.
   *
   * @param id whose first four bytes are the key of requests
   * @param length bytes of the file, at least 1
   * @param digest of the whole file
   * @param packetBytes of the file in each packet but the last
   * @param heldBefore what is here; parts of packets count as missing
   */
  public FileFetch(
      Bytes id,
      int length,
      Bytes digest,
      int packetBytes,
      Direction from,
      List<Message.Range> heldBefore) {
    this.id = id;
    this.length = length;
    this.packetBytes = packetBytes;
    this.from = from;
    this.fetch = new ChunkFetch(0, 0, new ChunkRef(length, digest), from, true);
    heldBefore.forEach(this::hold);
  }

  private void hold(Message.Range range) {
    if (range.offset() < 0 || range.offset() >= length || range.length() < 1) {
      return;
    }
    int start = (int) ((range.offset() + packetBytes - 1) / packetBytes * packetBytes);
    int end = (int) Math.min(range.end(), length);
    end = end == length ? length : end / packetBytes * packetBytes;
    if (start < end) {
      take(start, end);
    }
  }

  private void take(int start, int end) {
    fetch.received(from, start, end - start);
    fetch.missing.remove(start, end);
    held.add(start, end);
  }

  /** What is to be asked for now, in runs of packets; counts as asked for from now on. */
  public List<Message.Range> ask(long now) {
    Ranges asked = new Ranges();
    for (int room = window.room(); room > 0 && !fetch.missing.isEmpty(); room--) {
      int start = fetch.missing.firstStart();
      int end = Math.min(length, start + packetBytes);
      window.sent(id, fetch, start, end - start, now);
      fetch.missing.remove(start, end);
      asked.add(start, end);
      askedEnd = Math.max(askedEnd, end);
    }
    return asked.runs();
  }

  /**
   * Whether a packet of {@code bytes} at {@code offset} is one of the file that was asked for and
   * has not come. Since requests go from front to back, and what is lost is asked for first, what
   * is held stays in few runs, whatever the neighbor sends.
   */
  public boolean received(int offset, int bytes, long now) {
    if (offset % packetBytes != 0
        || offset >= askedEnd
        || bytes != Math.min(packetBytes, length - offset)) {
      return false;
    }
    Optional<RequestWindow.Request> answered = window.answered(id.firstInt(), offset, now);
    boolean isNew = fetch.lacks(offset, bytes);
    if (isNew) {
      take(offset, offset + bytes);
    }
    answered.ifPresent(request -> giveBack(window.takeOvertaken(request.number())));
    return isNew;
  }

  /** Takes note of the time: what has not come in time is to be asked for again. */
  public void expire(long now) {
    giveBack(window.takeExpired(now));
  }

  /** Nothing that was asked for will come. */
  public void forgetRequests() {
    giveBack(window.takeAll());
  }

  private void giveBack(List<RequestWindow.Request> lost) {
    lost.forEach(request -> fetch.giveBack(request.offset(), request.length()));
  }

  /** When {@link #expire} has something to do, or {@link Long#MAX_VALUE}. */
  public long wakeAtNanos() {
    return window.expiresAt();
  }

  public boolean isComplete() {
    return fetch.isComplete();
  }

  public int heldBytes() {
    return (int) held.bytes();
  }

  /** What has come, in order. */
  public List<Message.Range> held() {
    return held.runs();
  }
}
