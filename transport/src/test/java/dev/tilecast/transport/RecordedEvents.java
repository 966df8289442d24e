package dev.tilecast.transport;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Keeps as text what is told. */
final class RecordedEvents implements LinkEvents {
  final List<String> told = new ArrayList<>();

  @Override
  public void up(Direction direction) {
    told.add(direction + " up");
  }

  @Override
  public void down(Direction direction, String why) {
    told.add(direction + " down: " + why);
  }

  @Override
  public void received(Direction direction, byte[] packet) {
    told.add(direction + " " + hex(packet));
  }

  static String hex(byte[] packet) {
    return HexFormat.of().formatHex(packet);
  }
}
