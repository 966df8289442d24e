package dev.tilecast.cli;

import dev.tilecast.engine.message.Name;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of an MFZ; a signed {@code cdmss-SS-TTTTTT.mfz} gives its identity. */
final class NameArgument implements ITypeConverter<Name> {
  @Override
  public Name convert(String text) {
    return Name.ofSigned(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' is no name of an MFZ: a letter or digit, up to 95 of letters, digits,"
                        + " '.', '_' and '-', then .mfz"));
  }
}
