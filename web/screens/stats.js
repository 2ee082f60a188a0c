// What was delivered, how fast, what failed and what it cost: counts of what is stored, as pictures and as tables.
import { html } from "../lib/html.js";
import { get, queryOf } from "../lib/api.js";
import { costs, dayBefore, lasting, percent, why } from "../lib/figures.js";
import { useLoad } from "../lib/load.js";
import { go, link } from "../lib/place.js";
import { providers, titled } from "../lib/providers.js";
import { CHANNELS, channel, plain, providerTitle, via } from "../lib/words.js";
import { Bars } from "../parts/bars.js";
import { Empty, instead } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { When } from "../parts/when.js";
import { Compare } from "./stats/compare.js";

const USUAL = 6;
const NAMES = ["from", "to", "channel", "country"];
/** @param {{place: import("../lib/place.js").Place}} props */
export function Stats({ place }) {
  const given = Object.fromEntries(NAMES.map((name) => [name, place.query.get(name) || ""]));
  const filters = { ...given, from: given.from || dayBefore(USUAL), to: given.to || dayBefore(0) };
  const names = useLoad("providers", providers);
  return html`<h1 tabindex="-1">Statistics</h1>
    <p class="lead">Outbound messages by the day on which they were made (UTC). A rate is what was delivered of what has come to an end; the range says where it would be with many more messages.</p>
    <${Filters} key=${place.key} filters=${filters} />
    <${Figures} filters=${filters} />
    ${names.data && html`<${Compare} place=${place} filters=${filters} items=${names.data.items} />`}`;
}

/** @param {{filters: Record<string, string>}} props */
function Filters({ filters }) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target))));
    go(link(["stats"], { ...form, country: form.country.trim().toUpperCase() }));
  };
  return html`<form class="filters card" onSubmit=${submit} aria-label="Filters">
    <div><label for="from">From</label><input id="from" name="from" type="date" defaultValue=${filters.from} /></div>
    <div><label for="to">To</label><input id="to" name="to" type="date" defaultValue=${filters.to} /></div>
    <div><label for="channel">Channel</label><select id="channel" name="channel"><option value="">All</option>${Object.keys(CHANNELS).map((name) => html`<option value=${name} selected=${name === filters.channel}>${channel(name)}</option>`)}</select></div>
    <div><label for="country">Country</label><input id="country" name="country" defaultValue=${filters.country} size="4" maxlength="2" placeholder="AU" autocomplete="off" /></div>
    <button class="main">Show</button></form>`;
}

/** @param {{filters: Record<string, string>}} props */
function Figures({ filters }) {
  const query = queryOf({ ...filters, direction: "outbound", group_by: "provider" });
  const all = queryOf({ ...filters, direction: "outbound" });
  const loaded = useLoad(query, async (signal) => {
    const [by, whole] = await Promise.all([titled(get(`stats${query}`, { signal })), get(`stats${all}`, { signal })]);
    return { ...by, whole: whole.rows[0] };
  });
  const { data } = loaded;
  if (!data || loaded.problem) return instead(loaded, "the statistics");
  return html`<p role="status" class="quiet">${data.as_of ? html`Counted <${When} at=${data.as_of} short />.` : "Nothing has been counted yet."} ${data.counting ? "Some of these days are being counted." : ""}
      ${data.open_days.length ? ` ${data.open_days.length} of the days are still open: their messages may change.` : ""} <button type="button" class="plain" onClick=${loaded.reload}>Load again</button></p>
    ${data.rows.length ? html`<${Rates} rows=${data.rows} /><${Speed} rows=${data.rows} /><${Failures} whole=${data.whole} /><${Learned} whole=${data.whole} />`
      : html`<${Empty} title="No message was sent in these days"><p>Choose other days. A day is counted within an hour; days of long ago are counted when it is asked for: <code>message-detail stats --recount</code>.</p></${Empty}>`}`;
}

/** @param {any} row */
const title = (row) => providerTitle(row.provider);
/** @param {any} row */
const range = (row) => (row.delivery_rate_interval ? row.delivery_rate_interval.map(percent).join(" to ") : "");

