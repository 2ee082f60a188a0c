// One provider beside another, over the same channel and the same countries: else the mix of them would decide.
import { html } from "../../lib/html.js";
import { get, queryOf } from "../../lib/api.js";
import { lasting, percent, sideBySide, wilson } from "../../lib/figures.js";
import { useLoad } from "../../lib/load.js";
import { go, link } from "../../lib/place.js";
import { channel, providerTitle } from "../../lib/words.js";
import { Bars } from "../../parts/bars.js";
import { Empty, instead } from "../../parts/states.js";
import { Table } from "../../parts/table.js";

/** @param {{place: import("../../lib/place.js").Place, filters: Record<string, string>, items: any[]}} props */
export function Compare({ place, filters, items }) {
  const [one, two] = ["one", "two"].map((name) => place.query.get(name) || "");
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    go(link(["stats"], { ...filters, ...Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target))) }));
  };
  return html`<section><h2>Providers side by side</h2>
    <form class="filters" onSubmit=${submit} aria-label="Providers to compare"><${Choice} id="one" label="One" value=${one} items=${items} /><${Choice} id="two" label="The other" value=${two} items=${items} />
      <button>Compare</button></form>
    ${one && two && one !== two && html`<${Sides} filters=${filters} one=${one} two=${two} />`}</section>`;
}

/** @param {{id: string, label: string, value: string, items: any[]}} props */
const Choice = ({ id, label, value, items }) => html`<div><label for=${id}>${label}</label><select id=${id} name=${id}>
  <option value="">Choose</option>${items.map((item) => html`<option value=${item.provider} selected=${item.provider === value}>${item.title}</option>`)}</select></div>`;

/** @param {{filters: Record<string, string>, one: string, two: string}} props */
function Sides({ filters, one, two }) {
  const query = queryOf({ ...filters, direction: "outbound", group_by: "provider,country" });
  const loaded = useLoad(query, (signal) => get(`stats${query}`, { signal }));
  if (!loaded.data || loaded.problem) return instead(loaded, "both providers");
  const { pairs, sums } = sideBySide(loaded.data.rows, one, two);
  const names = [one, two].map(providerTitle);
  if (!pairs.length) return html`<${Empty} title="There is nothing to compare"><p>In these days the two have no country in common to which both have a delivery rate.</p></${Empty}>`;
  const over = sums.map(({ delivered, decided }, side) => ({ label: names[side], rate: delivered / decided, range: wilson(delivered, decided), delivered, decided }));
  return html`<p>${filters.channel ? channel(filters.channel) : "All channels"}, over the ${pairs.length === 1 ? "country" : `${pairs.length} countries`} that both sent to:</p>
    <${Bars} most=${1} kind="good" bars=${over.map(({ label, rate, range }) => ({ label, value: rate, low: range?.[0], high: range?.[1] }))} />
    <${Table} caption="Both over the same countries" columns=${OVER} rows=${over} />
    <${Table} caption="Both by country" columns=${columns(names)} rows=${pairs} />
    ${overlap(over) && html`<p class="quiet">The ranges overlap: the difference may be chance.</p>`}`;
}

/** @param {any[]} over */
const overlap = ([first, second]) => Boolean(first.range && second.range && first.range[0] <= second.range[1] && second.range[0] <= first.range[1]);

const OVER = [
  { name: "Provider", cell: (/** @type {any} */ one) => one.label },
  { name: "Delivered", cell: (/** @type {any} */ one) => `${one.delivered} of ${one.decided}` },
  { name: "Rate", cell: (/** @type {any} */ one) => percent(one.rate) },
  { name: "Range", cell: (/** @type {any} */ one) => one.range.map(percent).join(" to ") },
];

/** @param {string[]} names */
const columns = (names) => [
  { name: "Country", cell: (/** @type {any} */ pair) => pair.country || "Without a number" },
  ...names.flatMap((name, side) => [
    { name: `${name}: rate`, cell: (/** @type {any} */ pair) => `${percent(pair.rows[side].delivery_rate)} of ${pair.rows[side].decided}` },
    { name: `${name}: half within`, cell: (/** @type {any} */ pair) => lasting(pair.rows[side].seconds_to_delivered.p50) },
  ]),
];
