package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Name;
import dev.tilecast.engine.message.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustTest {
  private static final Bytes KNOWN = Bytes.wrap(new byte[64]);
  private static final Bytes UNKNOWN = Bytes.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

  private static Refusal objection(Trust trust, Bytes prefix) {
    return trust.objectionTo(prefix, new Name("a.mfz")).orElseThrow();
  }

  @Test
  void aKeyThatIsNotKnownIsToBeAdded() {
    Trust trust = new Trust(List.of(new Trust.Signer("ann", KNOWN, List.of(Glob.ALL))));
    Refusal refusal = objection(trust, UNKNOWN);
    assertThat(refusal.reason()).isEqualTo(Reason.UNKNOWN_SIGNER);
    assertThat(refusal.text())
        .contains("does not know; if you trust it, add it with: tilecast keys add FILE.pub")
        .doesNotContain("cannot be read");
  }

  @Test
  void whereNoKeyIsKnownTheFolderMayBeToBlame() {
    assertThat(objection(new Trust(List.of()), UNKNOWN).text())
        .contains("nor any other, or keys/ cannot be read: see tilecast keys list;");
  }

  @Test
  void aKnownKeyThatMayNotPublishTheNameIsToBeAllowed() {
    Trust trust = new Trust(List.of(new Trust.Signer("ann", KNOWN, List.of())));
    Refusal refusal = objection(trust, KNOWN.prefix(8));
    assertThat(refusal.reason()).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(refusal.text()).contains("tilecast keys allow");
  }
}
