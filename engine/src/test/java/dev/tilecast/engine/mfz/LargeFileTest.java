package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Makes, inspects and cuts 300 MB in a process of its own that has 48 MB of heap. */
class LargeFileTest {
  private static final long CONTENT_BYTES = 300_000_000L;

  @TempDir private Path temporary;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void takes300MegabytesIn48MegabytesOfHeap() throws Exception {
    Path sparse = temporary.resolve("zeros.bin");
    try (FileChannel channel = FileChannel.open(sparse, CREATE_NEW, WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), CONTENT_BYTES - 1);
    }
    Path output = temporary.resolve("output.txt");

    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LargeFileTest.class.getName(),
                Vectors.file("kd").toString(),
                sparse.toString(),
                temporary.resolve("large.mfz").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(child.waitFor()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output)).contains("accepted 300000000 in ");
  }

  /** The child: key folder, content, output. */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    KeyFolder keys = new KeyFolder(Path.of(args[0]));
    Path file = Path.of(args[2]);
    new Maker(keys, InspectionLimits.defaults())
        .make(new Handle("alpha"), file, List.of(Path.of(args[1])), 1_800_000_000L);
    Inspector inspector = new Inspector(keys.load(), InspectionLimits.defaults());
    Inspection inspection = inspector.inspect(file, Optional.of("large.mfz"));
    if (inspection instanceof Inspection.Accepted accepted) {
      int chunks = inspector.manifest(file, accepted).head().chunkCount();
      out.println("accepted " + accepted.entries().get(2).size() + " in " + chunks + " chunks");
    } else {
      out.println(inspection);
    }
  }
}
