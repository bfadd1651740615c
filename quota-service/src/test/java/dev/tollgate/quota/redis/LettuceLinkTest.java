package dev.tollgate.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.redis.Trouble.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LettuceLinkTest {
  static Stream<Throwable> ends() {
    return Stream.of(
        new RedisConnectionException("closed"),
        new IOException("recvAddress(..) failed with error(-104): Connection reset by peer"),
        new CancellationException());
  }

  @ParameterizedTest
  @MethodSource("ends")
  void meaning_connectionEnded_isALostLink(Throwable end) {
    assertThat(LettuceLink.meaningOf(end))
        .isInstanceOfSatisfying(
            Trouble.class, trouble -> assertThat(trouble.kind()).isEqualTo(Kind.LOST));
  }

  @Test
  void meaning_scriptFails_isADefect() {
    assertThat(LettuceLink.meaningOf(new RedisCommandExecutionException("ERR oops")))
        .isInstanceOf(IllegalStateException.class);
  }
}
