package dev.tollgate.ingest.settle;

import com.google.common.collect.Lists;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.proto.quota.v1.Settlement;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the quota apply settlements, tenant by tenant. For one thread.
final class Applying {
  /*
   * A run that the quota calls malformed would be malformed for ever: it is halved until what is
   * wrong stands alone, and that is dropped, loudly.
   *
   * A quota that lost its store goes on from what the ledger has stored, which may be less than it
   * was told. Each run says which one it follows; the quota takes none of it where it has forgotten
   * that one, and what is missing is read from the log again.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Applying.class);
  private static final int RUN_MAX = 500;
  private static final int STRETCH_MAX = 5_000;

  private final SegmentLog log;
  private final QuotaClient quota;
  private final Map<String, Long> applied = new HashMap<>();

  Applying(SegmentLog log, QuotaClient quota) {
    this.log = log;
    this.quota = quota;
  }

  /// Says whether the quota has them all; else nobody knows which it has, and to try again does no
  /// harm.
  ///
  /// @param settlements in the order of the log
  boolean apply(String tenant, List<Settlement> settlements) {
    try {
      for (var run : Lists.partition(settlements, RUN_MAX)) {
        applyRun(tenant, run);
      }
      return true;
    } catch (StatusRuntimeException failure) {
      LOG.warn("what {} spent can't be settled now: {}", tenant, failure.getMessage());
      return false;
    }
  }

  private void applyRun(String tenant, List<Settlement> run) {
    var before = applied.getOrDefault(tenant, 0L);
    try {
      var answer = quota.apply(tenant, log.logId(), before, run);
      var position = answer.getAppliedPosition();
      if (position < before) {
        applyAgain(tenant, position, run.getFirst().getPosition());
        applyRun(tenant, run);
        return;
      }
      applied.put(tenant, position);
      if (answer.getUnknown() > 0) {
        LOG.warn("{} settlements of {} name unknown holds", answer.getUnknown(), tenant);
      }
    } catch (StatusRuntimeException failure) {
      if (failure.getStatus().getCode() != Status.Code.INVALID_ARGUMENT) {
        throw failure;
      }
      halve(tenant, run, failure);
    }
  }

  /* What the quota has forgotten, up to where it is told the next. */
  private void applyAgain(String tenant, long after, long until) {
    LOG.warn("the quota has forgotten what {} settled after {}", tenant, after);
    applied.put(tenant, after);
    try (var cursor = log.read(after + 1)) {
      while (cursor.position() < until) {
        var stretch = new Settlements();
        for (int count = 0; count < STRETCH_MAX && cursor.position() < until; count++) {
          cursor.next(Duration.ZERO).ifPresent(stretch::add);
        }
        for (var run :
            Lists.partition(stretch.byTenant().getOrDefault(tenant, List.of()), RUN_MAX)) {
          applyRun(tenant, run);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void halve(String tenant, List<Settlement> run, StatusRuntimeException failure) {
    if (run.size() == 1) {
      LOG.error("dropped settlement {} of {}", run.getFirst().getPosition(), tenant, failure);
      return;
    }
    var half = run.size() / 2;
    applyRun(tenant, run.subList(0, half));
    applyRun(tenant, run.subList(half, run.size()));
  }
}
