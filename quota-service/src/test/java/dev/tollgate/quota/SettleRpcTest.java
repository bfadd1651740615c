package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.common.v1.UsageBody;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import dev.tollgate.proto.quota.v1.ExtendResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.price.TestBooks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What callers settle, release and extend, on the wire.
class SettleRpcTest extends QuotaRpcCase {
  @Test
  void settle_usage_replacesTheHold() {
    var reservation = reservation("r");

    assertThat(settle(reservation, 100, 10).getSettledCost().getAmount())
        .isEqualTo("0.000300000000");
    assertThat(settle(reservation, 1, 1).getSettledCost().getAmount()).isEqualTo("0.000300000000");
    assertThat(money()).isEqualTo(new Stand(300_000, 0));
  }

  @Test
  void settle_emptyUsage_costsNothing() {
    var response =
        quota()
            .settle(
                SettleRequest.newBuilder()
                    .setReservationId(reservation("r"))
                    .setUsage(Usage.getDefaultInstance())
                    .build());

    assertThat(response.getSettledCost().getAmount()).isEqualTo("0.000000000000");
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void settle_badInput_saysWhy() {
    var reservation = reservation("r");
    var before = money();

    assertThat(Refusal.of(() -> quota().settle(SettleRequest.getDefaultInstance())).fields())
        .containsExactly("reservation_id", "usage");
    assertThat(Refusal.of(() -> settle("x".repeat(1_025), 1, 1)).fields())
        .containsExactly("reservation_id");
    assertThat(Refusal.of(() -> settle(reservation, -1, 1)).fields())
        .containsExactly("usage.buckets[input]");
    assertThat(Refusal.of(() -> settle(reservation, Long.MAX_VALUE, 1)).fields())
        .containsExactly("usage.buckets[input]");
    assertThat(Refusal.of(() -> settle("forged", 1, 1)).reason()).isEqualTo("RESERVATION_UNKNOWN");
    assertThat(Refusal.of(() -> settle("x".repeat(10_000_000), 1, 1)).reason())
        .isEqualTo("REQUEST_TOO_LARGE");
    assertThat(
            Refusal.of(() ->
                    quota()
                        .settle(
                            SettleRequest.newBuilder()
                                .setReservationId(reservation)
                                .setUsage(
                                    Usage.newBuilder().putBuckets("nope", 1).putBuckets("image", 1))
                                .build()))
                .fields())
        .containsExactly("usage.buckets[nope]");
    assertThat(
            Refusal.of(() ->
                    quota()
                        .settle(
                            SettleRequest.newBuilder()
                                .setReservationId(reservation)
                                .setUsage(Usage.newBuilder().putBuckets("image", 1))
                                .build()))
                .reason())
        .isEqualTo("BUCKET_UNPRICED");
    assertThat(
            Refusal.of(() -> settle(reservation, 1_000_000_000_000L, 1_000_000_000_000L)).reason())
        .isEqualTo("AMOUNT_UNREPRESENTABLE");
    assertThat(money()).isEqualTo(before);
  }

  @Test
  void settle_usageBody_isPricedLikeItsBuckets() {
    var reservation = reservation("r");
    var body = "{\"prompt_tokens\": 100, \"completion_tokens\": 10, \"total_tokens\": 110}";

    assertThat(settle(reservation, body).getSettledCost().getAmount()).isEqualTo("0.000300000000");
    assertThat(money()).isEqualTo(new Stand(300_000, 0));
  }

  @Test
  void settle_bodyWithoutUsableBuckets_saysWhyAndKeepsTheHold() {
    var reservation = reservation("r");
    var before = money();
    var contradiction =
        """
        {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11,
         "prompt_tokens_details": {"cached_tokens": 40}}
        """;

    for (var body : List.of(contradiction, "", "{}", "{\"prompt", "7")) {
      var refusal = Refusal.of(() -> settle(reservation, body));
      assertThat(refusal.fields()).as(body).containsExactly("usage.body.json");
    }
    assertThat(
            Refusal.of(() ->
                    quota()
                        .settle(
                            SettleRequest.newBuilder()
                                .setReservationId(reservation)
                                .setUsage(
                                    Usage.newBuilder()
                                        .putBuckets("input", 1)
                                        .setBody(UsageBody.newBuilder().setJson("{}")))
                                .build()))
                .fields())
        .containsExactly("usage");
    assertThat(money()).isEqualTo(before);
  }

  private SettleResponse settle(String reservation, String body) {
    return quota()
        .settle(
            SettleRequest.newBuilder()
                .setReservationId(reservation)
                .setUsage(
                    Usage.newBuilder()
                        .setBody(UsageBody.newBuilder().setJson(body).setProvider("generic")))
                .build());
  }

  @Test
  void settle_anotherTenantsReservation_isUnknown() {
    var reservation = reservation("r");
    var other = quota(caller("other", "other", Map.of()));

    assertThat(
            Refusal.of(() ->
                    other.settle(
                        SettleRequest.newBuilder()
                            .setReservationId(reservation)
                            .setUsage(Usage.getDefaultInstance())
                            .build()))
                .reason())
        .isEqualTo("RESERVATION_UNKNOWN");
    assertThat(Refusal.of(() -> other.release(release(reservation))).reason())
        .isEqualTo("RESERVATION_UNKNOWN");
    assertThat(money().held()).isEqualTo(700_000);
  }

  @Test
  void release_thenSettle_isAlreadyReleased() {
    var reservation = reservation("r");

    quota().release(release(reservation));
    quota().release(release(reservation));

    assertThat(money()).isEqualTo(new Stand(0, 0));
    assertThat(Refusal.of(() -> settle(reservation, 1, 1)).reason()).isEqualTo("ALREADY_RELEASED");
  }

  @Test
  void release_settled_isAlreadySettled() {
    var reservation = reservation("r");
    settle(reservation, 1, 1);

    assertThat(Refusal.of(() -> quota().release(release(reservation))).reason())
        .isEqualTo("ALREADY_SETTLED");
  }

  @Test
  void release_badInput_saysWhy() {
    assertThat(Refusal.of(() -> quota().release(release(""))).fields())
        .containsExactly("reservation_id");
    assertThat(Refusal.of(() -> quota().release(release("AAAA"))).reason())
        .isEqualTo("RESERVATION_UNKNOWN");
  }

  @Test
  void settle_afterNewerBooks_isPricedWithThoseOfItsHold() {
    books.add(TestBooks.contract("acme-deal", 1, "default", 1, 5), "acme");
    var allowed = check(ask("r")).getAllowed();
    books.add(TestBooks.contract("acme-deal", 2, "default", 3, 15), "acme");
    books.add(TestBooks.bookWith(2, "other", 1, 1), "");

    assertThat(allowed.getPriceBookVersion()).isEqualTo("acme-deal@1+default@1");
    assertThat(allowed.getHeldCost().getAmount()).isEqualTo("0.000350000000");
    assertThat(settle(allowed.getReservationId(), 100, 10).getSettledCost().getAmount())
        .isEqualTo("0.000150000000");
    var next = check(ask("r2").setMaxOutputTokens(10)).getAllowed();
    assertThat(next.getPriceBookVersion()).isEqualTo("acme-deal@2+default@2");
    assertThat(next.getHeldCost().getAmount()).isEqualTo("0.000450000000");
  }

  @Test
  void extend_openHold_lastsLonger() {
    var reservation = reservation("r");
    time.advance(java.time.Duration.ofMinutes(9));

    var extended = extend(reservation, 3_600);

    assertThat(extended.getExpireTime().getSeconds())
        .isEqualTo(Instant.parse("2026-09-01T01:08:00Z").getEpochSecond());
    time.advance(java.time.Duration.ofMinutes(59));
    holds.expire("acme").join();
    assertThat(money()).isEqualTo(new Stand(700_000, 700_000));
    assertThat(settle(reservation, 100, 10).getSettledCost().getAmount())
        .isEqualTo("0.000300000000");
  }

  @Test
  void extend_nothingSaid_isTenMinutesFromNow() {
    var reservation = reservation("r");
    time.advance(java.time.Duration.ofMinutes(1));

    assertThat(quota().extend(ExtendRequest.newBuilder().setReservationId(reservation).build()))
        .isEqualTo(
            ExtendResponse.newBuilder()
                .setExpireTime(
                    Timestamps.fromMillis(Instant.parse("2026-09-01T00:10:00Z").toEpochMilli()))
                .build());
  }

  @Test
  void extend_holdThatIsOver_saysWhy() {
    var settled = reservation("r1");
    settle(settled, 1, 1);
    policy = policy(Limit.cost("USD", 10_000_000), new Window.Lifetime());
    var released = reservation("r2");
    quota().release(release(released));
    var expired = reservation("r3");
    time.advance(java.time.Duration.ofMinutes(10));

    assertThat(Refusal.of(() -> extend(settled, 60)).reason()).isEqualTo("ALREADY_SETTLED");
    assertThat(Refusal.of(() -> extend(released, 60)).reason()).isEqualTo("ALREADY_RELEASED");
    assertThat(Refusal.of(() -> extend(expired, 60)).reason()).isEqualTo("RESERVATION_EXPIRED");
    holds.expire("acme").join();
    assertThat(Refusal.of(() -> extend(expired, 60)).reason()).isEqualTo("RESERVATION_EXPIRED");
    assertThat(settle(expired, 100, 10).getSettledCost().getAmount()).isEqualTo("0.000300000000");
  }

  @Test
  void extend_lostStore_isHeldAnewWhenItIsRebuilt() {
    var reservation = reservation("r");
    holds.loseEverything();

    var refusal = Refusal.of(() -> extend(reservation, 60));
    assertThat(refusal.reason()).isEqualTo("STORE_UNAVAILABLE");
    assertThat(refusal.retryable()).isTrue();

    policy = policy(Limit.cost("USD", 10_000_000), new Window.Lifetime());
    reservation("other");
    extend(reservation, 60);
    assertThat(money()).isEqualTo(new Stand(1_400_000, 1_400_000));
  }

  @Test
  void extend_badInput_saysWhy() {
    var reservation = reservation("r");

    assertThat(Refusal.of(() -> extend("", 60)).fields()).containsExactly("reservation_id");
    assertThat(Refusal.of(() -> extend("x".repeat(1_025), 0)).fields())
        .containsExactly("reservation_id", "hold_duration");
    assertThat(Refusal.of(() -> extend(reservation, 86_401)).fields())
        .containsExactly("hold_duration");
    assertThat(Refusal.of(() -> extend(reservation, Long.MIN_VALUE)).fields())
        .containsExactly("hold_duration");
    assertThat(Refusal.of(() -> extend("AAAA", 60)).reason()).isEqualTo("RESERVATION_UNKNOWN");
    var other = quota(caller("other", "other", Map.of()));
    assertThat(
            Refusal.of(() ->
                    other.extend(ExtendRequest.newBuilder().setReservationId(reservation).build()))
                .reason())
        .isEqualTo("RESERVATION_UNKNOWN");
  }

  @Test
  void settle_afterADenial_makesRoomAtOnce() {
    var reservation = reservation("r1");
    assertThat(check(ask("r2")).hasDenied()).isTrue();

    settle(reservation, 1, 1);

    assertThat(check(ask("r2")).hasAllowed()).isTrue();
  }

  private ExtendResponse extend(String reservation, long seconds) {
    return quota()
        .extend(
            ExtendRequest.newBuilder()
                .setReservationId(reservation)
                .setHoldDuration(Duration.newBuilder().setSeconds(seconds))
                .build());
  }
}
