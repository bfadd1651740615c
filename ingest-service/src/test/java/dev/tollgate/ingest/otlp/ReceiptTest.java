package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReceiptTest {
  private final Observed record = Spans.observed(Spans.span(1, 0)).getFirst();

  @Test
  void build_nothingSaid_isEmpty() {
    assertThat(new Receipt.Builder().build()).isEqualTo(new Receipt(0, ""));
  }

  @Test
  void build_tenThousandRejected_saysTheFirstFewAndMakesNoOtherText() {
    var receipt = new Receipt.Builder();
    var made = new AtomicInteger();
    for (int i = 0; i < 10_000; i++) {
      receipt.remark(record, () -> "remark " + made.incrementAndGet() + "x".repeat(10_000));
      receipt.reject(record, "reason");
    }

    var built = receipt.build();

    assertThat(built.rejected()).isEqualTo(10_000);
    assertThat(built.message())
        .hasSizeLessThan(2_500)
        .contains("span 0000000000000001: rejected: reason; ")
        .endsWith("; and 19995 more");
    assertThat(made).hasValue(3);
  }
}
