package dev.tollgate.query.answer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.Optional;

/// Answers that were given in the last seconds, for whoever asks the same again: within bounds of
/// time and bytes. Safe for concurrent use.
final class KeptAnswers {
  private final Optional<Cache<ByteString, Message>> answers;

  /// @param seconds 0 keeps nothing
  KeptAnswers(int seconds, long bytesMax, TimeSource time) {
    this.answers =
        seconds == 0
            ? Optional.empty()
            : Optional.of(
                Caffeine.newBuilder()
                    .maximumWeight(bytesMax)
                    .<ByteString, Message>weigher(KeptAnswers::bytes)
                    .expireAfterWrite(Duration.ofSeconds(seconds))
                    .ticker(time::nanoTime)
                    .executor(Runnable::run)
                    .build());
  }

  /// The answer to a question with this binding; empty where none is kept.
  Optional<Message> find(ByteString binding) {
    return answers.flatMap(kept -> Optional.ofNullable(kept.getIfPresent(binding)));
  }

  void keep(ByteString binding, Message answer) {
    answers.ifPresent(kept -> kept.put(binding, answer));
  }

  /* A message in memory takes a few times what it takes on the wire. */
  private static int bytes(ByteString binding, Message answer) {
    return (int) Math.min(Integer.MAX_VALUE, binding.size() + 4L * answer.getSerializedSize());
  }
}
