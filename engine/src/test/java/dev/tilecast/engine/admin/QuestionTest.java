package dev.tilecast.engine.admin;

import static dev.tilecast.engine.admin.Reports.DEMO;
import static dev.tilecast.engine.admin.Reports.STAMP;
import static dev.tilecast.engine.admin.Reports.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.MalformedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class QuestionTest {
  private static final Bytes DIGEST = version(DEMO, STAMP, 7).innerDigest();
  private static final List<Question> ONE_OF_EACH =
      List.of(
          new Question.Report(true),
          new Question.Events(12, 20, false),
          new Question.Dropped("x.mfz", Duration.ofMillis(1500)),
          new Question.AwaitLive(DEMO, Long.MIN_VALUE, DIGEST, Duration.ofDays(30)),
          new Question.Scrub(Optional.of(DEMO), Duration.ofHours(1)));

  @Test
  void everyQuestionComesBackAsItWas() throws MalformedException {
    assertThat(ONE_OF_EACH).hasSize(Question.class.getPermittedSubclasses().length);
    for (Question question : ONE_OF_EACH) {
      assertThat(Question.parse(question.toLine())).isEqualTo(question);
    }
  }

  @Test
  void whatIsNoQuestionIsRefusedInWords() {
    for (String line :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "{\"ask\":",
            "{\"ask\":\"stop\"}",
            "{\"ask\":7}",
            "{\"ask\":[]}",
            "{\"ask\":\"report\",\"follow\":{}}",
            "{\"ask\":\"events\",\"afterId\":0,\"limit\":0,\"follow\":false}",
            "{\"ask\":\"events\",\"afterId\":0,\"limit\":2001,\"follow\":false}",
            "{\"ask\":\"events\",\"afterId\":1e99,\"limit\":1,\"follow\":false}",
            "{\"ask\":\"events\",\"afterId\":1,\"limit\":99999999999,\"follow\":false}",
            "{\"ask\":\"dropped\",\"file\":\"../x\",\"timeoutSeconds\":1}",
            "{\"ask\":\"dropped\",\"file\":\"\",\"timeoutSeconds\":1}",
            "{\"ask\":\"dropped\",\"file\":\"x.mfz\",\"timeoutSeconds\":-1}",
            "{\"ask\":\"dropped\",\"file\":\"x.mfz\",\"timeoutSeconds\":1e300}",
            "{\"ask\":\"await\",\"name\":\"/etc\",\"stamp\":0,\"digest\":\"\",\"timeoutSeconds\":1}",
            "{\"ask\":\"await\",\"name\":\"x.mfz\",\"stamp\":0,\"digest\":\"0\",\"timeoutSeconds\":1}",
            "{\"ask\":\"await\",\"name\":\"x.mfz\",\"stamp\":0,\"digest\":\"00\",\"timeoutSeconds\":1}",
            "[".repeat(30_000))) {
      assertThatThrownBy(() -> Question.parse(line)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void noChangedByteOfAQuestionGivesAnythingButAQuestionOrARefusal() {
    long seed = 20260101;
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder line =
          new StringBuilder(ONE_OF_EACH.get(random.nextInt(ONE_OF_EACH.size())).toLine());
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        line.setCharAt(random.nextInt(line.length()), (char) (32 + random.nextInt(96)));
      }
      try {
        assertThat(Question.parse(line.toString())).isNotNull();
      } catch (MalformedException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  @Test
  void aWaitIsMetByThatVersionOrAGreaterOneOfTheSameName() {
    Question.AwaitLive any = new Question.AwaitLive(DEMO, 0, Bytes.empty(), Duration.ZERO);
    Question.AwaitLive exact = new Question.AwaitLive(DEMO, STAMP, DIGEST, Duration.ZERO);

    assertThat(any.isMetBy(new Reports().report())).isFalse();
    assertThat(any.isMetBy(new Reports().live(version(DEMO, STAMP, 1)).report())).isTrue();
    assertThat(exact.isMetBy(new Reports().live(version(DEMO, STAMP, 6)).report())).isFalse();
    assertThat(exact.isMetBy(new Reports().live(version(DEMO, STAMP, 7)).report())).isTrue();
    assertThat(exact.isMetBy(new Reports().live(version(DEMO, STAMP, 8)).report())).isTrue();
    assertThat(exact.isMetBy(new Reports().live(version(DEMO, STAMP - 2, 9)).report())).isFalse();
    assertThat(exact.isMetBy(new Reports().live(version(DEMO, STAMP + 2, 0)).report())).isTrue();
  }
}
