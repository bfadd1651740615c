package dev.tollgate.query.plan;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.PlanWorkloadRequest;
import dev.tollgate.proto.query.v1.PlanWorkloadResponse;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// `PlanWorkload`: reads the request, asks the price books, writes the answer.
public final class PlanWorkloadRpc {
  private final PriceBooks books;
  private final Supplier<Instant> now;

  public PlanWorkloadRpc(PriceBooks books, Supplier<Instant> now) {
    this.books = books;
    this.now = now;
  }

  public PlanWorkloadResponse answer(PlanWorkloadRequest request, Caller caller) {
    var workload = Workload.read(request);
    var stack = books.newest(caller.tenant());
    var time =
        request.hasPriceTime()
            ? Instant.ofEpochSecond(
                request.getPriceTime().getSeconds(), request.getPriceTime().getNanos())
            : now.get();
    var planned = new Planned(workload, stack, time);
    var sent = IntStream.rangeClosed(1, workload.messages()).mapToLong(workload::sent).sum();
    var back = workload.messages() * (workload.output() + workload.reasoning());
    return PlanWorkloadResponse.newBuilder()
        .addAllRows(request.getCandidatesList().stream().map(planned::by).toList())
        .setPriceBook(stack.ref())
        .setInputTokens(Math.multiplyExact(workload.sessions(), sent))
        .setOutputTokens(Math.multiplyExact(workload.sessions(), back))
        .build();
  }
}
