// The dashboard: asks the JSON routes of this server with the key of whoever looks at it, and draws
// what they say. Amounts stay the texts that they came as; sums and shares of them are made of whole
// picos (BigInt). Only the heights of bars are numbers of JavaScript.
'use strict';

const COSTS = '/v1/costs:query';
const USAGE = '/v1/usage:search';
const BURN = '/v1/budgetBurn:query';
const TOP = 10;
const SERIES = 6;
const DIMENSIONS = ['team', 'feature', 'model', 'provider', 'customer', 'project', 'cost_center',
  'environment', 'user', 'region', 'api_key', 'agent', 'workflow', 'operation', 'customer_tier', 'plan',
  'prompt_version', 'release', 'endpoint', 'session', 'interaction', 'trace', 'request'];
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
const SVG = 'http://www.w3.org/2000/svg';

const at = id => document.getElementById(id);
let filters = [];
let shown = null;      // What the figures on the page were asked with, and what came back.
let searched = null;   // The same of the requests.
let drawn = null;      // What the chart shows, and how wide.
let pending = new AbortController();

// --- Elements ---------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const svg = ['svg', 'g', 'rect', 'line', 'text', 'title'].includes(tag);
  const element = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function fill(id, ...children) { at(id).replaceChildren(...children); }

// --- Amounts ----------------------------------------------------------------------------------------

// '-1.25' as whole picos.
function picos(amount) {
  const [whole, part = ''] = amount.replace('-', '').split('.');
  const value = BigInt(whole + part.padEnd(12, '0'));
  return amount.startsWith('-') ? -value : value;
}

// Whole picos as a text like those of the server.
function text(value) {
  const digits = (value < 0n ? -value : value).toString().padStart(13, '0');
  return (value < 0n ? '-' : '') + digits.slice(0, -12) + '.' + digits.slice(-12);
}

function grouped(digits) { return digits.replace(/\B(?=(\d{3})+$)/g, '\u202f'); }

// An amount, exactly: what follows the second digit after the point is small, zeros at its end are left out.
function amount(money, bound, unit = ' ' + money.currencyCode) {
  const [whole, part = ''] = money.amount.split('.');
  const rest = part.slice(2).replace(/0+$/, '');
  return make('span', { title: (bound ? 'at least ' : '') + money.amount + ' ' + money.currencyCode },
    bound ? make('span', { class: 'mark', 'aria-label': 'at least' }, '≥\u202f') : '',
    grouped(whole) + '.' + part.slice(0, 2).padEnd(2, '0'), make('small', {}, rest + unit));
}

function short(value) {
  const [whole, part] = text(value).split('.');
  const rest = part.replace(/0+$/, '');
  return grouped(whole) + (rest ? '.' + rest : '');
}

// '12.3 %' of whole numbers; '–' where there is nothing to divide by.
function percent(value, of) {
  if (of === 0n) return '–';
  const mille = (value * 2000n / of + (value < 0n ? -1n : 1n)) / 2n;
  const digits = (mille < 0n ? -mille : mille).toString().padStart(2, '0');
  return (mille < 0n ? '−' : '') + grouped(digits.slice(0, -1)) + '.' + digits.slice(-1) + ' %';
}

// For heights and widths only.
function ratio(value, of) { return of <= 0n || value <= 0n ? 0 : Number(value * 10000n / of) / 10000; }

function change(now, before) {
  if (before === 0n) return make('span', {}, now === 0n ? '–' : 'new');
  const more = now - before;
  return make('span', { class: more > 0n ? 'up' : 'down' }, (more > 0n ? '+' : '') + percent(more, before));
}

function whole(count) { return grouped(String(count || '0')); }

// --- Asking -----------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(status, reason, message) { super(message); this.status = status; this.reason = reason; }
}

