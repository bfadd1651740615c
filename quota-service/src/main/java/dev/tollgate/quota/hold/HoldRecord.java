package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// A reservation's record as the scripts keep it: see record.lua.
record HoldRecord(
    Instant checkTime, Instant expireTime, Terms terms, List<Counter> counters, List<Long> held) {
  static HoldRecord parse(String line) {
    var parts = line.split("\\|", -1);
    return new HoldRecord(
        Instant.ofEpochMilli(Long.parseLong(parts[2])),
        Instant.ofEpochMilli(Long.parseLong(parts[3])),
        Terms.parse(parts[4]),
        list(parts[5]).stream().map(Counter::parse).toList(),
        list(parts[6]).stream().map(Long::valueOf).toList());
  }

  private static List<String> list(String commas) {
    return commas.isEmpty() ? List.of() : Arrays.asList(commas.split(",", -1));
  }

  /// What it holds of the counter of that name.
  long held(String counterName) {
    for (int i = 0; i < counters.size(); i++) {
      if (counters.get(i).name().equals(counterName)) {
        return held.get(i);
      }
    }
    return 0;
  }
}
