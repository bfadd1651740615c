package dev.tollgate.query.plan;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.PlanWorkloadRequest;
import dev.tollgate.proto.query.v1.PlanWorkloadResponse;
import dev.tollgate.query.answer.Answering;
import java.time.Instant;
import java.util.stream.IntStream;

/// `PlanWorkload`: reads the request, asks the price books, writes the answer.
public final class PlanWorkloadRpc {
  private final Answering answering;
  private final PriceBooks books;

  public PlanWorkloadRpc(Answering answering, PriceBooks books) {
    this.answering = answering;
    this.books = books;
  }

  public PlanWorkloadResponse answer(PlanWorkloadRequest request, Caller caller) {
    var workload = Workload.read(request);
    var stack = books.newest(caller.tenant());
    var time =
        request.hasPriceTime()
            ? Instant.ofEpochSecond(
                request.getPriceTime().getSeconds(), request.getPriceTime().getNanos())
            : answering.now();
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