async function ask(route, question, accept = 'application/json', tries = 3) {
  const headers = { authorization: 'Bearer ' + sessionStorage.getItem('key'),
    'content-type': 'application/json', accept };
  const tenant = sessionStorage.getItem('tenant');
  if (tenant) headers['tollgate-tenant'] = tenant;
  let answer;
  try {
    answer = await fetch(route, { method: 'POST', headers, body: JSON.stringify(question),
      signal: pending.signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Refused(0, 'UNREACHABLE', 'The server can\'t be reached.');
  }
  if (answer.ok) return answer;
  if (answer.status === 429 && tries > 1) {
    const seconds = Number(answer.headers.get('retry-after')) || 1;
    await new Promise(later => setTimeout(later, Math.min(seconds, 5) * 1000));
    return ask(route, question, accept, tries - 1);
  }
  throw await refusal(answer);
}

async function refusal(answer) {
  try {
    const said = await answer.json();
    const fields = (said.details || []).flatMap(detail => detail.fieldViolations || [])
      .map(each => each.field + ': ' + each.description);
    return new Refused(answer.status, said.reason, [said.message, ...fields.filter(f => !said.message.includes(f))].join('\n'));
  } catch (notOurs) {
    return new Refused(answer.status, 'HTTP ' + answer.status, 'The server said nothing more.');
  }
}

const json = async (route, question) => (await ask(route, question)).json();

function fail(id, failure) {
  if (failure.name === 'AbortError') return;
  if (failure.status === 401) { signOut(failure); return; }
  at(id).textContent = (failure.reason || 'BUG') + ': ' + failure.message;
  at(id).classList.add('failed');
  at(id).hidden = false;
}

// --- What is asked ----------------------------------------------------------------------------------

function midnight(days, from = new Date()) {
  return new Date(from.getFullYear(), from.getMonth(), from.getDate() + days);
}

function range() {
  const now = new Date();
  const quarter = new Date(Math.floor(now / 900000 + 1) * 900000);
  switch (at('range').value) {
    case '1d': return [midnight(0), quarter];
    case '7d': return [midnight(-6), quarter];
    case 'month': return [new Date(now.getFullYear(), now.getMonth(), 1), quarter];
    case 'before': return [new Date(now.getFullYear(), now.getMonth() - 1, 1), new Date(now.getFullYear(), now.getMonth(), 1)];
    case 'custom': {
      const from = new Date(at('from').value + 'T00:00');
      const to = new Date(at('to').value + 'T00:00');
      if (isNaN(from) || isNaN(to)) throw new Refused(400, 'FIELD_INVALID', 'From, to: a day each, please.');
      return [from, midnight(1, to)];
    }
    default: return [midnight(-29), quarter];
  }
}

function fitting([start, end]) {
  const days = (end - start) / 86400000;
  return days <= 2 ? 'GRANULARITY_HOUR' : days <= 92 ? 'GRANULARITY_DAY' : days <= 400 ? 'GRANULARITY_WEEK' : 'GRANULARITY_MONTH';
}

function scope() {
  const [start, end] = range();
  return { startTime: start.toISOString(), endTime: end.toISOString(), filters: filters.map(each => each.asked) };
}

// 'model=a', 'model!=a', 'model^=a' (begins with), 'model=' (not attributed).
function filterOf(written) {
  const parts = /^\s*([^=!^]+?)\s*([!^]?=)(.*)$/.exec(written);
  if (!parts) throw new Refused(400, 'FIELD_INVALID', written + ' (expected: dimension=value, != or ^= for "begins with")');
  const [, dimension, sign, raw] = parts;
  const operator = { '=': 'FILTER_OPERATOR_IN', '!=': 'FILTER_OPERATOR_NOT_IN', '^=': 'FILTER_OPERATOR_PREFIX' }[sign];
  return { text: dimension + sign + raw.trim(),
    asked: { dimension, operator, values: [raw.trim()] } };
}

function addFilter(written) {
  const added = filterOf(written);
  filters = filters.filter(each => each.text !== added.text).concat(added);
  chips();
}

function chips() {
  fill('chips', ...filters.map(each => make('li', {}, make('button', {
    type: 'button', 'aria-label': 'Remove the filter ' + each.text,
    onclick: () => { filters = filters.filter(other => other !== each); chips(); show(); },
  }, each.text + ' ×'))));
}

// --- Figures ----------------------------------------------------------------------------------------

async function show() {
  pending.abort();
  pending = new AbortController();
  at('failure').hidden = true;
  at('status').classList.remove('failed');
  at('figures').setAttribute('aria-busy', 'true');
  at('status').textContent = 'Asking the ledger …';
  closeRequests();
  budgets();
  try {
    const asked = scope();
    const group = at('group').value.trim();
    const step = at('step').value || fitting(range());
    const compared = { ...asked, timeZone: ZONE, comparison: 'COMPARISON_PREVIOUS_PERIOD',
      measures: ['MEASURE_COST', 'MEASURE_EVENTS', 'MEASURE_ERRORS', 'MEASURE_UNPRICED_EVENTS', 'MEASURE_TOKENS',
        'MEASURE_REQUESTS'] };
    const missing = { dimension: group, operator: 'FILTER_OPERATOR_MISSING' };
    const [groups, series, unattributed] = await Promise.all([
      json(COSTS, { ...compared, groupBy: [group], top: TOP }),
      json(COSTS, { ...asked, timeZone: ZONE, groupBy: [group], top: SERIES, granularity: step,
        measures: ['MEASURE_COST'] }),
      json(COSTS, { ...asked, timeZone: ZONE, filters: [...asked.filters, missing], measures: ['MEASURE_COST'] }),
    ]);
    shown = { asked, compared, group, step, groups, series, unattributed };
    draw();
    remember();
  } catch (failure) {
    at('status').textContent = '';
    if (failure.name !== 'AbortError') { shown = drawn = null; at('figures').hidden = true; }
    fail('failure', failure);
  } finally {
    at('figures').removeAttribute('aria-busy');
  }
}

function currency() {
  const codes = shown.groups.totals.map(total => total.cost.currencyCode);
  const chosen = codes.includes(at('currency').value) ? at('currency').value : codes[0];
  fill('currency', ...codes.map(code => make('option', { value: code }, code)));
  if (chosen) at('currency').value = chosen;
  at('currency-box').hidden = codes.length < 2;
  return chosen;
}

function draw() {
  const { groups, series, group, unattributed } = shown;
  const code = currency();
  const total = groups.totals.find(each => each.cost.currencyCode === code);
  if (!total) {
    at('figures').hidden = true;
    at('status').textContent = 'No usage in this range' + (filters.length ? ' under these filters.' : '. Send some to ingest-service, or take a longer range.');
    return;
  }
  at('figures').hidden = false;
  const [start, end] = [new Date(shown.asked.startTime), new Date(shown.asked.endTime)];
  at('status').textContent = day(start) + ' to ' + day(new Date(end - 1)) + ', ' + ZONE
    + (groups.totals.length > 1 ? '. In ' + code + ' only: amounts of several currencies are not added up.' : '');
  tiles(total, unattributed.totals.find(each => each.cost.currencyCode === code), group);
  chart(series.rows.filter(row => row.cost.currencyCode === code), code);
  table(groups.rows.filter(row => row.cost.currencyCode === code), total, group);
  basis(groups.basis);
}

function tiles(total, none, group) {
  const cost = picos(total.cost.amount);
  fill('cost', amount(total.cost, total.lowerBound));
  fill('change', change(cost, picos(total.previousCost.amount)), ' against ', amount(total.previousCost, total.previousUnpricedEvents !== '0'),
    ' from ' + day(new Date(shown.groups.previousStartTime)));
  const missing = none ? picos(none.cost.amount) : 0n;
  at('unattributed-title').textContent = 'Unattributed by ' + group;
  fill('unattributed', percent(missing, cost));
  fill('unattributed-cost', none ? amount(none.cost, none.lowerBound) : 'everything says its ' + group);
  fill('calls', whole(total.events));
  fill('calls-more', whole(total.errors) + ' failed, ' + whole(total.retries) + ' retries');
  fill('unpriced', whole(total.unpricedEvents));
  fill('unpriced-more', total.lowerBound ? 'their cost is not known: every sum marked ≥ is a lower bound' : 'the cost of every call is known');
}

function name(row, group) { return row.other ? 'all others' : row.group[0] === '' ? 'no ' + group : row.group[0]; }

function table(rows, total, group) {
  const sum = picos(total.cost.amount);
  const head = [group, '', 'Cost, ' + total.cost.currencyCode, 'Share', 'Change', 'Calls', 'Failed', 'Tokens in', 'out', 'Not priced'];
  const line = (row, title, link) => make('tr', {}, title, make('td', {}, link),
    make('td', {}, amount(row.cost, row.lowerBound, '')),
    make('td', { class: 'share' }, percent(picos(row.cost.amount), sum), bar(ratio(picos(row.cost.amount), sum))),
    make('td', {}, change(picos(row.cost.amount), picos(row.previousCost.amount))),
    make('td', {}, whole(row.events)), make('td', {}, whole(row.errors)),
    make('td', {}, whole(row.inputTokens)), make('td', {}, whole(row.outputTokens)),
    make('td', {}, whole(row.unpricedEvents)));
  fill('groups',
    make('thead', {}, make('tr', {}, ...head.map(each => make('th', { scope: 'col' }, each)))),
    make('tbody', {}, ...rows.map(row => {
      const title = name(row, group);
      const link = row.other ? '' : make('button', { type: 'button', class: 'link', 'aria-label': 'Requests of ' + title,
        onclick: () => openRequests({ dimension: group, values: [row.group[0]] }, title) }, 'Requests');
      return line(row, make('th', { scope: 'row', title }, row.other ? title : make('button', {
        type: 'button', class: 'link', title: 'Filter by this', onclick: () => { addFilter(group + '=' + row.group[0]); show(); } }, title)), link);
    })),
    make('tfoot', {}, line(total, make('th', { scope: 'row' }, 'Total'), make('button', { type: 'button', class: 'link',
      'aria-label': 'All requests', onclick: () => openRequests(null, 'all') }, 'Requests'))));
}

function bar(share, style = 's0') {
  return make('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    make('rect', { class: style, width: 100 * share, height: 10 }));
}

function basis(known) {
  at('basis').textContent = 'As of ' + moment(known.asOfTime) + (known.watermarkTime ? '; complete up to ' + moment(known.watermarkTime) : '')
    + '; read from ' + (known.source === 'SOURCE_ROLLUP' ? 'the quarter hours.' : 'the events.');
}

// --- Budgets ----------------------------------------------------------------------------------------

// They are of now, whatever range and filters the figures have; and what becomes of them stops no figure.
async function budgets(token = '') {
  at('budgets-note').classList.remove('failed');
  at('budgets-note').textContent = 'Asking …';
  try {
    const answer = await json(BURN, { pageToken: token });
    const lines = answer.rows.map(burning);
    if (token) at('burn').querySelector('tbody').append(...lines);
    else {
      const head = ['Budget', 'Limit', 'Used', '', 'Held', 'Forecast', 'Days left', 'Window ends'];
      fill('burn', make('thead', {}, make('tr', {}, ...head.map(each => make('th', { scope: 'col' }, each)))),
        make('tbody', {}, ...lines));
    }
    at('budgets').hidden = !token && answer.rows.length === 0;
    at('budgets-note').textContent = answer.budgetsMayBeOld ? 'quota-service is away: budgets are as they were last seen.' : '';
    at('budgets-more').hidden = !answer.nextPageToken;
    at('budgets-more').onclick = () => budgets(answer.nextPageToken);
  } catch (failure) {
    if (failure.name !== 'AbortError') at('budgets').hidden = false;
    fail('budgets-note', failure);
  }
}

function burning(row) {
  const title = make('th', { scope: 'row', title: row.budgetId }, [row.displayName || row.budgetId, ...row.group.map(each => each || 'none')].join(' · '));
  if (row.failure) return make('tr', {}, title, make('td', { colspan: 7, class: 'text failed' }, row.failure + ': ' + row.failureMessage));
  const share = ratio(picos(row.consumed), picos(row.available));
  const level = { BURN_LEVEL_SOFT: 'soft', BURN_LEVEL_HARD: 'hard' }[row.level] || 's0';
  const bound = row.unpricedCalls !== '0';
  return make('tr', {}, title, make('td', {}, burnt(row, row.available)), make('td', {}, burnt(row, row.consumed, bound)),
    make('td', { class: 'share' }, percent(picos(row.consumed), picos(row.available)), bar(Math.min(1, share), level)),
    make('td', {}, row.held ? burnt(row, row.held) : make('span', { title: row.liveFailure }, '–')),
    make('td', {}, ...outlook(row)),
    make('td', {}, row.daysLeft === null || row.daysLeft === undefined ? '–' : make('span', { class: 'up', title: moment(row.exhaustionTime) }, row.daysLeft.toFixed(1))),
    make('td', {}, row.windowEndTime ? moment(row.windowEndTime) : '–'));
}

function outlook(row) {
  if (!row.forecast) return ['–'];
  const error = row.backtestError === null || row.backtestError === undefined ? '' : 'Such forecasts were off by ' + (100 * row.backtestError).toFixed(1) + ' % in the past.';
  const over = picos(row.forecast) > picos(row.available);
  return [make('span', { class: over ? 'up' : '', title: error }, burnt(row, row.forecast)),
    row.forecastLow ? make('small', {}, make('br'), burnt(row, row.forecastLow), ' to ', burnt(row, row.forecastHigh)) : ''];
}

// Of money two digits are enough here; all of them stand in its title.
function burnt(row, value, bound) {
  const unit = { BUDGET_UNIT_TOKENS: ' tokens', BUDGET_UNIT_REQUESTS: ' calls', BUDGET_UNIT_INPUT_TOKENS: ' tokens in', BUDGET_UNIT_OUTPUT_TOKENS: ' tokens out' }[row.unit];
  if (unit) return make('span', {}, whole(value), make('small', {}, unit));
  const [integer, part] = value.split('.');
  return make('span', { title: value }, bound ? '≥\u202f' : '', grouped(integer) + '.' + part.slice(0, 2), make('small', {}, ' ' + row.currencyCode));
}

// --- Chart ------------------------------------------------------------------------------------------

function chart(rows, code) {
  const sums = new Map();
  rows.forEach(row => sums.set(keyOf(row), (sums.get(keyOf(row)) || 0n) + picos(row.cost.amount)));
  const keys = [...sums.keys()].sort((a, b) => (a === 'other') - (b === 'other') || (sums.get(b) > sums.get(a) ? 1 : -1));
  const own = keys.filter(key => key !== 'other').slice(0, SERIES);
  const kind = key => own.includes(key) ? 's' + own.indexOf(key) : 'other';
  const columns = buckets(rows).map(time => {
    const parts = new Map();
    rows.filter(row => Date.parse(row.startTime) === time)
      .forEach(row => parts.set(kind(keyOf(row)), (parts.get(kind(keyOf(row))) || 0n) + picos(row.cost.amount)));
    return { time, parts, sum: [...parts.values()].reduce((a, b) => a + b, 0n) };
  });
  const titles = [...own.map((key, i) => ['s' + i, key.slice(1) || 'no ' + shown.group]),
    ...(keys.length > own.length ? [['other', 'all others']] : [])];
  fill('legend', ...titles.map(([style, title]) => make('li', {},
    make('svg', { viewBox: '0 0 10 10' }, make('rect', { class: style, width: 10, height: 10 })), title)));
  bars(columns, titles, code);
  fill('chart-table',
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'From'), make('th', { scope: 'col' }, 'Sum, ' + code),
      ...titles.map(([, title]) => make('th', { scope: 'col' }, title)))),
    make('tbody', {}, ...columns.map(column => make('tr', {}, make('th', { scope: 'row' }, moment(column.time)),
      make('td', {}, short(column.sum)), ...titles.map(([style]) => make('td', {}, short(column.parts.get(style) || 0n)))))));
}

