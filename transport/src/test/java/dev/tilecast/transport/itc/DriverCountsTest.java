package dev.tilecast.transport.itc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DriverCountsTest {
  private static final int LOOKS = 20_000;

  @Test
  void noThreadTellsAnOlderCountAfterANewerOne() throws Exception {
    AtomicLong count = new AtomicLong();
    List<Long> told = new ArrayList<>();
    DriverCounts counts =
        new DriverCounts(
            () -> new StatusText.Counts(Map.of(), Map.of(Direction.ET, count.incrementAndGet())),
            read -> {
              synchronized (told) {
                told.add(read.bytesSent().get(Direction.ET));
              }
            });
    Runnable looks =
        () -> {
          for (int i = 0; i < LOOKS; i++) {
            counts.look();
          }
        };
    Thread one = new Thread(looks);
    Thread two = new Thread(looks);
    one.start();
    two.start();
    one.join();
    two.join();

    assertThat(told).hasSize(2 * LOOKS).isSorted();
  }
}
