package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of bytes as disjoint runs that do not touch; offsets from 0. */
final class Ranges {
  private final TreeMap<Integer, Integer> endByStart = new TreeMap<>();
  private long bytes;

  static Ranges whole(int length) {
    Ranges ranges = new Ranges();
    ranges.add(0, length);
    return ranges;
  }

  boolean isEmpty() {
    return endByStart.isEmpty();
  }

  /** How many bytes are in the set. */
  long bytes() {
    return bytes;
  }

  int firstStart() {
    return endByStart.firstKey();
  }

  /** The end of the first run. */
  int firstEnd() {
    return endByStart.firstEntry().getValue();
  }

  /** Whether all bytes from {@code start} up to {@code end} are in the set. */
  boolean contains(int start, int end) {
    Map.Entry<Integer, Integer> run = endByStart.floorEntry(start);
    return run != null && run.getValue() >= end;
  }

  /** The runs in order. */
  List<Message.Range> runs() {
    List<Message.Range> runs = new ArrayList<>();
    endByStart.forEach((start, end) -> runs.add(new Message.Range(start, end - start)));
    return runs;
  }

  void add(int start, int end) {
    int newStart = start;
    int newEnd = end;
    Map.Entry<Integer, Integer> run = endByStart.floorEntry(end);
    while (run != null && run.getValue() >= start) {
      newStart = Math.min(newStart, run.getKey());
      newEnd = Math.max(newEnd, run.getValue());
      bytes -= run.getValue() - run.getKey();
      endByStart.remove(run.getKey());
      run = endByStart.floorEntry(end);
    }
    endByStart.put(newStart, newEnd);
    bytes += newEnd - newStart;
  }

  void remove(int start, int end) {
    Map.Entry<Integer, Integer> run = endByStart.lowerEntry(end);
    while (run != null && run.getValue() > start) {
      endByStart.remove(run.getKey());
      bytes -= run.getValue() - run.getKey();
      if (run.getValue() > end) {
        endByStart.put(end, run.getValue());
        bytes += run.getValue() - end;
      }
      if (run.getKey() < start) {
        endByStart.put(run.getKey(), start);
        bytes += start - run.getKey();
      }
      run = endByStart.lowerEntry(end);
    }
  }
}