function keyOf(row) { return row.other ? 'other' : '=' + row.group[0]; }

// All that lie in the range, also those without rows; the server's own win where clocks change.
function buckets(rows) {
  const times = new Set(rows.map(row => Date.parse(row.startTime)));
  const [start, end] = [new Date(shown.asked.startTime), Date.parse(shown.asked.endTime)];
  const [first, next] = {
    GRANULARITY_HOUR: [start, d => new Date(+d + 3600000)],
    GRANULARITY_DAY: [midnight(0, start), d => midnight(1, d)],
    GRANULARITY_WEEK: [midnight(-((start.getDay() + 6) % 7), start), d => midnight(7, d)],
    GRANULARITY_MONTH: [new Date(start.getFullYear(), start.getMonth(), 1), d => new Date(d.getFullYear(), d.getMonth() + 1, 1)],
  }[shown.step];
  for (let time = first, i = 0; +time < end && i < 1000; i++, time = next(time)) times.add(+time);
  return [...times].sort((a, b) => a - b);
}

// The least of 1, 2 and 5 times a power of ten that makes four steps or fewer.
function stepOf(max) {
  for (let power = 1n; ; power *= 10n) {
    for (const digit of [1n, 2n, 5n]) if (digit * power * 4n >= max) return digit * power;
  }
}

