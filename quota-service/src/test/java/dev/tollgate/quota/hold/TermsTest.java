package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TermsTest {
  private static final Terms KNOWN =
      new Terms("a@2+default@1", "USD", new Spend(1, 2, 4), 3, false);

  @Test
  void parse_printed_isTheSame() {
    var unknown = new Terms("a@2+default@1", "USD", new Spend(1, 2, 4), 3, true);

    assertThat(Terms.parse(KNOWN.print())).isEqualTo(KNOWN);
    assertThat(Terms.parse(unknown.print())).isEqualTo(unknown);
  }
}
