package dev.tilecast.transport.itc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A packet device that a test plays. */
final class PlayedNode implements PacketNode, PacketNode.Opened {
  private static final byte[] END = {};

  /** What was handed to the driver, and when. */
  record Handed(String hex, long at) {}

  final BlockingQueue<Handed> handed = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> toRead = new LinkedBlockingQueue<>();
  private final Queue<IOException> refusals = new ArrayDeque<>();
  private final Queue<Object> answers = new ArrayDeque<>();
  private final ItcTime time;
  private boolean isOpen;
  private volatile boolean isThere = true;
  private volatile CountDownLatch hold = new CountDownLatch(0);

  PlayedNode(ItcTime time) {
    this.time = time;
  }

  /** A packet comes. */
  void put(String hex) {
    toRead.add(HexFormat.of().parseHex(hex));
  }

  /** The device ends. */
  void end() {
    toRead.add(END);
  }

  /** The next open is refused with these words. */
  synchronized void refuse(String words) {
    refusals.add(new IOException(words));
  }

  /** The next write ends so: a {@link Written} or an {@link IOException}. */
  synchronized void answer(Object next) {
    answers.add(next);
  }

  /** Writes do not come back until what is returned is counted down. */
  CountDownLatch hold() {
    hold = new CountDownLatch(1);
    return hold;
  }

  /** Another device, or none, is where this one was. */
  void vanish() {
    isThere = false;
  }

  @Override
  public synchronized Opened open() throws IOException {
    IOException refusal = refusals.poll();
    if (refusal != null) {
      throw refusal;
    }
    isThere = true;
    isOpen = true;
    toRead.removeIf(packet -> packet == END);
    return this;
  }

  @Override
  public boolean isThere() {
    return isThere;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    try {
      byte[] packet = toRead.take();
      into.put(packet);
      return packet == END ? -1 : packet.length;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public Written write(byte[] packet) throws IOException {
    handed.add(new Handed(HexFormat.of().formatHex(packet), time.nanoTime()));
    try {
      hold.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    Object answer;
    synchronized (this) {
      answer = answers.poll();
    }
    if (answer instanceof IOException failure) {
      throw failure;
    }
    return answer instanceof Written written ? written : Written.TAKEN;
  }

  @Override
  public synchronized void close() {
    if (isOpen) {
      isOpen = false;
      end();
    }
  }
}
