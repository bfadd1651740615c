package dev.tollgate.quota.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A verb that adds to a key and answers its sum: effects that can be counted.
record Tally(String key, long amount, int order) implements Verb<Long> {
  /// Runs them against a real Redis.
  static final Script SCRIPT =
      new Script(
          "tally",
          """
          local answers = {}
          for i = 1, #ARGV do
            local item = cmsgpack.unpack(ARGV[i])
            local fine, answer = pcall(function()
              return {redis.call('INCRBY', KEYS[item[2]], item[3])}
            end)
            if type(answer) == 'table' and answer.err then
              answer = answer.err
            end
            answers[i] = fine and answer or {'ERR', tostring(answer)}
          end
          return cmsgpack.pack(answers)
          """);

  static final RedisScripts SCRIPTS = new RedisScripts(SCRIPT, List.of());

  static Tally one(String tenant) {
    return new Tally("{" + tenant + "}:n", 1, 0);
  }

  @Override
  public List<byte[]> keys() {
    return List.of(key.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void pack(Packer out, int[] index) {
    if (amount < 0) {
      throw new IllegalArgumentException("amount: " + amount + " (expected: not negative)");
    }
    out.array(3).text("I").integer(index[0]).integer(amount);
  }

  @Override
  public Long read(Unpacker answer) {
    answer.array();
    return answer.integer();
  }
}
