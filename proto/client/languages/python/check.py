"""A client of Tollgate in Python, made from the .proto files at run time: checks, streams usage,
settles and queries, and fails where an answer is not what the contract says.

From the environment: QUOTA, INGEST and QUERY (`host:port`, gRPC in the clear) and OPERATOR_KEY.
Needs grpcio, grpcio-tools and googleapis-common-protos.
"""

import os
import sys
import tempfile
import time
import uuid
from importlib import import_module, resources
from pathlib import Path

import grpc
from google.rpc import error_details_pb2, status_pb2
from grpc_tools import protoc

WAIT_SECONDS = 30
PAUSE_SECONDS = 0.1
PROTOS = Path(__file__).resolve().parents[3] / "src/main/proto"


def compile_protos(target):
    """Makes the client's code, as any user of the contract would."""
    google = [str(resources.files("grpc_tools") / "_proto"), str(Path(status_pb2.__file__).parents[2])]
    files = [str(file) for file in sorted(PROTOS.rglob("*.proto"))]
    includes = [f"-I{folder}" for folder in [str(PROTOS), *google]]
    code = protoc.main(
        ["protoc", *includes, f"--python_out={target}", f"--grpc_python_out={target}", *files]
    )
    assert code == 0, f"protoc: {code}"
    sys.path.insert(0, target)


def module(name):
    return import_module(f"tollgate.{name}.v1.{name}_service_pb2"), import_module(
        f"tollgate.{name}.v1.{name}_service_pb2_grpc"
    )


def assert_fails(call, code, reason):
    """Every failure carries exactly one ErrorInfo; clients switch on its reason."""
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        infos = [
            detail
            for detail in status_pb2.Status.FromString(details).details
            if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR)
        ]
        assert len(infos) == 1, error
        info = error_details_pb2.ErrorInfo.FromString(infos[0].value)
        assert (info.domain, info.reason) == ("tollgate.dev", reason), info
        return
    raise AssertionError(f"no failure (expected: {reason})")


def until(what, ask, good):
    """Asks until the answer is good, for a bounded time."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        answer = ask()
        if good(answer):
            return answer
        assert time.monotonic() < deadline, f"{what}: {answer}"
        time.sleep(PAUSE_SECONDS)


def code_of(call):
    try:
        call()
        return grpc.StatusCode.OK
    except grpc.RpcError as error:
        return error.code()


def main():
    access, access_grpc = module("access")
    quota, quota_grpc = module("quota")
    ingest, ingest_grpc = module("ingest")
    query, query_grpc = module("query")
    common = import_module("tollgate.common.v1.access_pb2")
    dimensions = import_module("tollgate.common.v1.dimensions_pb2").Dimensions(
        provider="openai", model="gpt-4o", feature="python-check"
    )
    usage = import_module("tollgate.common.v1.usage_pb2").Usage(
        buckets={"input": 1000, "output": 500}
    )
    environment = os.environ
    quota_channel = grpc.insecure_channel(environment["QUOTA"])
    accesses = access_grpc.AccessServiceStub(quota_channel)
    quotas = quota_grpc.QuotaServiceStub(quota_channel)
    ingests = ingest_grpc.IngestServiceStub(grpc.insecure_channel(environment["INGEST"]))
    queries = query_grpc.QueryServiceStub(grpc.insecure_channel(environment["QUERY"]))

    run = str(uuid.uuid4())
    tenant = f"python-{run}"
    operator = [("authorization", f"Bearer {environment['OPERATOR_KEY']}")]
    accesses.CreateTenant(
        access.CreateTenantRequest(tenant_id=tenant, display_name="Python"), metadata=operator
    )
    key = accesses.CreateApiKey(
        access.CreateApiKeyRequest(
            display_name="Python", roles=[common.ROLE_CALLER, common.ROLE_READER]
        ),
        metadata=[*operator, ("tollgate-tenant", tenant)],
    )
    mine = [("authorization", f"Bearer {key.secret}")]

    def check(metadata=mine, **change):
        wish = {"request_id": run, "input_tokens": 1000, "max_output_tokens": 500} | change
        request = quota.CheckQuotaRequest(dimensions=dimensions, **wish)
        return quotas.CheckQuota(request, metadata=metadata, timeout=WAIT_SECONDS)

    # A new key is known everywhere within seconds.
    for ask in (
        lambda: check(input_tokens=-1),
        lambda: queries.GetCost(query.GetCostRequest(), metadata=mine),
    ):
        until(
            "the key",
            lambda: code_of(ask),
            lambda code: code != grpc.StatusCode.UNAUTHENTICATED,
        )
    assert_fails(
        lambda: check(metadata=[]), grpc.StatusCode.UNAUTHENTICATED, "CREDENTIALS_INVALID"
    )
    assert_fails(
        lambda: check(input_tokens=-1), grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID"
    )

    answer = check()
    assert answer.WhichOneof("outcome") == "allowed", answer
    assert answer.allowed.held_cost.currency_code == "USD", answer

    event = ingest.UsageEvent(
        event_id=run,
        reservation_id=answer.allowed.reservation_id,
        dimensions=dimensions,
        usage=usage,
    )
    event.event_time.GetCurrentTime()
    batches = [ingest.StreamUsageRequest(sequence=n, events=[event]) for n in (1, 2)]
    acks = list(ingests.StreamUsage(iter(batches), metadata=mine, timeout=WAIT_SECONDS))
    assert [ack.acked_sequence for ack in acks] == [1, 2], acks
    assert [ack.results[0].status for ack in acks] == [
        ingest.EVENT_STATUS_ACCEPTED,
        ingest.EVENT_STATUS_DUPLICATE,
    ], acks

    settled = quotas.Settle(
        quota.SettleRequest(reservation_id=answer.allowed.reservation_id, usage=usage),
        metadata=mine,
        timeout=WAIT_SECONDS,
    )
    assert settled.settled_cost.amount == "0.007500000000", settled

    question = query.GetCostRequest(group_by=["feature"])
    question.start_time.FromSeconds(event.event_time.seconds - 3600)
    question.end_time.FromSeconds(event.event_time.seconds + 3600)
    cost = until(
        "the cost",
        lambda: queries.GetCost(question, metadata=mine, timeout=WAIT_SECONDS),
        lambda found: len(found.rows) > 0,
    )
    assert list(cost.rows[0].group) == ["python-check"], cost
    assert (cost.rows[0].events, cost.totals[0].cost.amount) == (1, "0.007500000000"), cost
    print("Python: checked, streamed, settled and queried 0.0075 USD")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as generated:
        compile_protos(generated)
        main()