function bars(columns, titles, code) {
  const width = Math.max(280, at('chart').clientWidth);
  drawn = { columns, titles, code, width: at('chart').clientWidth };
  const height = 260;
  const max = columns.reduce((most, column) => column.sum > most ? column.sum : most, 1n);
  const step = stepOf(max);
  const ceiling = (max + step - 1n) / step * step;
  const labels = [];
  for (let value = 0n; value <= ceiling; value += step) labels.push(value);
  const left = 12 + 6.4 * Math.max(...labels.map(value => short(value).length));
  const area = { top: 10, height: height - 36, width: width - left - 6 };
  const y = value => area.top + area.height * (1 - ratio(value, ceiling));
  const svg = make('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Cost over time in ' + code + '; the table below says the same' });
  labels.forEach(value => svg.append(make('line', { x1: left, x2: width - 6, y1: y(value), y2: y(value) }),
    make('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, short(value))));
  const each = area.width / columns.length;
  const every = Math.ceil(columns.length / Math.max(1, Math.floor(area.width / 80)));
  columns.forEach((column, i) => {
    const x = left + i * each;
    const lines = titles.filter(([style]) => column.parts.has(style)).map(([style, title]) => title + ': ' + short(column.parts.get(style)));
    const stack = make('g', { class: 'column' }, make('title', {}, [moment(column.time), short(column.sum) + ' ' + code, ...lines].join('\n')),
      make('rect', { class: 'hit', x, y: area.top, width: each, height: area.height }));
    let base = 0n;
    titles.forEach(([style]) => {
      const part = column.parts.get(style) || 0n;
      if (part > 0n) {
        stack.append(make('rect', { class: style, x: x + each * .12, width: each * .76, y: y(base + part), height: Math.max(.5, y(base) - y(base + part)) }));
        base += part;
      }
    });
    svg.append(stack);
    if (i % every === 0) svg.append(make('text', { x: x + each / 2, y: height - 8, 'text-anchor': 'middle' }, tick(column.time)));
  });
  fill('chart', svg);
}

// --- Times ------------------------------------------------------------------------------------------

const two = number => String(number).padStart(2, '0');
function day(date) { return date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate()); }
function moment(time) {
  const date = new Date(time);
  return day(date) + ' ' + two(date.getHours()) + ':' + two(date.getMinutes());
}
function tick(time) {
  const date = new Date(time);
  return shown.step === 'GRANULARITY_HOUR' ? two(date.getHours()) + ':00' : shown.step === 'GRANULARITY_MONTH' ? day(date).slice(0, 7) : day(date).slice(5);
}

// --- Requests ---------------------------------------------------------------------------------------

function openRequests(condition, title) {
  const asked = { ...shown.asked, filters: [...shown.asked.filters, ...(condition ? [condition] : [])] };
  searched = { asked, token: '', count: 0 };
  at('requests').hidden = false;
  at('requests-title').textContent = 'Requests: ' + title;
  at('requests').focus();
  at('requests').scrollIntoView();
  search();
}

function closeRequests() { at('requests').hidden = true; searched = null; }

async function search(token = '') {
  const mine = searched;
  at('requests').setAttribute('aria-busy', 'true');
  at('requests-note').classList.remove('failed');
  at('requests-note').textContent = 'Asking the ledger …';
  try {
    const answer = await json(USAGE, { ...mine.asked, order: at('order').value, pageSize: 50, pageToken: token });
    if (mine !== searched) return;
    mine.token = answer.nextPageToken;
    if (!token) { mine.count = 0; found(); }
    mine.count += answer.rows.length;
    at('found').tBodies[0].append(...answer.rows.map(one));
    at('more').hidden = !mine.token;
    at('requests-note').replaceChildren(...(answer.totals.length === 0 ? ['None.'] : answer.totals.flatMap(total =>
      [whole(total.rows) + ' requests, ', amount(total.cost, total.unpricedEvents !== '0'), '. '])), mine.count + ' shown.');
  } catch (failure) {
    fail('requests-note', failure);
  } finally {
    at('requests').removeAttribute('aria-busy');
  }
}

function found() {
  const head = ['Time', 'Request', 'Cost', 'Model', 'Team', 'User', 'Ended', 'Attempt', 'Latency', 'Cost is'];
  fill('found', make('thead', {}, make('tr', {}, ...head.map((title, i) =>
    make('th', { scope: 'col', class: [1, 3, 4, 5, 6, 9].includes(i) ? 'text' : null }, title)))), make('tbody'));
}

const word = (value, prefix) => (value || '').replace(prefix, '').toLowerCase().replaceAll('_', ' ');

function one(row) {
  const said = row.dimensions;
  const cell = value => make('td', { class: 'text' }, value || '–');
  return make('tr', {}, make('td', {}, moment(row.eventTime)),
    make('td', { class: 'text' }, make('button', { type: 'button', class: 'link', onclick: () => details(row) }, row.eventId)),
    make('td', {}, amount(row.cost, row.lowerBound)),
    cell(said.model), cell(said.team), cell(said.user), cell(word(row.terminalStatus, 'TERMINAL_STATUS_')),
    make('td', {}, String(row.attempt)), make('td', {}, row.latency || '–'),
    cell(word(row.chargeStatus, 'CHARGE_STATUS_') + (row.entries > 1 ? ', corrected' : '')));
}

function details(row) {
  const lines = [];
  const walk = (prefix, value) => {
    if (value === '' || value === null) return;
    if (Array.isArray(value)) { if (value.length) lines.push([prefix, value.join(', ')]); return; }
    if (typeof value !== 'object') { lines.push([prefix, String(value)]); return; }
    if ('currencyCode' in value) { lines.push([prefix, value.amount + ' ' + value.currencyCode]); return; }
    Object.entries(value).forEach(([field, inner]) => walk(prefix ? prefix + '.' + field : field, inner));
  };
  walk('', row);
  fill('one-fields', ...lines.flatMap(([field, value]) => [make('dt', {}, field), make('dd', {}, value)]));
  at('one').showModal();
}

// --- Sheets -----------------------------------------------------------------------------------------

async function download(route, question, file, note) {
  try {
    const answer = await ask(route, question, 'text/csv');
    const link = make('a', { href: URL.createObjectURL(await answer.blob()), download: file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    if (answer.headers.get('tollgate-next-page-token')) {
      at(note).textContent = 'The sheet has the first ' + whole(question.pageSize) + ' rows; there are more.';
    }
  } catch (failure) {
    fail(note, failure);
  }
}

// --- Signing in and out -----------------------------------------------------------------------------

function remember() {
  const state = new URLSearchParams({ range: at('range').value, step: at('step').value, group: at('group').value });
  if (at('range').value === 'custom') { state.set('from', at('from').value); state.set('to', at('to').value); }
  filters.forEach(each => state.append('filter', each.text));
  history.replaceState(null, '', '#' + state);
}

function recall() {
  const state = new URLSearchParams(location.hash.slice(1));
  ['range', 'step', 'group', 'from', 'to'].forEach(id => { if (state.has(id)) at(id).value = state.get(id); });
  filters = [];
  state.getAll('filter').slice(0, 15).forEach(each => { try { addFilter(each); } catch (unreadable) { /* As if it were not there. */ } });
  custom();
  chips();
}

function custom() {
  document.querySelectorAll('.custom').forEach(each => { each.hidden = at('range').value !== 'custom'; });
  if (!at('from').value) { at('from').value = day(midnight(-6)); at('to').value = day(new Date()); }
}

function enter() {
  const signedIn = sessionStorage.getItem('key') !== null;
  at('login').hidden = signedIn;
  at('board').hidden = at('sign-out').hidden = !signedIn;
  if (signedIn) show(); else at('key').focus();
}

function signOut(failure) {
  pending.abort();
  sessionStorage.clear();
  shown = drawn = null;
  closeRequests();
  ['cost', 'change', 'unattributed', 'unattributed-cost', 'calls', 'calls-more', 'unpriced', 'unpriced-more', 'chart',
    'legend', 'chart-table', 'groups', 'basis', 'found', 'one-fields', 'burn'].forEach(id => fill(id));
  at('figures').hidden = at('budgets').hidden = true;
  at('login-failure').hidden = !(failure instanceof Refused);
  at('login-failure').textContent = failure instanceof Refused ? failure.reason + ': ' + failure.message : '';
  enter();
}

function start() {
  const options = () => DIMENSIONS.map(each => make('option', { value: each }));
  fill('dimensions', ...options());
  fill('filters', ...DIMENSIONS.map(each => make('option', { value: each + '=' })));
  at('login').addEventListener('submit', event => {
    event.preventDefault();
    sessionStorage.setItem('key', at('key').value.trim());
    if (at('tenant').value.trim()) sessionStorage.setItem('tenant', at('tenant').value.trim());
    at('key').value = '';
    enter();
  });
  at('sign-out').addEventListener('click', signOut);
  at('range').addEventListener('change', custom);
  at('currency').addEventListener('change', () => { if (shown) draw(); });
  const fromText = () => {
    if (at('filter').value.trim()) { addFilter(at('filter').value); at('filter').value = ''; }
  };
  const submit = event => {
    event.preventDefault();
    try { fromText(); show(); } catch (failure) { fail('failure', failure); }
  };
  at('controls').addEventListener('submit', submit);
  at('add-filter').addEventListener('click', submit);
  at('order').addEventListener('change', () => { if (searched) search(); });
  at('more').addEventListener('click', () => search(searched.token));
  at('requests-close').addEventListener('click', closeRequests);
  at('one-close').addEventListener('click', () => at('one').close());
  at('groups-csv').addEventListener('click', () => download(COSTS,
    { ...shown.compared, groupBy: [shown.group], pageSize: 10000 }, 'cost-by-' + shown.group.replaceAll('.', '-') + '.csv', 'status'));
  at('budgets-csv').addEventListener('click', () => download(BURN, { pageSize: 100 }, 'budgets.csv', 'budgets-note'));
  at('requests-csv').addEventListener('click', () => download(USAGE,
    { ...searched.asked, order: at('order').value, pageSize: 1000 }, 'requests.csv', 'requests-note'));
  new ResizeObserver(() => { if (shown && drawn && at('chart').clientWidth !== drawn.width) bars(drawn.columns, drawn.titles, drawn.code); })
    .observe(at('chart'));
  window.addEventListener('hashchange', () => { recall(); if (sessionStorage.getItem('key')) show(); });
  recall();
  enter();
}

start();
