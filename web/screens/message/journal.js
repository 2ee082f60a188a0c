// What became of what we were told of a message: received, queued, tried, given up, beside its statuses.
import { html } from "../../lib/html.js";
import { get, pathOf, queryOf } from "../../lib/api.js";
import { useLoad } from "../../lib/load.js";
import { STEPS, oneLine, via } from "../../lib/words.js";
import { instead } from "../../parts/states.js";
import { Status } from "../../parts/status.js";
import { Table } from "../../parts/table.js";
import { When } from "../../parts/when.js";

const COLUMNS = [
  { name: "When", cell: (/** @type {any} */ one) => html`<${When} at=${one.at || one.observed_at} />${one.count > 1 && html` <small>until <${When} at=${one.last_at} short /></small>`}` },
  { name: "What", cell: (/** @type {any} */ one) => (one.step ? STEPS[/** @type {keyof typeof STEPS} */ (one.step)] || oneLine(one.step) : html`<${Status} status=${one.status} native=${oneLine(one.status_native)} />`) },
  { name: "By", cell: (/** @type {any} */ one) => (one.via ? oneLine(via(one.via)) : "") },
  { name: "How often", cell: (/** @type {any} */ one) => (one.count > 1 ? `${one.count} at least` : "once") },
  { name: "Result", cell: (/** @type {any} */ one) => one.code && html`<code>${oneLine(one.code)}</code>` },
];

/**
 * The journal of a message, or of an id of which none is stored.
 * @param {{provider: string, id: string, account: string}} props
 */
export function Journal({ provider, id, account }) {
  const loaded = useLoad(`${provider}/${id}/${account}`, (signal) => get(pathOf(provider, id, "timeline") + queryOf({ account, journal: "true" }), { signal }));
  return html`<section><h2>Journal of the last 7 days</h2>
    ${loaded.problem?.code === "message_not_found" ? html`<p class="quiet">Nothing was told of it in the last 7 days.</p>`
      : instead(loaded, "the journal") || html`<${Table} caption="What came in, what was tried, and its statuses, in the order in which it was learned" columns=${COLUMNS} rows=${loaded.data.items} />`}</section>`;
}
