package dev.tilecast.testbed.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of one file, in pages; a page that nobody wrote to is a hole and takes no room. */
final class Content {
  static final int PAGE_BYTES = 4096;

  /** Null where there is a hole. */
  private final List<byte[]> pages = new ArrayList<>();

  private long length;

  long length() {
    return length;
  }

  /** Room that it takes on the disk. */
  long usedBytes() {
    return pages.stream().filter(page -> page != null).count() * PAGE_BYTES;
  }

  /** How much more room it would take if {@code count} bytes were written at {@code offset}. */
  long growthBytes(long offset, int count) {
    long growth = 0;
    for (long page = offset / PAGE_BYTES; page * PAGE_BYTES < offset + count; page++) {
      if (page >= pages.size() || pages.get(Math.toIntExact(page)) == null) {
        growth += PAGE_BYTES;
      }
    }
    return growth;
  }

  void write(long offset, ByteBuffer from) {
    long at = offset;
    while (from.hasRemaining()) {
      byte[] page = page(Math.toIntExact(at / PAGE_BYTES));
      int start = (int) (at % PAGE_BYTES);
      int count = Math.min(from.remaining(), PAGE_BYTES - start);
      from.get(page, start, count);
      at += count;
    }
    length = Math.max(length, at);
  }

  private byte[] page(int index) {
    while (pages.size() <= index) {
      pages.add(null);
    }
    byte[] page = pages.get(index);
    if (page == null) {
      page = new byte[PAGE_BYTES];
      pages.set(index, page);
    }
    return page;
  }

  /** Reads what there is; -1 at or after the end. */
  int read(long offset, ByteBuffer into) {
    if (offset >= length) {
      return -1;
    }
    int count = (int) Math.min(into.remaining(), length - offset);
    int left = count;
    long at = offset;
    while (left > 0) {
      int index = Math.toIntExact(at / PAGE_BYTES);
      int start = (int) (at % PAGE_BYTES);
      int part = Math.min(left, PAGE_BYTES - start);
      byte[] page = index < pages.size() ? pages.get(index) : null;
      into.put(page == null ? new byte[part] : Arrays.copyOfRange(page, start, start + part));
      at += part;
      left -= part;
    }
    return count;
  }

  /** Makes it shorter; a greater length changes nothing. */
  void truncate(long newLength) {
    if (newLength >= length) {
      return;
    }
    length = newLength;
    int pagesLeft = Math.toIntExact((newLength + PAGE_BYTES - 1) / PAGE_BYTES);
    while (pages.size() > pagesLeft) {
      pages.remove(pages.size() - 1);
    }
    int tail = (int) (newLength % PAGE_BYTES);
    if (tail > 0 && pages.size() == pagesLeft && pages.get(pagesLeft - 1) != null) {
      // What is written beyond it later must not bring the old bytes back.
      Arrays.fill(pages.get(pagesLeft - 1), tail, PAGE_BYTES, (byte) 0);
    }
  }

  Content copy() {
    Content copy = new Content();
    pages.forEach(page -> copy.pages.add(page == null ? null : page.clone()));
    copy.length = length;
    return copy;
  }

  byte[] toArray() {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(length));
    read(0, all);
    return all.array();
  }
}
