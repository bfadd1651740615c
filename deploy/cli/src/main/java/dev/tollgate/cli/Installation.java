package dev.tollgate.cli;

import dev.tollgate.cli.standalone.Part;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.query.dashboard.Dashboard;
import dev.tollgate.secret.Secret;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Tells a person where a running standalone is and how to speak to it.
record Installation(Standalone standalone, Path data) {
  void printStarted(PrintWriter out, Instant now) {
    // Not the start of the process, which was the script's before.
    var since = now.toEpochMilli() - ManagementFactory.getRuntimeMXBean().getStartTime();
    out.printf(
        Locale.ROOT,
        "Serving %d.%d s after the start of the JVM.%n",
        since / 1000,
        since % 1000 / 100);
    out.flush();
  }

  void printEndpoints(PrintWriter out) {
    out.printf("%n%-18s %-18s %s%n", "", "gRPC", "JSON API, /openapi.json, /metrics");
    for (var part : Part.values()) {
      out.printf("%-18s %-18s %s%n", part.title(), standalone.grpc(part), standalone.http(part));
    }
    out.printf("%nDashboard      %s%s%n", standalone.http(Part.QUERY), Dashboard.PATH);
    out.printf("Data and log   %s%n", data);
    out.printf("Operator key   %s%n", standalone.keys().operator().reveal());
    out.flush();
  }

  /// @param key of a tenant
  void printCalls(PrintWriter out, String tenant, Secret key, Instant now) {
    var month = DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneOffset.UTC);
    out.printf(
        """
        Tenant key     %s (tenant %s)

        Three calls to try:

          KEY=%s

          # May this call spend? The answer holds the worst case.
          ANSWER=$(curl -s -H "authorization: Bearer $KEY" -H 'content-type: application/json' \\
            %s/v1/quota:check -d '{"requestId": "try-1", "inputTokens": 1200, "maxOutputTokens": 500,
            "dimensions": {"provider": "openai", "model": "gpt-4o", "team": "search", "user": "ada"}}')
          echo "$ANSWER"

          # What it used, by the provider's own body: settles the hold.
          HOLD=$(echo "$ANSWER" | sed 's/.*"reservationId": *"\\([^"]*\\)".*/\\1/')
          curl -s -H "authorization: Bearer $KEY" -H 'content-type: application/json' \\
            '%s/v1/usage?ack_level=STORED' -d '{
            "event_id": "try-1", "event_time": "%s", "reservation_id": "'$HOLD'",
            "dimensions": {"provider": "openai", "model": "gpt-4o", "team": "search", "user": "ada"},
            "usage": {"body": {"json": {"prompt_tokens": 1200, "completion_tokens": 80}}}}'

          # Where did the money go?
          curl -s -H "authorization: Bearer $KEY" -H 'content-type: application/json' \\
            %s/v1/costs:query -d '{"groupBy": ["team", "model"],
            "startTime": "%s-01T00:00:00Z", "endTime": "%s-01T00:00:00Z"}'

        Ctrl-C stops it.
        """,
        key.reveal(),
        tenant,
        key.reveal(),
        standalone.http(Part.QUOTA),
        standalone.http(Part.INGEST),
        now,
        standalone.http(Part.QUERY),
        month.format(now),
        month.format(now.atOffset(ZoneOffset.UTC).plusMonths(1)));
    out.flush();
  }
}
