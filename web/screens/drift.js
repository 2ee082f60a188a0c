// What providers answer that our tables don't know.
import { html } from "../lib/html.js";
import { get } from "../lib/api.js";
import { useLoad } from "../lib/load.js";
import { messageLink } from "../lib/place.js";
import { titled } from "../lib/providers.js";
import { oneLine, plain, providerTitle } from "../lib/words.js";
import { Empty, instead } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { When } from "../parts/when.js";

const COLUMNS = [
  { name: "Provider", cell: (/** @type {any} */ row) => providerTitle(row.provider) },
  { name: "Where", cell: (/** @type {any} */ row) => html`<code><bdi>${oneLine(row.path)}</bdi></code>` },
  { name: "What", cell: (/** @type {any} */ row) => plain(row.problem) },
  { name: "How often", cell: (/** @type {any} */ row) => row.count },
  { name: "Example", cell: (/** @type {any} */ row) => html`<bdi>${oneLine(row.sample)}</bdi>` },
  { name: "In", cell: (/** @type {any} */ row) => row.message_id && html`<a href=${messageLink({ ...row, provider_message_id: row.message_id }, "raw")}><code><bdi>${oneLine(row.message_id)}</bdi></code></a>` },
  { name: "Last seen", cell: (/** @type {any} */ row) => html`<${When} at=${row.last_seen} short />` },
];

/** @param {{}} _ */
export function Drift(_) {
  const loaded = useLoad("drift", (signal) => titled(get("drift", { signal })));
  return html`<h1 tabindex="-1">Drift</h1>
    <p class="lead">What the providers answered in the last 30 days that our tables don't know. Nothing of it is lost: it stands with each message. Who maintains message-detail adds it to the tables.</p>
    ${instead(loaded, "drift") || (!loaded.data.items.length ? html`<${Empty} title="No drift"><p>Everything that the providers answered was known.</p></${Empty}>`
      : html`<${Table} caption="Drift" columns=${COLUMNS} rows=${loaded.data.items} />`)}`;
}
