// A client of Tollgate in JavaScript, made from the .proto files at run time: checks, streams usage,
// settles and queries, and fails where an answer is not what the contract says.
//
// From the environment: QUOTA, INGEST and QUERY (`host:port`, gRPC in the clear) and OPERATOR_KEY.
'use strict';

const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const WAIT_MILLIS = 30_000;
const PAUSE_MILLIS = 100;

const ours = path.resolve(__dirname, '../../../src/main/proto');
const googles = path.dirname(require.resolve('protobufjs/package.json'));
const { tollgate } = grpc.loadPackageDefinition(
  protoLoader.loadSync(
    [
      'tollgate/access/v1/access_service.proto',
      'tollgate/budget/v1/budget_service.proto',
      'tollgate/quota/v1/quota_service.proto',
      'tollgate/ingest/v1/ingest_service.proto',
      'tollgate/query/v1/query_service.proto',
    ],
    {
      includeDirs: [ours, googles],
      keepCase: true,
      longs: String,
      enums: String,
      defaults: true,
      oneofs: true,
    },
  ),
);

// google.rpc's details are not among the protos that npm brings; these fields are all we read.
const rpc = protobuf.parse(
  `
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; }
`,
  { keepCase: true },
).root;

function connect(Service, target) {
  const client = new Service(target, grpc.credentials.createInsecure());
  return {
    client,
    call: (method, metadata, request) =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + WAIT_MILLIS;
        client[method](request, metadata, { deadline }, (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      }),
  };
}

function metadata(key, tenant) {
  const all = new grpc.Metadata();
  if (key) all.set('authorization', `Bearer ${key}`);
  if (tenant) all.set('tollgate-tenant', tenant);
  return all;
}

/** The reason in the one ErrorInfo that every failure carries. */
function reasonOf(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  assert.ok(bytes, `${error.message}: no details`);
  const infos = rpc
    .lookupType('Status')
    .decode(bytes)
    .details.filter((detail) => detail.type_url.endsWith('/google.rpc.ErrorInfo'))
    .map((detail) => rpc.lookupType('ErrorInfo').decode(detail.value));
  assert.equal(infos.length, 1, `${error.message}: one ErrorInfo`);
  assert.equal(infos[0].domain, 'tollgate.dev');
  return infos[0].reason;
}

async function assertFails(promise, code, reason) {
  const error = await promise.then(
    () => assert.fail(`no failure (expected: ${reason})`),
    (failure) => failure,
  );
  assert.equal(reasonOf(error), reason);
  assert.equal(grpc.status[error.code], code);
}

