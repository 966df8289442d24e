package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimBookTest {
  private static final Name NAME = new Name("demo.mfz");
  private static final Refusal NO_ROOM = new Refusal(Reason.NO_SPACE, "no room");

  private final ClaimBook book = new ClaimBook();

  private static Message.Advertisement ad(int stamp, boolean whole) {
    return ad(NAME, stamp, whole);
  }

  private static Message.Advertisement ad(String name) {
    return ad(new Name(name), 1, true);
  }

  private static Message.Advertisement ad(Name name, int stamp, boolean whole) {
    byte[] digest = new byte[Message.Advertisement.DIGEST_PREFIX_BYTES];
    digest[0] = (byte) stamp;
    byte[] id = new byte[32];
    id[0] = (byte) stamp;
    return new Message.Advertisement(
        name,
        stamp,
        Bytes.copyOf(digest),
        Bytes.copyOf(id),
        10_000,
        Bytes.copyOf(new byte[Message.Advertisement.SIGNER_BYTES]),
        !whole,
        whole ? Message.Advertisement.HELD_WHOLE : 500);
  }

  private long stampNow() {
    return book.get(NAME).orElseThrow().ad().stamp();
  }

  @Test
  void whatIsWholeBehindSomethingNewerCountsUnlessWeRefuseIt() {
    book.put(Claim.open(ad(102, true)));
    assertThat(book.coversWhole(NAME, Rank.of(ad(106, false)))).isFalse();
    book.put(Claim.open(ad(106, false)));

    assertThat(book.coversWhole(NAME, Rank.of(ad(106, false)))).isTrue();
    assertThat(book.coversWhole(NAME, Rank.of(ad(102, true)))).isFalse();

    book.clear();
    book.put(Claim.open(ad(102, true)).objectedTo(new Refusal(Reason.TOO_LARGE, "too large")));
    book.put(Claim.open(ad(106, false)));
    assertThat(book.coversWhole(NAME, Rank.of(ad(106, false)))).isFalse();
  }

  /** Its holder was told that there is no room, and will not claim it again. */
  @Test
  void whoPulledSomethingNewerInVainStillHasWhatItHad() {
    book.put(Claim.open(ad(102, true)).putOff(NO_ROOM, 0));
    book.put(Claim.open(ad(106, false)));
    book.put(Claim.open(ad(106, false)).putOff(NO_ROOM, 0));
    assertThat(stampNow()).isEqualTo(106);
    for (Claim due : book.takeDue(Long.MAX_VALUE - 1)) {
      book.put(due.again());
    }
    assertThat(stampNow()).isEqualTo(106);

    book.fallBack(NAME);

    assertThat(stampNow()).isEqualTo(102);
    assertThat(book.open()).hasSize(1);
    assertThat(book.get(NAME).orElseThrow().putOffs()).isEqualTo(1);
    book.fallBack(NAME);
    assertThat(book.get(NAME)).isEmpty();
  }

  /** Else what is refused of a stranger would hide, until he is done, what he had before. */
  @Test
  void whatIsRefusedWhileItComesInThereDoesNotCoverWhatItHad() {
    Refusal stranger = new Refusal(Reason.UNKNOWN_SIGNER, "no such key");
    book.put(Claim.open(ad(102, true)).putOff(NO_ROOM, 0));
    book.put(Claim.open(ad(106, false)).objectedTo(stranger));
    assertThat(stampNow()).isEqualTo(102);

    book.put(Claim.open(ad(106, false)));
    assertThat(stampNow()).isEqualTo(106);
    book.object(NAME, claim -> claim.objectedTo(stranger));

    assertThat(stampNow()).isEqualTo(102);
    assertThat(book.open()).hasSize(1);
  }

  /** What is refused is not asked for, however it comes back. */
  @Test
  void whatWasRefusedOfItIsStillRefused() {
    book.put(Claim.open(ad(102, true)).objectedTo(new Refusal(Reason.UNKNOWN_SIGNER, "no key")));
    book.put(Claim.open(ad(106, false)));

    book.fallBack(NAME);

    assertThat(stampNow()).isEqualTo(102);
    assertThat(book.open()).isEmpty();
  }

  @Test
  void whatItHasAllOfTakesThePlaceOfEverything() {
    book.put(Claim.open(ad(102, true)));
    book.put(Claim.open(ad(106, false)));
    book.put(Claim.open(ad(106, true)));

    book.fallBack(NAME);

    assertThat(book.get(NAME)).isEmpty();
    assertThat(book.withThoseBehind()).isEmpty();
  }

  @Test
  void whatIsLiveHereIsNotFallenBackTo() {
    book.put(Claim.open(ad(102, true)));
    book.put(Claim.open(ad(106, false)));
    assertThat(book.withThoseBehind())
        .extracting(c -> c.ad().stamp())
        .isEqualTo(List.of(102L, 106L));

    book.wentLive(NAME, Rank.of(ad(101, true)));
    assertThat(book.withThoseBehind()).hasSize(2);
    book.wentLive(NAME, Rank.of(ad(102, true)));
    book.fallBack(NAME);

    assertThat(book.get(NAME)).isEqualTo(Optional.empty());
  }

  /** Who is not answered claims it again. */
  @Test
  void anObjectionThatIsNotRememberedIsTold() {
    for (int i = 0; i < Limits.CLAIMS_MAX; i++) {
      book.put(Claim.open(ad("x" + i + ".mfz")).putOff(NO_ROOM, 0));
    }
    book.put(Claim.open(ad(102, true)));

    assertThat(book.object(NAME, claim -> claim.putOff(NO_ROOM, 0))).isFalse();
    assertThat(book.get(NAME)).isEmpty();
    assertThat(book.object(new Name("x0.mfz"), claim -> claim.putOff(NO_ROOM, 0))).isTrue();
  }
}
