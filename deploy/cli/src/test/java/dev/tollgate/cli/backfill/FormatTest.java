package dev.tollgate.cli.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void liteLlm_jsonRow_isTheCallThatItTellsOf() throws IOException {
    var past =
        read(
            Format.LITELLM,
            """
            {"request_id": "chatcmpl-1", "call_type": "acompletion", "api_key": "88dc", "spend": 0.0105,\
             "prompt_tokens": 3000, "completion_tokens": 200, "startTime": "2026-05-01 10:00:00.000",\
             "completionStartTime": "2026-05-01 10:00:00.400", "endTime": "2026-05-01 10:00:02.500",\
             "model": "azure/gpt-4o", "custom_llm_provider": "azure",\
             "api_base": "https://eu.example.com/openai?key=secret", "user": "ada", "end_user": "shop-7",\
             "cache_hit": "False", "team_id": "t-1", "session_id": "s-1", "status": "success",\
             "metadata": {"user_api_key_alias": "web", "user_api_key_team_alias": "search",\
             "usage_object": {"prompt_tokens_details": {"cached_tokens": 1000}}}}
            """);

    var event = past.event().build();
    assertThat(event.getEventId()).isEqualTo("litellm/chatcmpl-1");
    assertThat(Timestamps.toString(event.getEventTime())).isEqualTo("2026-05-01T10:00:02.500Z");
    assertThat(Durations.toMillis(event.getLatency())).isEqualTo(2_500);
    assertThat(Durations.toMillis(event.getTimeToFirstToken())).isEqualTo(400);
    assertThat(event.getUsage().getBucketsMap())
        .isEqualTo(Map.of("input", 2_000L, "cache_read", 1_000L, "output", 200L));
    var dimensions = event.getDimensions();
    assertThat(dimensions.getProvider() + "/" + dimensions.getModel()).isEqualTo("azure/gpt-4o");
    assertThat(dimensions.getEndpoint()).as("no address with its key").isEqualTo("eu.example.com");
    assertThat(dimensions.getTeam()).isEqualTo("search");
    assertThat(dimensions.getApiKey()).isEqualTo("web");
    assertThat(dimensions.getCustomer()).isEqualTo("shop-7");
    assertThat(dimensions.getOperation()).isEqualTo("chat");
    assertThat(event.getServedFrom()).isEqualTo(ServedFrom.SERVED_FROM_UNSPECIFIED);
    assertThat(past.theirCost()).contains(new BigDecimal("0.0105"));
  }

  @Test
  void liteLlm_csvRow_isReadAsTheJsonOne() throws IOException {
    var event =
        read(
                Format.LITELLM,
                """
                request_id,spend,prompt_tokens,completion_tokens,startTime,endTime,model,custom_llm_provider,cache_hit,status,metadata
                c-2,0,50,5,2026-05-01 10:00:00+00,2026-05-01 10:00:01+00,claude-sonnet-4,vertex_ai,True,failure,"{""user_api_key_team_alias"": ""growth""}"
                """)
            .event();

    assertThat(event.getDimensions().getProvider()).isEqualTo("google");
    assertThat(event.getDimensions().getTeam()).isEqualTo("growth");
    assertThat(event.getServedFrom()).isEqualTo(ServedFrom.SERVED_FROM_CACHE);
    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_ERROR);
    assertThat(event.getUsage().getBucketsMap()).isEqualTo(Map.of("input", 50L, "output", 5L));
  }

  @Test
  void langfuse_generation_isACallWithItsDetailsAsBuckets() throws IOException {
    var past =
        read(
            Format.LANGFUSE,
            """
            {"id": "ob-1", "traceId": "tr-1", "type": "GENERATION", "name": "rerank",\
             "startTime": "2026-05-01T10:00:00.000Z", "endTime": "2026-05-01T10:00:03.000Z",\
             "completionStartTime": "2026-05-01T10:00:01.000Z", "model": "claude-sonnet-4",\
             "usageDetails": {"input": 700, "cache_read_input_tokens": 200, "input_cached_tokens": 5,\
             "cache_creation_input_tokens": 30, "output": 90, "output_reasoning_tokens": 10,\
             "total": 1035}, "costDetails": {"total": 0.004}, "level": "ERROR",\
             "environment": "production", "userId": "ada", "sessionId": "s-9", "promptVersion": 4}
            """);

    var event = past.event().build();
    assertThat(event.getEventId()).isEqualTo("langfuse/ob-1");
    assertThat(event.getUsage().getBucketsMap())
        .isEqualTo(
            Map.of(
                "input", 700L,
                "cache_read", 205L,
                "cache_write", 30L,
                "output", 90L,
                "reasoning", 10L));
    assertThat(event.getDimensions().getProvider()).as("its maker").isEqualTo("anthropic");
    assertThat(event.getDimensions().getTrace()).isEqualTo("tr-1");
    assertThat(event.getDimensions().getPromptVersion()).isEqualTo("4");
    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_ERROR);
    assertThat(past.theirCost()).contains(new BigDecimal("0.004"));
  }

  @Test
  void langfuse_csvAndOldNames_areReadToo() throws IOException {
    var past =
        read(
            Format.LANGFUSE,
            """
            id,trace_id,type,start_time,end_time,provided_model_name,usage_details,total_cost
            ob-2,tr-2,EMBEDDING,2026-05-01 10:00:00.000,,text-embedding-3-small,"{""input"": 12}",0.01
            """);

    assertThat(past.event().getDimensions().getOperation()).isEqualTo("embeddings");
    assertThat(past.event().getUsage().getBucketsMap()).isEqualTo(Map.of("input", 12L));
    assertThat(past.event().hasLatency()).isFalse();
    assertThat(past.theirCost()).contains(new BigDecimal("0.01"));
    var old =
        """
        {"id": "o", "traceId": "t", "startTime": "2026-05-01T10:00:00Z", "model": "gpt-4o",\
         "usage": {"input": 7, "output": 2, "unit": "TOKENS"}}
        """;
    assertThat(read(Format.LANGFUSE, old).event().getUsage().getBucketsMap())
        .isEqualTo(Map.of("input", 7L, "output", 2L));
  }

  @Test
  void langfuse_span_isNoCall() throws IOException {
    var row =
        row("{\"id\": \"ob-1\", \"traceId\": \"t\", \"type\": \"SPAN\", \"startTime\": \"x\"}");

    assertThat(Format.like(row)).contains(Format.LANGFUSE);
    assertThat(Format.LANGFUSE.source().read(row)).isEmpty();
  }

  @Test
  void helicone_request_isTheCallThatItTellsOf() throws IOException {
    var past =
        read(
            Format.HELICONE,
            """
            {"request_id": "h-1", "request_created_at": "2026-05-01T10:00:00.000Z",\
             "response_created_at": "2026-05-01T10:00:09.000Z", "delay_ms": 1500,\
             "time_to_first_token": 300, "provider": "ANTHROPIC", "model": "claude-sonnet-4",\
             "prompt_tokens": 100, "completion_tokens": 40, "prompt_cache_read_tokens": 20,\
             "prompt_cache_write_tokens": 0, "request_user_id": "ada", "response_status": 200,\
             "costUSD": 0.002, "cache_reference_id": null,\
             "properties": {"team": "search", "Helicone-Session-Id": "s-3"}}
            """);

    var event = past.event().build();
    assertThat(event.getEventId()).isEqualTo("helicone/h-1");
    assertThat(Timestamps.toString(event.getEventTime())).isEqualTo("2026-05-01T10:00:01.500Z");
    assertThat(Durations.toMillis(event.getTimeToFirstToken())).isEqualTo(300);
    assertThat(event.getUsage().getBucketsMap())
        .as("Anthropic states what was cached beside the input")
        .isEqualTo(Map.of("input", 100L, "cache_read", 20L, "output", 40L));
    assertThat(event.getDimensions().getSession()).isEqualTo("s-3");
    assertThat(event.getDimensions().getTagsMap()).isEqualTo(Map.of("team", "search"));
    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_SUCCESS);
    assertThat(past.theirCost()).contains(new BigDecimal("0.002"));
  }

  @Test
  void helicone_refusedCallInCsv_consumedNothing() throws IOException {
    var event =
        read(
                Format.HELICONE,
                """
                request_id,request_created_at,response_status,provider,model,prompt_tokens,completion_tokens
                h-2,2026-05-01 10:00:00.000,429,OPENAI,gpt-4o,,
                """)
            .event();

    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_RATE_LIMITED);
    assertThat(event.getUsage().getBucketsMap()).isEqualTo(Map.of("input", 0L, "output", 0L));
  }

  @Test
  void csv_ownColumns_areReadByTheirNames() throws IOException {
    var past =
        read(
            Format.CSV,
            """
            event_id,event_time,provider,model,team,tags.shift,usage.input,usage.web_search,latency_ms,terminal_status,service_tier,cost,currency
            1,2026-05-01T12:00:00+02:00,openai,gpt-4o,search,night,1000,2,250,TIMEOUT,batch,0.01,EUR
            """);

    var event = past.event().build();
    assertThat(event.getEventId()).isEqualTo("csv/1");
    assertThat(Timestamps.toString(event.getEventTime())).isEqualTo("2026-05-01T10:00:00Z");
    assertThat(event.getUsage().getBucketsMap())
        .isEqualTo(Map.of("input", 1_000L, "web_search", 2L));
    assertThat(event.getDimensions().getTeam()).isEqualTo("search");
    assertThat(event.getDimensions().getTagsMap()).isEqualTo(Map.of("shift", "night"));
    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_TIMEOUT);
    assertThat(event.getServiceTier()).isEqualTo("batch");
    assertThat(past.currency()).isEqualTo("EUR");
  }

  @Test
  void row_withoutIdOrTime_saysWhatWasExpected() throws IOException {
    var row = row("{\"request_id\": \"\", \"spend\": \"lots\", \"startTime\": \"\"}");

    var _ = Format.LITELLM.source().read(row);

    assertThat(row.mistakes())
        .containsExactly(
            "request_id: \"\" (expected: LiteLLM's id of the request)",
            "spend: \"lots\" (expected: a decimal number)");
  }

  @Test
  void eventId_tooLongOrOdd_isADigestInTheSameNamespace() {
    assertThat(PastUsage.eventId("csv", "a b")).startsWith("csv/sha256/").hasSize(75);
    assertThat(PastUsage.eventId("csv", "x".repeat(125))).startsWith("csv/sha256/");
    assertThat(PastUsage.eventId("csv", "x".repeat(124))).hasSize(128).endsWith("xxx");
    assertThat(PastUsage.eventId("csv", "a b")).isNotEqualTo(PastUsage.eventId("csv", "a  b"));
  }

  private static PastUsage read(Format expected, String text) throws IOException {
    var row = row(text);
    assertThat(Format.like(row)).contains(expected);
    var past = expected.source().read(row).orElseThrow();
    assertThat(row.mistakes()).isEmpty();
    return past;
  }

  private static SourceRow row(String text) throws IOException {
    return ((Rows.Read.Row) SourceFile.open(new StringReader(text)).next().orElseThrow()).row();
  }
}
