package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Unpacker;
import dev.tollgate.quota.redis.Verb;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;

/// Verbs that go to Redis in one batch, whatever happens meanwhile.
record TestBatch(List<byte[]> keys, List<byte[]> arguments, List<? extends Verb<?>> verbs) {
  static TestBatch of(List<? extends Verb<?>> verbs) {
    var keys = new KeyIndex();
    var packer = new Packer();
    var arguments = new ArrayList<byte[]>();
    for (var verb : verbs) {
      var index = verb.keys().stream().mapToInt(keys::of).toArray();
      verb.pack(packer, index);
      arguments.add(packer.take());
    }
    return new TestBatch(keys.all(), arguments, verbs);
  }

  /// The verbs' answers, in their order; what went wrong for one that failed by a defect.
  List<Object> run(StatefulRedisConnection<byte[], byte[]> connection) {
    byte[] packed =
        connection
            .sync()
            .eval(
                HoldScripts.ALL.batch().text(),
                ScriptOutputType.VALUE,
                keys.toArray(byte[][]::new),
                arguments.toArray(byte[][]::new));
    var answer = new Unpacker(packed);
    answer.array();
    return verbs.stream().map(verb -> read(verb, answer.one())).toList();
  }

  private static Object read(Verb<?> verb, Unpacker answer) {
    try {
      return verb.read(answer);
    } catch (IllegalStateException defect) {
      return String.valueOf(defect.getMessage());
    }
  }
}
