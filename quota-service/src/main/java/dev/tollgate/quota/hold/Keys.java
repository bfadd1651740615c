package dev.tollgate.quota.hold;

import java.nio.charset.StandardCharsets;

/// The keys of one tenant in Redis, all under its hash tag.
final class Keys {
  /*
    {tenant}:e                                          head: epoch and versions, see record.lua
    {tenant}:b:<budget>:<unit>:<group>:<window start>   a counter: what is settled and held
    {tenant}:g:<budget>:<window start>                  how many groups have counters in a window
    {tenant}:r:<reservation>                            a record, see record.lua
    {tenant}:x                                          open holds by expiry
    {tenant}:c                                          lapses by expiry that are to be recorded
    {tenant}:n:<ten minutes>                            how many records were made in them
    {tenant}:d                                          whose counters are seeded in this life
    {tenant}:k:<instance>                               the last mark of an instance, see beat.lua
    {tenant}:s                                          how far each log of the ledger is applied, see apply.lua
    {tenant}:m                                          when checks matched budgets, of the match book
  */

  private final String tag;

  Keys(String tenant) {
    tag = "{" + tenant + "}:";
  }

  byte[] head() {
    return key("e");
  }

  byte[] seeded() {
    return key("d");
  }

  byte[] beat(String instance) {
    return key("k:" + instance);
  }

  byte[] counter(Counter counter) {
    return key("b:" + counter.name());
  }

  byte[] groups(Counter counter) {
    return key("g:" + counter.budgetId() + ":" + counter.startMillis());
  }

  byte[] record(ReservationId id) {
    return key("r:" + id.text());
  }

  byte[] openHolds() {
    return key("x");
  }

  byte[] lapses() {
    return key("c");
  }

  byte[] newHolds(long slot) {
    return key("n:" + slot);
  }

  byte[] positions() {
    return key("s");
  }

  private byte[] key(String rest) {
    return (tag + rest).getBytes(StandardCharsets.UTF_8);
  }
}
