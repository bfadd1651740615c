package dev.tollgate.quota;

import static dev.tollgate.proto.quota.v1.Priority.PRIORITY_BATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Duration;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.DenialReason;
import dev.tollgate.proto.quota.v1.InputSize;
import dev.tollgate.proto.quota.v1.LimitUnit;
import dev.tollgate.proto.quota.v1.NoticeKind;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.CheckRules.NoBudget;
import dev.tollgate.quota.budget.CheckRules.UnknownModel;
import dev.tollgate.quota.budget.Freeze;
import dev.tollgate.quota.budget.Grace;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Models;
import dev.tollgate.quota.budget.Models.Downgrade;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.budget.Thresholds;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.rating.Glob;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Checks on the wire.
class CheckQuotaRpcTest extends QuotaRpcCase {
  @Test
  void checkQuota_fits_isAllowedWithWhatIsHeld() {
    var allowed = check(ask("r")).getAllowed();

    assertThat(allowed.getReservationId()).hasSizeBetween(100, 1_024);
    assertThat(allowed.getMaxOutputTokens()).isEqualTo(50);
    assertThat(allowed.getClamped()).isFalse();
    assertThat(allowed.getHeldCost().getAmount()).isEqualTo("0.000700000000");
    assertThat(allowed.getHeldCost().getCurrencyCode()).isEqualTo("USD");
    assertThat(allowed.getPriceBookVersion()).isEqualTo("default@1");
    assertThat(allowed.getExpireTime().getSeconds())
        .isEqualTo(Instant.parse("2026-09-01T00:09:00Z").getEpochSecond());
    assertThat(money()).isEqualTo(new Stand(700_000, 700_000));
    assertThat(meters.counter("quota.decisions", "outcome", "allowed").count()).isEqualTo(1);
  }

  @Test
  void checkQuota_tooMuch_isDeniedWithTheBudget() {
    check(ask("r1"));

    var denied = check(ask("r2")).getDenied();

    assertThat(denied.getBudgetId()).isEqualTo("money");
    assertThat(denied.getBudgetDisplayName()).isEqualTo("Money");
    assertThat(denied.getUnit()).isEqualTo(LimitUnit.LIMIT_UNIT_COST);
    assertThat(denied.getRemaining()).isEqualTo("0.000300000000");
    assertThat(denied.getRequested()).isEqualTo("0.000700000000");
    assertThat(denied.hasResetTime()).isFalse();
    assertThat(denied.getMessage()).doesNotContainPattern("[0-9]").isNotEmpty();
    assertThat(meters.counter("quota.decisions", "outcome", "denied").count()).isEqualTo(1);
  }

  @Test
  void checkQuota_deniedInAMonth_saysWhenItEnds() {
    policy = policy(Limit.requests(0), Window.month(ZoneOffset.UTC));

    var denied = check(ask("r")).getDenied();

    assertThat(denied.getRemaining()).isEqualTo("0");
    assertThat(denied.getRequested()).isEqualTo("1");
    assertThat(denied.getResetTime().getSeconds())
        .isEqualTo(Instant.parse("2026-09-01T00:00:00Z").getEpochSecond());
    assertThat(denied.getRetryAfter().getSeconds()).isEqualTo(60);
  }

  @Test
  void checkQuota_lessFits_isClamped() {
    check(ask("r1"));

    var allowed =
        check(ask("r2").setInputTokens(0).setMinOutputTokens(10).setMaxOutputTokens(200))
            .getAllowed();

    assertThat(allowed.getClamped()).isTrue();
    assertThat(allowed.getMaxOutputTokens()).isEqualTo(30);
    assertThat(meters.counter("quota.decisions", "outcome", "clamped").count()).isEqualTo(1);
  }

  @Test
  void checkQuota_retried_isTheSameAnswer() {
    var first = check(ask("r"));
    time.advance(java.time.Duration.ofSeconds(30));

    assertThat(check(ask("r"))).isEqualTo(first);
    assertThat(money().encumbered()).isEqualTo(700_000);
  }

  @Test
  void checkQuota_sameTagsInAnotherOrder_areTheSameContent() {
    var first = ask("r");
    first.getDimensionsBuilder().putTags("a", "1").putTags("b", "2").putTags("c", "3");
    var second = ask("r");
    second.getDimensionsBuilder().putTags("c", "3").putTags("b", "2").putTags("a", "1");

    assertThat(check(second)).isEqualTo(check(first));
  }

  @Test
  void checkQuota_sameIdOtherContent_isReused() {
    check(ask("r"));

    assertReason("REQUEST_ID_REUSED", ask("r").setInputTokens(99));
    assertReason("REQUEST_ID_REUSED", ask("r").setServiceTier("standard"));
  }

