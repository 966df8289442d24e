package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Message;
import dev.tilecast.transport.Direction;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is at the far end of a direction, and since when. */
final class NeighborsTest {
  private static final long MINUTE = 60 * Grid.SECOND;

  private final Grid grid = new Grid(3);
  private Grid.Tile here;
  private Grid.Tile there;

  @BeforeEach
  void line() {
    List<Grid.Tile> line = grid.line(2);
    here = line.get(0);
    there = line.get(1);
  }

  private TileReport.Neighbor seen() {
    here.step(new Input.Tick());
    return here.core.report().neighbors().get(0);
  }

  private List<String> told() {
    return here.events.stream()
        .filter(event -> event.kind() == TileEvent.Kind.LINK)
        .map(TileEvent::text)
        .toList();
  }

  @Test
  void aLinkThatIsUpIsNotYetANeighbor() {
    here.start();

    assertThat(seen().presence()).isEqualTo(Presence.SILENT);
    assertThat(seen().introduced()).isEmpty();

    there.start();
    grid.run(Grid.SECOND);

    assertThat(seen().presence()).isEqualTo(Presence.ALIVE);
    assertThat(seen().introduced().get().protocolMax()).isEqualTo(1);
    assertThat(seen().introduced().get().groupId()).hasSize(32);
  }

  @Test
  void sinceWhenIsCountedFromTheLastChange() {
    grid.startAll();
    grid.run(10 * MINUTE);
    assertThat(seen().presenceNanos()).isGreaterThan(9 * MINUTE);

    here.step(new Input.LinkDown(Direction.ET, "pulled"));
    grid.run(MINUTE);
    here.step(new Input.LinkDown(Direction.ET, "still pulled"));

    assertThat(seen().presence()).isEqualTo(Presence.LINK_DOWN);
    assertThat(seen().note()).contains("still pulled");
    assertThat(seen().presenceNanos()).isEqualTo(MINUTE);
  }

  @Test
  void aTileThatWasExchangedIsAnotherNeighborAtOnce() {
    grid.startAll();
    grid.run(5 * MINUTE);
    TileReport.Neighbor before = seen();

    // Out of the socket and back in, with somebody else behind it, before anybody could notice.
    there.crash();
    there.start();
    grid.run(Grid.SECOND);

    assertThat(seen().presence()).isEqualTo(Presence.ALIVE);
    assertThat(seen().introduced().get().bootId()).isNotEqualTo(before.introduced().get().bootId());
    assertThat(seen().presenceNanos()).isLessThanOrEqualTo(Grid.SECOND);
  }

  private Message.Hello hello(long bootId) {
    there.start();
    Message.Hello said =
        there.sent.stream()
            .filter(Message.Hello.class::isInstance)
            .map(Message.Hello.class::cast)
            .findFirst()
            .orElseThrow();
    there.crash();
    return new Message.Hello(
        said.versionMin(),
        said.versionMax(),
        bootId,
        said.tileId(),
        said.groupId(),
        said.mtu(),
        said.nextSeconds(),
        said.catalogRoot());
  }

  /**
   * A tile that stood still hears at once what came in an hour, of whoever was plugged in: what one
   * of them says is not taken for the word of another.
   */
  @Test
  void whoComesTooSoonAfterAnotherDoesNotSpeakForIt() {
    Message ad = grid.file("demo.mfz", 100, 2_000, "alpha").entry().advertisement();
    Message.Hello first = hello(1);
    here.start();
    here.step(new Input.Received(Direction.ET, first));
    assertThat(seen().presence()).isEqualTo(Presence.ALIVE);

    here.step(new Input.Received(Direction.ET, hello(2)));
    here.step(new Input.Received(Direction.ET, ad));
    assertThat(here.core.report().claims()).isEmpty();
    assertThat(seen().counters()).containsEntry("boots_too_quick", 1L);

    here.step(new Input.Received(Direction.ET, first));
    here.step(new Input.Received(Direction.ET, ad));
    assertThat(here.core.report().claims()).hasSize(1);
  }

  /** A device that was opened anew: the other end of the cable has noticed nothing. */
  @Test
  void whoLostSightOfItsNeighborIsAnsweredWithinTwoSeconds() {
    grid.startAll();
    grid.run(5 * MINUTE);

    here.step(new Input.LinkDown(Direction.ET, "the device has ended"));
    here.step(new Input.LinkUp(Direction.ET, 255));
    grid.run(2 * Grid.SECOND);

    assertThat(seen().presence()).isEqualTo(Presence.ALIVE);
    int said = there.sent.size();
    grid.run(8 * Grid.SECOND);
    assertThat(there.sent.size() - said).isLessThanOrEqualTo(1);
  }

  @Test
  void aTileThatFellSilentIsMissed() {
    grid.startAll();
    grid.run(5 * MINUTE);

    there.crash();
    grid.run(5 * MINUTE);

    assertThat(seen().presence()).isEqualTo(Presence.SILENT);
    assertThat(seen().note()).contains("nothing heard");
  }

  @Test
  void aStrangerIsShownAndToldOnce() {
    there.group = "others";
    grid.startAll();
    grid.run(5 * MINUTE);

    assertThat(seen().presence()).isEqualTo(Presence.STRANGER);
    assertThat(seen().note()).contains("another group");
    assertThat(seen().presenceNanos()).isGreaterThan(4 * MINUTE);
    assertThat(told()).hasSize(1);
    assertThat(told().get(0)).contains("another group");
    assertThat(here.sent).allMatch(Message.Hello.class::isInstance);
  }

  @Test
  void aStrangerThatIsGoneIsNoStranger() {
    there.group = "others";
    grid.startAll();
    grid.run(5 * MINUTE);

    there.crash();
    grid.run(5 * MINUTE);

    assertThat(seen().presence()).isEqualTo(Presence.SILENT);
  }

  @Test
  void aStrangerThatJoinsIsTakenIn() {
    there.group = "others";
    grid.startAll();
    grid.run(MINUTE);

    there.crash();
    there.group = "test";
    there.start();
    grid.run(Grid.SECOND);

    assertThat(seen().presence()).isEqualTo(Presence.ALIVE);
    assertThat(seen().note()).isEmpty();
  }

  @Test
  void whatALinkLosesIsTold() {
    grid.startAll();
    there.wires.values().forEach(wire -> wire.loss = 0.2);
    Grid.TestFile file = grid.file("demo.mfz", 100, 400_000, "alpha");
    there.drop(1, file);

    assertThat(grid.runUntil(() -> here.holds(file), 10 * MINUTE)).isTrue();

    assertThat(seen().lostPerMille()).isBetween(100, 350);
  }

  @Test
  void aCleanLinkLosesNothing() {
    grid.startAll();
    Grid.TestFile file = grid.file("demo.mfz", 100, 400_000, "alpha");
    there.drop(1, file);

    assertThat(grid.runUntil(() -> here.holds(file), 10 * MINUTE)).isTrue();

    assertThat(seen().lostPerMille()).isZero();
  }
}
