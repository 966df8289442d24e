package dev.tilecast.engine.files;

import dev.tilecast.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest bytes of one file, gathered until whole blocks of them can be written at once. Packets
 * and chunks end anywhere, and a system that is given a piece of a page at a time spends more on
 * its pages than on the bytes. Reads here see what is gathered; whoever opens the file by its name
 * must have it {@linkplain #flush flushed}. What the disk does not take stays gathered, to be tried
 * again. May be used from any thread.
 */
final class Gathered {
  /** What is written at once, at a multiple of its length. */
  static final int BLOCK_BYTES = 64 * 1024;

  /** Blocks of one file that are gathered at once: as many sources are pulled from side by side. */
  static final int BLOCKS_MAX = 4;

  /** After so many writes to other files, one that is not written to makes way. */
  static final int IDLE_WRITES = 1024;

  private final FileChannel channel;
  private final Spare spare;
  private final Written written;

  /** The one that was last written to comes last. */
  private final List<Block> blocks = new ArrayList<>();

  private boolean ended;

  /** When it was written to last, in writes of all files. */
  private long usedAt;

  /** Hears what was given to the disk. */
  interface Written {
    void written(long offset, int length);
  }

  /**
   * Memory for blocks, shared by all files; outside of the heap, so that writing needs no other.
   */
  static final class Spare {
    private final List<ByteBuffer> free = new ArrayList<>();
    private final AtomicLong writes = new AtomicLong();
    private int left;

    /**
     * No memory yet.
     *
     * @param blocksMax that there may be of it
     */
    Spare(int blocksMax) {
      left = blocksMax;
    }

    private synchronized Optional<ByteBuffer> take() {
      if (!free.isEmpty()) {
        return Optional.of(free.remove(free.size() - 1));
      }
      if (left == 0) {
        return Optional.empty();
      }
      left--;
      return Optional.of(ByteBuffer.allocateDirect(BLOCK_BYTES));
    }

    private synchronized void giveBack(ByteBuffer memory) {
      free.add(memory);
    }
  }

  /** Bytes from {@code from} to {@code end} of the file, in {@code memory} where they would lie. */
  private static final class Block {
    final long base;
    final ByteBuffer memory;
    long from;
    long end;

    Block(ByteBuffer memory, long at) {
      this.memory = memory;
      this.base = at / BLOCK_BYTES * BLOCK_BYTES;
      this.from = at;
      this.end = at;
    }

    /** Whether bytes from {@code at} to {@code to} lie in it, without a gap to those it has. */
    boolean takes(long at, long to) {
      return at <= end && to >= from;
    }

    boolean isFull() {
      return from == base && end == base + BLOCK_BYTES;
    }

    boolean has(long at) {
      return at >= from && at < end;
    }

    ByteBuffer slice(long at, long to) {
      return memory.slice((int) (at - base), (int) (to - at));
    }
  }

  /** Nothing is gathered yet. */
  Gathered(FileChannel channel, Spare spare, Written written) {
    this.channel = channel;
    this.spare = spare;
    this.written = written;
  }

  /**
   * Takes what is left of {@code bytes}, to be written at {@code offset} now or later.
   *
   * @return false where some of it had to be written at once, since other files have all the memory
   */
  synchronized boolean write(ByteBuffer bytes, long offset) throws IOException {
    usedAt = spare.writes.incrementAndGet();
    boolean isGathered = true;
    long at = offset;
    int limit = bytes.limit();
    while (bytes.position() < limit) {
      long base = at / BLOCK_BYTES * BLOCK_BYTES;
      int count = (int) Math.min(limit - bytes.position(), base + BLOCK_BYTES - at);
      bytes.limit(bytes.position() + count);
      isGathered &= piece(bytes, base, at);
      at += count;
      bytes.limit(limit);
    }
    return isGathered;
  }

  /** Whether it keeps memory, and others were written to for a while. */
  synchronized boolean isIdle() {
    return !blocks.isEmpty() && spare.writes.get() - usedAt > IDLE_WRITES;
  }

  private boolean piece(ByteBuffer bytes, long base, long at) throws IOException {
    if (ended) {
      throw new ClosedChannelException();
    }
    long to = at + bytes.remaining();
    Optional<Block> found = blocks.stream().filter(block -> block.base == base).findFirst();
    if (found.isPresent() && !found.get().takes(at, to)) {
      flush(found.get());
      found = Optional.empty();
    }
    if (found.isEmpty()) {
      found = begin(at);
    }
    if (found.isEmpty()) {
      DurableFile.writeFully(channel, bytes, at);
      written.written(at, (int) (to - at));
      return false;
    }
    Block block = found.get();
    blocks.remove(block);
    blocks.add(block);
    block.slice(at, to).put(bytes);
    block.from = Math.min(block.from, at);
    block.end = Math.max(block.end, to);
    if (block.isFull()) {
      flush(block);
    }
    return true;
  }

  /** One more block, for bytes from {@code at} on; empty where other files have all the memory. */
  private Optional<Block> begin(long at) throws IOException {
    if (blocks.size() == BLOCKS_MAX) {
      flush(blocks.get(0));
    }
    Optional<ByteBuffer> memory = spare.take();
    if (memory.isEmpty() && !blocks.isEmpty()) {
      flush(blocks.get(0));
      memory = spare.take();
    }
    return memory.map(bytes -> new Block(bytes, at));
  }

  /** Fills {@code into} with the bytes from {@code offset} on, gathered or in the file. */
  void read(ByteBuffer into, long offset) throws IOException {
    int limit = into.limit();
    long at = offset - into.position();
    while (into.position() < limit) {
      boolean taken = takeGathered(into, at + into.position());
      if (!taken && channel.read(into, at + into.position()) < 0) {
        throw new IOException("the file ends at " + (at + into.position()));
      }
      into.limit(limit);
    }
  }

  /**
   * Takes what is gathered at {@code at}. Where nothing is, limits {@code into} to what lies before
   * the next gathered byte, and gives false: what is written meanwhile is in the file.
   */
  private synchronized boolean takeGathered(ByteBuffer into, long at) {
    long end = at + into.remaining();
    for (Block block : blocks) {
      if (block.has(at)) {
        into.put(block.slice(at, Math.min(block.end, end)));
        return true;
      }
      if (block.from > at) {
        end = Math.min(end, block.from);
      }
    }
    into.limit(into.position() + (int) (end - at));
    return false;
  }

  /** Returns when everything that was gathered was given to the disk; not synced. */
  synchronized void flush() throws IOException {
    while (!blocks.isEmpty()) {
      flush(blocks.get(0));
    }
  }

  private void flush(Block block) throws IOException {
    DurableFile.writeFully(channel, block.slice(block.from, block.end), block.from);
    blocks.remove(block);
    spare.giveBack(block.memory);
    written.written(block.from, (int) (block.end - block.from));
  }

  /** What is gathered goes nowhere, and nothing is taken any more. */
  synchronized void end() {
    ended = true;
    blocks.forEach(block -> spare.giveBack(block.memory));
    blocks.clear();
  }
}
