package dev.tilecast.cli;

import dev.tilecast.transport.Direction;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a direction, in capitals or not. */
final class DirectionArgument implements ITypeConverter<Direction> {
  @Override
  public Direction convert(String text) {
    return Direction.ofText(text.toUpperCase(Locale.ROOT))
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is no direction: NT NE ET SE ST SW WT or NW"));
  }
}
