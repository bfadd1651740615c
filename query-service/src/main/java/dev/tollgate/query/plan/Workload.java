package dev.tollgate.query.plan;

import dev.tollgate.proto.query.v1.PlanWorkloadRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.compare.Candidates;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Usage;
import java.util.HashMap;
import java.util.Map;

/// What is going to be done in a month, checked.
record Workload(
    long sessions,
    int messages,
    long input,
    long output,
    long reasoning,
    long systemPrompt,
    boolean resendHistory) {
  private static final long SESSIONS_MAX = 1_000_000_000;
  private static final int MESSAGES_MAX = 1_000;
  private static final long TOKENS_MAX = 10_000_000;
  private static final int CANDIDATES_MAX = 50;

  /// The workload, or FIELD_INVALID with all that is wrong with the request.
  static Workload read(PlanWorkloadRequest wire) {
    var asked = new AskedFields();
    var fields = asked.fields();
    var workload =
        new Workload(
            fields.count("sessions", wire.getSessions(), 1, SESSIONS_MAX),
            (int)
                fields.count("messages_per_session", wire.getMessagesPerSession(), 1, MESSAGES_MAX),
            fields.count(
                "input_tokens_per_message", wire.getInputTokensPerMessage(), 0, TOKENS_MAX),
            fields.count(
                "output_tokens_per_message", wire.getOutputTokensPerMessage(), 0, TOKENS_MAX),
            fields.count(
                "reasoning_tokens_per_message", wire.getReasoningTokensPerMessage(), 0, TOKENS_MAX),
            fields.count("system_prompt_tokens", wire.getSystemPromptTokens(), 0, TOKENS_MAX),
            wire.getResendHistory());
    if (wire.hasPriceTime()) {
      asked.time("price_time", true, wire.getPriceTime());
    }
    Candidates.check(fields, wire.getCandidatesList(), CANDIDATES_MAX);
    for (var i = 0; i < Math.min(wire.getCandidatesCount(), CANDIDATES_MAX); i++) {
      var tier = wire.getCandidates(i).getServiceTier();
      if (!tier.isEmpty()) {
        fields.rejectText("candidates[" + i + "].service_tier", tier, "nothing");
      }
    }
    asked.check();
    return workload;
  }

  /// All that the message of that number sends, from 1.
  long sent(int message) {
    return systemPrompt + said(message) + input;
  }

  /// What the message sends that the next one of its session sends again.
  private long repeated(int message) {
    return resendHistory ? sent(message) : systemPrompt;
  }

  /* What a session said before a message, as far as that is sent again. */
  private long said(int message) {
    return resendHistory ? (message - 1) * (input + output) : 0;
  }

  /// What a message uses without a cache.
  Usage usage(int message) {
    return usage(Map.of(Bucket.INPUT, sent(message)));
  }

  /// What a message uses where the prompt is cached.
  ///
  /// @param written the bucket of what is written to the cache
  Usage cached(int message, Bucket written) {
    var read = message == 1 ? 0 : repeated(message - 1);
    var input = new HashMap<Bucket, Long>();
    input.put(Bucket.CACHE_READ, read);
    input.put(Bucket.INPUT, sent(message) - repeated(message));
    input.merge(written, repeated(message) - read, Long::sum);
    return usage(input);
  }

  private Usage usage(Map<Bucket, Long> sent) {
    var buckets = new HashMap<String, Long>();
    sent.forEach((bucket, tokens) -> buckets.put(bucket.bucketName(), tokens));
    buckets.put(Bucket.OUTPUT.bucketName(), output);
    buckets.put(Bucket.REASONING.bucketName(), reasoning);
    return Usage.of(buckets);
  }
}