  @Test
  void checkQuota_pinnedDimension_isFilledInAndNotOverridden() {
    policy =
        new Policy(
            List.of(budget(Map.of("team", "search"), Limit.requests(0), new Window.Lifetime())));
    var pinned = quota(caller("pinned", "acme", Map.of("team", "search")));
    var spoof = ask("r");
    spoof.getDimensionsBuilder().setTeam("ads");

    assertThat(pinned.checkQuota(ask("r").build()).hasDenied()).isTrue();
    assertThat(Refusal.of(() -> pinned.checkQuota(spoof.build())).reason())
        .isEqualTo("DIMENSION_FORBIDDEN");
  }

  @Test
  void checkQuota_badFields_areAllNamedAndNothingIsHeld() {
    var request =
        CheckQuotaRequest.newBuilder()
            .setInputTokens(-1)
            .setMaxOutputTokens(100_000_001)
            .setMinOutputTokens(-5)
            .setHoldDuration(Duration.newBuilder().setSeconds(1_000_000_000_000L))
            .setServiceTier("x".repeat(3_000_000));

    var refusal = Refusal.of(() -> check(request));

    assertThat(refusal.reason()).isEqualTo("FIELD_INVALID");
    assertThat(refusal.fields())
        .containsExactlyInAnyOrder(
            "request_id",
            "dimensions.provider",
            "dimensions.model",
            "input_tokens",
            "max_output_tokens",
            "min_output_tokens",
            "hold_duration",
            "service_tier");
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void checkQuota_eachBadField_isNamed() {
    assertField("request_id", ask(""));
    assertField("request_id", ask("a b"));
    assertField("request_id", ask("x".repeat(129)));
    assertField("request_id", ask("ä"));
    assertField("input_tokens", ask("r").setInputTokens(Long.MIN_VALUE));
    assertField("input_tokens", ask("r").setInputTokens(Long.MAX_VALUE));
    assertField("min_output_tokens", ask("r").setMinOutputTokens(51));
    assertField("hold_duration", ask("r").setHoldDuration(Duration.getDefaultInstance()));
    assertField("hold_duration", ask("r").setHoldDuration(Duration.newBuilder().setSeconds(-1)));
    assertField(
        "hold_duration", ask("r").setHoldDuration(Duration.newBuilder().setSeconds(86_401)));
    assertField(
        "hold_duration",
        ask("r").setHoldDuration(Duration.newBuilder().setSeconds(2).setNanos(-1)));
    assertField("service_tier", ask("r").setServiceTier("gold"));
    var longTeam = ask("r");
    longTeam.getDimensionsBuilder().setTeam("x".repeat(257));
    assertField("dimensions.team", longTeam);
    var control = ask("r");
    control.getDimensionsBuilder().setUser("a\u0000b");
    assertField("dimensions.user", control);
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void checkQuota_modelWithoutAPrice_isUnknown() {
    var ask = ask("r");
    ask.getDimensionsBuilder().setModel("nope");

    assertReason("MODEL_UNKNOWN", ask);
  }

  @Test
  void checkQuota_tenMegabytes_isTooLarge() {
    assertReason("REQUEST_TOO_LARGE", ask("x".repeat(10_000_000)));
  }

  @Test
  void checkQuota_contractOfOneTenant_changesItsHoldAlone() {
    books.add(TestBooks.contract("acme-deal", 1, "default", 1, 5), "acme");
    var other = quota(caller("other", "other", Map.of()));

    assertThat(check(ask("r")).getAllowed().getHeldCost().getAmount()).isEqualTo("0.000350000000");
    assertThat(other.checkQuota(ask("r").build()).getAllowed().getHeldCost().getAmount())
        .isEqualTo("0.000700000000");
  }

  @Test
  void checkQuota_eachBadNewField_isNamedWithItsExpectation() {
    assertField("priority", ask("r").setPriorityValue(9));
    assertField("input_size", ask("r").setInputSize(InputSize.newBuilder().setTextBytes(1)));
    assertSize("text_bytes", InputSize.newBuilder().setTextBytes(-1));
    assertSize("text_bytes", InputSize.newBuilder().setTextBytes(100_000_001));
    assertSize("messages", InputSize.newBuilder().setMessages(-1));
    assertSize("messages", InputSize.newBuilder().setMessages(100_001));
    assertSize("tools", InputSize.newBuilder().setTools(Integer.MIN_VALUE));
    assertSize("tools", InputSize.newBuilder().setTools(10_001));
    assertSize("images", InputSize.newBuilder().setImages(10_001));
    assertSize("images", InputSize.newBuilder().setImages(-1));
    assertSize("audio_seconds", InputSize.newBuilder().setAudioSeconds(Long.MAX_VALUE));
    assertSize("audio_seconds", InputSize.newBuilder().setAudioSeconds(-1));
    assertThat(message(ask("r").setPriorityValue(9)))
        .contains("9 (expected: one of PRIORITY_BATCH, PRIORITY_EXPERIMENT");
    assertThat(message(sized(InputSize.newBuilder().setImages(10_001))))
        .contains("10001 (expected: 0 to 10000)");
    assertThat(message(ask("r").setInputSize(InputSize.newBuilder().setTextBytes(1))))
        .contains("beside input_tokens: 100 (expected: one of them");
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void checkQuota_inputSize_isHeldAtItsBound() {
    policy = policy(Limit.inputTokens(10_000), new Window.Lifetime());

    var allowed =
        check(sized(InputSize.newBuilder().setTextBytes(1_000).setMessages(2))).getAllowed();

    assertThat(allowed.getInputTokens()).isEqualTo(256 + 2 * 1_000 + 2 * 16);
    assertThat(check(ask("r2")).getAllowed().getInputTokens()).isEqualTo(100);
  }

  @Test
  void checkQuota_thresholdPassed_carriesANotice() {
    policy = policy(Limit.cost("USD", 800_000), new Window.Lifetime());

    var notice = check(ask("r")).getAllowed().getNotices(0);

    assertThat(notice.getBudgetId()).isEqualTo("money");
    assertThat(notice.getBudgetDisplayName()).isEqualTo("Money");
    assertThat(notice.getUnit()).isEqualTo(LimitUnit.LIMIT_UNIT_COST);
    assertThat(notice.getKind()).isEqualTo(NoticeKind.NOTICE_KIND_SOFT_THRESHOLD);
    assertThat(notice.getUsedPercent()).isEqualTo(87);
  }

  @Test
  void checkQuota_eachDenial_saysWhyWhoLooksAfterItAndWhatToDo() {
    var tiny = new Models(List.of(new Glob("free")), List.of(new Downgrade("", "free")));
    var strict = TestBudget.of("a", Limit.requests(9)).models(tiny).contact("ada", "Ask Ada.");
    check(ask("first"));

    policy = new Policy(List.of(strict.made()));
    var model = check(ask("r")).getDenied();
    assertThat(model.getReason()).isEqualTo(DenialReason.DENIAL_REASON_MODEL_NOT_ALLOWED);
    assertThat(model.getOwner()).isEqualTo("ada");
    assertThat(model.getMessage()).isEqualTo("Ask Ada.");
    assertThat(model.getDowngrade().getProvider()).isEqualTo("p");
    assertThat(model.getDowngrade().getModel()).isEqualTo("free");
    assertThat(model.getDowngrade().getSaving().getAmount()).isEqualTo("0.000700000000");

    policy = new Policy(List.of(strict.carvedOutOf("x").endTime(Instant.EPOCH).made()));
    assertThat(check(ask("r")).getDenied().getReason()).isEqualTo(DenialReason.DENIAL_REASON_ENDED);

    policy = policy(Limit.requests(0), new Window.Lifetime());
    var limit = check(ask("r")).getDenied();
    assertThat(limit.getReason()).isEqualTo(DenialReason.DENIAL_REASON_LIMIT);
    assertThat(limit.hasDowngrade()).isFalse();

    var cutOff = new Thresholds(80, 100, Map.of(Priority.BATCH, 0), Grace.NONE);
    policy = new Policy(List.of(TestBudget.of("a", Limit.requests(1)).thresholds(cutOff).made()));
    var batch = check(ask("r").setPriority(PRIORITY_BATCH)).getDenied();
    assertThat(batch.getReason()).isEqualTo(DenialReason.DENIAL_REASON_PRIORITY);
    assertThat(batch.getMessage()).contains("more urgent");
  }

  @Test
  void checkQuota_frozenOrWithoutBudget_namesNoBudget() {
    var freeze = new Freeze("f", Selector.ALL, "Stopped.", "", Instant.MAX, Instant.EPOCH, "ada");
    policy = new Policy(0, List.of(), List.of(freeze), CheckRules.DEFAULT, Map.of());
    var frozen = check(ask("r")).getDenied();
    assertThat(frozen.getReason()).isEqualTo(DenialReason.DENIAL_REASON_FROZEN);
    assertThat(frozen.getMessage()).isEqualTo("Stopped.");
    assertThat(frozen.getBudgetId()).isEmpty();

    var rules = new CheckRules(UnknownModel.REFUSE, NoBudget.DENY, 1, Instant.EPOCH);
    policy = new Policy(0, List.of(), List.of(), rules, Map.of());
    var without = check(ask("r")).getDenied();
    assertThat(without.getReason()).isEqualTo(DenialReason.DENIAL_REASON_NO_BUDGET);
    assertThat(without.getMessage()).isNotEmpty();
  }

  private void assertSize(String field, InputSize.Builder size) {
    assertField("input_size." + field, sized(size));
  }

  private static CheckQuotaRequest.Builder sized(InputSize.Builder size) {
    return ask("r").setInputTokens(0).setInputSize(size);
  }

  private String message(CheckQuotaRequest.Builder ask) {
    return String.valueOf(catchThrowable(() -> check(ask)).getMessage());
  }
}
