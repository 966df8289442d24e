package dev.tilecast.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 4096}, {@code 500K}, {@code 2M} and {@code 1G}, in units of 1024. */
final class ByteCount implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([KMG])?");

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no count of bytes; write 4096, 500K, 2M or 1G");
    }
    int bits =
        switch (matcher.group(2) == null ? "" : matcher.group(2)) {
          case "" -> 0;
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> throw new AssertionError(text);
        };
    return Long.parseLong(matcher.group(1)) << bits;
  }
}
