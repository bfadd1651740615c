package dev.tollgate.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.tollgate.proto.access.v1.ListTenantsResponse;
import dev.tollgate.proto.budget.v1.GetBudgetResponse;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.ExportFocusResponse;
import dev.tollgate.proto.query.v1.FocusRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.Quantiles;
import dev.tollgate.proto.query.v1.Source;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  private static final GetCostRequest REQUEST =
      GetCostRequest.newBuilder().addGroupBy("team").addGroupBy("tags.=x").build();

  @Test
  void answer_ofRows_hasColumnsNamedByTheQuestion() {
    var answer =
        GetCostResponse.newBuilder()
            .addRows(row("search", "-3").setEvents(2).setInputTokens(9_007_199_254_740_993L))
            .addRows(row("=cmd|' /C calc'!A0", "a,\"b\"\n").setLowerBound(true).setRetries(7))
            .build();

    assertThat(csv(answer))
        .isEqualTo(
            """
            team,tags.=x,cost.currency_code,cost.amount,events,input_tokens,cache_read_tokens,\
            cache_write_tokens,output_tokens,reasoning_tokens,errors,unpriced_events,\
            lower_bound,retries,other\r
            search,-3,USD,-1.500000000000,2,9007199254740993,0,0,0,0,0,0,false,,false\r
            '=cmd|' /C calc'!A0,"a,""b""
            ",USD,-1.500000000000,0,0,0,0,0,0,0,0,true,7,false\r
            """);
  }

  @Test
  void answer_whatOnlySomeRowsHave_isEmptyInOthers() {
    var first =
        row("a", "b")
            .setStartTime(Timestamp.newBuilder().setSeconds(1_785_542_400))
            .putUsage("output", 3)
            .setLatency(Quantiles.newBuilder().setCalls(1).setP50Millis(4.5));
    var answer =
        GetCostResponse.newBuilder().addRows(first).addRows(row("c", "d").putUsage("input", 1));

    var lines = csv(answer.build()).split("\r\n", -1);

    assertThat(lines[0])
        .contains(",usage.input,usage.output,latency.calls,latency.p50_millis,", "start_time,team,")
        .doesNotContain("list_cost", "time_to_first_token", "previous_cost");
    assertThat(lines[1]).startsWith("2026-08-01T00:00:00Z,a,b,").contains(",,3,1,4.5,");
    assertThat(lines[2]).startsWith(",c,d,").contains(",1,,,,,,");
  }

  @Test
  void answer_ofPrescribedColumns_hasThemAllByTheirNamesInJson() {
    var answer = ExportFocusResponse.newBuilder().addRows(FocusRow.newBuilder().setXRequests(7));

    var lines = csv(answer.build()).split("\r\n", -1);

    assertThat(lines[0])
        .startsWith("BilledCost,BillingAccountId,")
        .contains(",ChargeClass,", ",Tags,", ",x_PriceBook,")
        .endsWith(",x_Requests,x_UnpricedRequests");
    assertThat(lines[1]).startsWith(",,,").endsWith(",7,0");
    assertThat(lines[1].split(",", -1)).hasSameSizeAs(lines[0].split(",", -1));
  }

  @Test
  void answer_besideRows_isInHeaders() {
    var answer =
        GetCostResponse.newBuilder()
            .setNextPageToken("t")
            .setBasis(Basis.newBuilder().setSource(Source.SOURCE_RAW).setLowerBound(true))
            .build();

    var headers = answered(answer).headers();

    assertThat(headers).containsEntry("tollgate-next-page-token", "t");
    assertThat(headers.get("tollgate-basis")).contains("\"lowerBound\":true", "SOURCE_RAW");
    assertThat(answered(GetCostResponse.getDefaultInstance()).headers()).isEmpty();
    assertThat(csv(answer)).startsWith("team,tags.=x,").hasLineCount(1);
  }

  @Test
  void of_answers_isATableWhereItIsClearWhatTheRowsAre() {
    assertThat(Table.of(GetCostResponse.getDescriptor())).isPresent();
    assertThat(Table.of(ListTenantsResponse.getDescriptor())).isPresent();
    assertThat(Table.of(ListPricesResponse.getDescriptor())).isEmpty();
    assertThat(Table.of(GetBudgetResponse.getDescriptor())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '#',
      value = {
        "plain~plain",
        "-1.5~-1.5",
        "-1.5e3~'-1.5e3",
        "-~'-",
        "--1~'--1",
        "+1~'+1",
        "=1~'=1",
        "@SUM(A1)~'@SUM(A1)",
        "1=1~1=1",
        "-1+1~'-1+1",
        "ünï 😀~ünï 😀",
      })
  void text_thatASpreadsheetWouldRun_getsAnApostrophe(String text, String cell) {
    assertThat(CsvText.of(text)).isEqualTo(cell);
  }

  @Test
  void text_ofSeveralLines_isQuoted() {
    assertThat(CsvText.of("\t=1")).isEqualTo("'\t=1");
    assertThat(CsvText.of("\r=1")).isEqualTo("\"'\r=1\"");
    assertThat(CsvText.of("a\"b")).isEqualTo("\"a\"\"b\"");
  }

  private static CostRow.Builder row(String... group) {
    return CostRow.newBuilder()
        .addAllGroup(List.of(group))
        .setCost(Money.newBuilder().setCurrencyCode("USD").setAmount("-1.500000000000"));
  }

  private static String csv(Message answer) {
    return answered(answer).body().toStringUtf8();
  }

  private static Answer answered(Message answer) {
    return Table.of(answer.getDescriptorForType()).orElseThrow().answer(REQUEST, answer);
  }
}