const RATES = [
  { name: "Provider", cell: title },
  { name: "Sent", cell: (/** @type {any} */ row) => row.messages },
  { name: "Delivered", cell: (/** @type {any} */ row) => row.delivered },
  { name: "Rate", cell: (/** @type {any} */ row) => percent(row.delivery_rate) || html`<span class="quiet">none: ${why(row.no_rate)}</span>` },
  { name: "Range", cell: range },
  { name: "Failed", cell: (/** @type {any} */ row) => html`<a href=${link(["messages"], { provider: row.provider, outcome: "failure" })}>${row.failed}</a>` },
  { name: "On its way", cell: (/** @type {any} */ row) => row.undecided },
  { name: "Cost", cell: (/** @type {any} */ row) => costs(row, "amount") },
  { name: "Per delivered", cell: (/** @type {any} */ row) => costs(row, "per_delivered") },
];

/** @param {{rows: any[]}} props */
const Rates = ({ rows }) => html`<section><h2>Delivered</h2>
  <${Bars} most=${1} kind="good" bars=${rows.map((row) => ({ label: title(row), value: row.delivery_rate === null ? null : Number(row.delivery_rate), low: Number(row.delivery_rate_interval?.[0]), high: Number(row.delivery_rate_interval?.[1]) }))} />
  <${Table} caption="Delivery rate and cost by provider" columns=${RATES} rows=${rows} /></section>`;

/** @param {string} name */
const quantile = (name) => ({ name: `${name.slice(1)} % within`, cell: (/** @type {any} */ row) => lasting(row.seconds_to_delivered[name]) });
const SPEED = [{ name: "Provider", cell: title }, { name: "Known of", cell: (/** @type {any} */ row) => row.seconds_to_delivered.n }, ...["p50", "p90", "p95", "p99"].map(quantile)];

/** On a scale on which each step is ten times as long. @param {number | null} seconds */
const steps = (seconds) => (seconds === null ? null : Math.log10(1 + seconds));

/** @param {{rows: any[]}} props */
function Speed({ rows }) {
  const bars = rows.map((row) => ({ label: title(row), value: steps(row.seconds_to_delivered.p50), low: 0, high: steps(row.seconds_to_delivered.p95) ?? 0 }));
  return html`<section><h2>Time to the delivery</h2><${Bars} bars=${bars} most=${Math.max(1, ...bars.map((bar) => bar.high))} />
    <${Table} caption="Time from sending to delivery by provider" columns=${SPEED} rows=${rows} /></section>`;
}

const FAILURES = [
  { name: "Why", cell: (/** @type {any} */ one) => plain(one.category) },
  { name: "Again?", cell: (/** @type {any} */ one) => ({ permanent: "It will not help", temporary: "It may help", unknown: "Not known" })[/** @type {"unknown"} */ (one.permanence)] },
  { name: "Messages", cell: (/** @type {any} */ one) => one.count },
];

/** @param {{whole: any}} props */
function Failures({ whole }) {
  if (!whole?.failures.length) return html`<section><h2>Failures</h2><p>Nothing failed.</p></section>`;
  const bars = whole.failures.map((/** @type {any} */ one) => ({ label: plain(one.category), value: one.count }));
  return html`<section><h2>Failures</h2><${Bars} bars=${bars} most=${bars[0].value} kind="bad" />
    <${Table} caption="Failures by what they were of" columns=${FAILURES} rows=${whole.failures} /></section>`;
}

const LEARNED = [{ name: "By", cell: (/** @type {any} */ one) => one.label }, { name: "Messages", cell: (/** @type {any} */ one) => one.value }];

/** @param {{whole: any}} props */
function Learned({ whole }) {
  const bars = Object.entries(whole?.learned_by || {}).map(([name, value]) => ({ label: via(name), value: /** @type {number} */ (value) }));
  const { p50, p95, n } = whole.seconds_to_know;
  return html`<section><h2>How we learned of it</h2><${Bars} bars=${bars} most=${Math.max(1, ...bars.map((bar) => bar.value))} />
    <${Table} caption="How we learned of what happened last" columns=${LEARNED} rows=${bars} />
    ${n > 0 && html`<p class="quiet">Half of it within ${lasting(p50)} of when it happened, 95 % within ${lasting(p95)}.</p>`}</section>`;
}