/** Asks until the answer is good, for a bounded time. */
async function until(what, ask, good) {
  const deadline = Date.now() + WAIT_MILLIS;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(answer)}`);
    await sleep(PAUSE_MILLIS);
  }
}

/** Sends batches one by one, each after the answer to the one before. */
function stream(ingest, credentials, batches) {
  return new Promise((resolve, reject) => {
    const answers = [];
    const call = ingest.client.StreamUsage(credentials, { deadline: Date.now() + WAIT_MILLIS });
    call.on('data', (answer) => {
      answers.push(answer);
      if (answers.length < batches.length) call.write(batches[answers.length]);
      else call.end();
    });
    call.on('error', reject);
    call.on('end', () => resolve(answers));
    call.write(batches[0]);
  });
}

const seconds = (millis) => ({ seconds: Math.floor(millis / 1000), nanos: 0 });

async function main() {
  const { QUOTA, INGEST, QUERY, OPERATOR_KEY } = process.env;
  assert.ok(QUOTA && INGEST && QUERY && OPERATOR_KEY, 'QUOTA, INGEST, QUERY, OPERATOR_KEY');
  const access = connect(tollgate.access.v1.AccessService, QUOTA);
  const budgets = connect(tollgate.budget.v1.BudgetService, QUOTA);
  const quota = connect(tollgate.quota.v1.QuotaService, QUOTA);
  const ingest = connect(tollgate.ingest.v1.IngestService, INGEST);
  const query = connect(tollgate.query.v1.QueryService, QUERY);

  const run = randomUUID();
  const tenant = `node-${run}`;
  const operator = metadata(OPERATOR_KEY);
  await access.call('CreateTenant', operator, { tenant_id: tenant, display_name: 'Node' });
  const { secret } = await access.call('CreateApiKey', metadata(OPERATOR_KEY, tenant), {
    display_name: 'Node',
    roles: ['ROLE_CALLER', 'ROLE_READER', 'ROLE_ADMIN'],
  });
  const mine = metadata(secret);

  const dimensions = { provider: 'openai', model: 'gpt-4o', feature: 'node-check', team: 'js' };
  const wish = { request_id: run, dimensions, input_tokens: 1000, max_output_tokens: 500 };
  const check = (change) => quota.call('CheckQuota', mine, { ...wish, ...change });

  // A new key is known everywhere within seconds.
  const known = [
    () => check({ input_tokens: -1 }),
    () => query.call('GetCost', mine, {}),
  ];
  for (const ask of known) {
    const code = () => ask().catch((error) => error.code);
    await until('the key', code, (answer) => answer !== grpc.status.UNAUTHENTICATED);
  }
  await assertFails(
    quota.call('CheckQuota', metadata(), wish),
    'UNAUTHENTICATED',
    'CREDENTIALS_INVALID',
  );
  await assertFails(check({ input_tokens: -1 }), 'INVALID_ARGUMENT', 'FIELD_INVALID');

  await budgets.call('CreateBudget', mine, {
    budget: {
      budget_id: 'js',
      display_name: 'JavaScript',
      selector: { team: 'js' },
      window: { lifetime: {} },
      limits: [{ cost: { currency_code: 'USD', amount: '1' } }],
    },
  });
  // A budget binds within a second: a call that it must deny tells that it does.
  const denial = await until(
    'the budget',
    () => check({ request_id: randomUUID(), max_output_tokens: 1_000_000 }),
    (answer) => answer.outcome === 'denied',
  );
  assert.equal(denial.denied.budget_id, 'js');
  assert.equal(denial.denied.unit, 'LIMIT_UNIT_COST');

  const { outcome, allowed } = await check();
  assert.equal(outcome, 'allowed');
  assert.equal(allowed.max_output_tokens, '500');
  assert.equal(allowed.clamped, false);
  assert.equal(allowed.held_cost.currency_code, 'USD');
  assert.ok(Number(allowed.held_cost.amount) >= 0.0075, allowed.held_cost.amount);
  assert.equal((await check()).allowed.reservation_id, allowed.reservation_id, 'retry');
  await assertFails(check({ input_tokens: 1001 }), 'ALREADY_EXISTS', 'REQUEST_ID_REUSED');

  const now = Date.now();
  const usage = { buckets: { input: 1000, output: 500 } };
  const event = {
    event_id: run,
    event_time: seconds(now),
    reservation_id: allowed.reservation_id,
    dimensions,
    usage,
  };
  const bad = { ...event, event_id: randomUUID(), usage: { buckets: { inptu: 1 } } };
  const acks = await stream(ingest, mine, [
    { sequence: 1, events: [event, bad] },
    { sequence: 2, events: [event] },
  ]);
  assert.deepEqual(
    acks.map((ack) => [ack.acked_sequence, ack.results.map((result) => result.status)]),
    [
      ['1', ['EVENT_STATUS_ACCEPTED', 'EVENT_STATUS_INVALID']],
      ['2', ['EVENT_STATUS_DUPLICATE']],
    ],
  );

  const settle = { reservation_id: allowed.reservation_id, usage };
  const { settled_cost: settled } = await quota.call('Settle', mine, settle);
  assert.deepEqual(settled, { currency_code: 'USD', amount: '0.007500000000' });

  const question = {
    start_time: seconds(now - 3_600_000),
    end_time: seconds(now + 3_600_000),
    group_by: ['feature', 'model'],
    filters: [{ dimension: 'team', values: ['js'] }],
  };
  const { rows, totals } = await until(
    'the cost',
    () => query.call('GetCost', mine, question),
    (answer) => answer.rows?.length > 0,
  );
  assert.deepEqual(rows[0].group, ['node-check', 'gpt-4o']);
  assert.equal(rows[0].events, '1');
  assert.equal(rows[0].output_tokens, '500');
  for (const sum of [rows[0], totals[0]]) {
    assert.deepEqual(sum.cost, { currency_code: 'USD', amount: '0.007500000000' });
  }

  const { standings } = await budgets.call('GetBudget', mine, { budget_id: 'js' });
  assert.equal(standings[0].settled.cost.amount, '0.007500000000');
  assert.equal(standings[0].held.cost.amount, '0.000000000000');
  console.log('Node: checked, streamed, settled and queried 0.0075 USD');
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
