package dev.tilecast.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** The standard output of the process, which remembers why it could not be written. */
final class ProcessOutput extends FilterOutputStream {
  private Optional<IOException> failure = Optional.empty();

  ProcessOutput() {
    this(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
  }

  /** As if {@code out} were that. */
  ProcessOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int one) throws IOException {
    noting(() -> out.write(one));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    noting(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    noting(out::flush);
  }

  /** Why something was lost of what was printed; nobody misses what he does not read. */
  Optional<String> lost() {
    return failure.map(Tilecast::words).filter(words -> !words.contains("Broken pipe"));
  }

  private interface Writing {
    void run() throws IOException;
  }

  private void noting(Writing writing) throws IOException {
    try {
      writing.run();
    } catch (IOException e) {
      failure = failure.or(() -> Optional.of(e));
      throw e;
    }
  }
}
