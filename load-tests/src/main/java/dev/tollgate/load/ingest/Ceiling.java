package dev.tollgate.load.ingest;

import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.ingest.dedupe.Content;
import dev.tollgate.ingest.encode.Fact;
import dev.tollgate.ingest.encode.RowBinary;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.ClickHouseLedger;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.price.Pricing;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import dev.tollgate.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What ClickHouse alone can store: the rows that ingest would make, made beforehand, inserted by a
/// bare client under the settings and tokens that ingest uses.
final class Ceiling {
  private static final int EACH = 100;
  private static final List<String> COLUMNS =
      Stream.concat(UsageRow.columnNames().stream(), Batch.LOG_COLUMNS.stream()).toList();

  private final ClickHouse clickHouse;
  private final TimeSource time;
  private final PriceStack book = PriceStack.of(DefaultBook.read());
  private long batches;
  private long position;

  /// @param rows as RowBinary
  @SuppressWarnings("ArrayRecordComponent") // handed on, compared never
  private record Insert(String token, byte[] rows) {}

  Ceiling(ClickHouse clickHouse, TimeSource time) {
    this.clickHouse = clickHouse;
    this.time = time;
  }

  /// How many of the rows were stored per second.
  ///
  /// @param batchRows how many go into one insert
  double measure(Traffic traffic, int rows, int batchRows, int writers) {
    var inserts = new ArrayDeque<Insert>();
    for (int made = 0; made < rows; made += batchRows) {
      inserts.add(insert(traffic, Math.min(batchRows, rows - made)));
    }
    var tasks =
        IntStream.range(0, writers).<Callable<Void>>mapToObj(_ -> () -> write(inserts)).toList();
    try (var threads = Executors.newFixedThreadPool(writers)) {
      var start = time.nanoTime();
      for (var written : threads.invokeAll(tasks)) {
        written.get();
      }
      return rows * 1e9 / (time.nanoTime() - start);
    } catch (ExecutionException failed) {
      throw new MeasurementFailed("an insert failed: " + failed.getCause(), failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeasurementFailed("interrupted", interrupted);
    }
  }

  private @Nullable Void write(Queue<Insert> inserts) throws Exception {
    while (true) {
      Insert insert;
      synchronized (inserts) {
        insert = inserts.poll();
      }
      if (insert == null) {
        return null;
      }
      var settings = new InsertSettings().setDeduplicationToken(insert.token);
      ClickHouseLedger.INSERT.forEach(settings::serverSetting);
      clickHouse
          .inserts()
          .insert(
              Entry.USAGE_TABLE,
              COLUMNS,
              new ByteArrayInputStream(insert.rows),
              ClickHouseFormat.RowBinary,
              settings)
          .get()
          .close();
    }
  }

  private Insert insert(Traffic traffic, int rows) {
    var number = ++batches;
    var out = new ByteArrayOutputStream(rows * 1_024);
    for (int made = 0; made < rows; made += EACH) {
      var tenant = traffic.tenant();
      for (var event : traffic.calls(tenant, Math.min(EACH, rows - made))) {
        out.writeBytes(UsageRow.encode(fact(Traffic.TENANTS.get(tenant), event)));
        out.writeBytes(new RowBinary().text("ceiling").int64(++position).int64(number).toBytes());
      }
    }
    return new Insert("ceiling/" + number, out.toByteArray());
  }

  /* As long as a real one, and as different. */
  private static String surrogate(String tenant, String user) {
    return user.isEmpty() ? "" : "u-" + Content.key(Entry.USAGE_TABLE, tenant, user);
  }

  private Fact fact(String tenant, UsageEvent event) {
    var usage = Usage.of(event.getUsage().getBucketsMap());
    var millis = time.now().toEpochMilli();
    return new Fact(
        tenant,
        event,
        surrogate(tenant, event.getDimensions().getUser()),
        Content.of(event),
        usage,
        Pricing.charge(book, event, usage),
        millis,
        millis,
        Filled.NOTHING,
        false);
  }
}
