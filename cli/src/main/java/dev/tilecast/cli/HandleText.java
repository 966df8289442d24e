package dev.tilecast.cli;

import dev.tilecast.engine.mfz.Handle;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a signer's handle, where trailing blanks count and leading do not. */
final class HandleText implements ITypeConverter<Handle> {
  @Override
  public Handle convert(String text) {
    return Handle.parse(text.stripLeading())
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is no handle. " + Handle.grammar()));
  }
}
