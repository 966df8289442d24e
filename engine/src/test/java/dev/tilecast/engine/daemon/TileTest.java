package dev.tilecast.engine.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.files.TileHome;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.ServiceForm;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TileTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void whoStopsKnowsWhetherAllCouldBeClosed() throws Exception {
    assertThat(tile(link(() -> {})).end()).isTrue();
    assertThat(told.toString(UTF_8)).doesNotContain("while stopping");

    Tile stuck =
        tile(
            link(
                () -> {
                  throw new IllegalStateException("the socket is stuck");
                }));

    assertThat(stuck.end()).isFalse();
    assertThat(told.toString(UTF_8)).contains("trouble: while stopping: the socket is stuck");
    // All else is closed: the home can be opened again.
    assertThat(tile(link(() -> {})).end()).isTrue();
  }

  private Tile tile(Link link) throws Exception {
    Path home = folder.resolve("a");
    if (!home.toFile().exists()) {
      TileHome.create(home, "group = \"test\"\n");
    }
    return Tile.open(
        home,
        new Surroundings(
            (settings, troubles) -> List.of(link),
            Runnable::run,
            Optional.empty(),
            System::nanoTime,
            InstantSource.system(),
            new SplittableRandom(1),
            Thread::new,
            cause -> {},
            new PrintStream(told, true, UTF_8)));
  }

  /** In the east, with nobody behind it. */
  private static Link link(Runnable closing) {
    return (Link)
        Proxy.newProxyInstance(
            TileTest.class.getClassLoader(),
            new Class<?>[] {Link.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "direction" -> Direction.ET;
                  case "mtu" -> 255;
                  case "serviceForm" -> ServiceForm.PLAIN;
                  case "close" -> {
                    closing.run();
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
