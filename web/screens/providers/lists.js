// What is looked at on demand of a provider: dead letters and why they died, the latest syncs, refused webhooks.
import { html, useState } from "../../lib/html.js";
import { get } from "../../lib/api.js";
import { useLoad } from "../../lib/load.js";
import { messageLink } from "../../lib/place.js";
import { oneLine, plain, providerTitle } from "../../lib/words.js";
import { Empty, instead } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { When } from "../../parts/when.js";

const DEAD = [
  { name: "When", cell: (/** @type {any} */ one) => html`<${When} at=${one.at} short />` },
  { name: "Why", cell: (/** @type {any} */ one) => html`<code>${oneLine(one.reason)}</code>${one.detail && html` <bdi>${oneLine(one.detail)}</bdi>`}` },
  { name: "Account", cell: (/** @type {any} */ one) => html`<bdi>${oneLine(one.account)}</bdi>` },
  { name: "What", cell: What },
];

/** What a dead letter is about. @param {any} one */
function What(one) {
  if (one.message_id) return html`<a href=${messageLink({ ...one, provider_message_id: one.message_id })}><code><bdi>${oneLine(one.message_id)}</bdi></code></a>`;
  return one.task === "sync" ? html`sync <code>${oneLine(one.sync_id)}</code>` : one.task ? plain(one.task) : "unreadable";
}

const SYNCS = [
  { name: "Started", cell: (/** @type {any} */ one) => html`<${When} at=${one.started_at} short />` },
  { name: "Account", cell: (/** @type {any} */ one) => html`<bdi>${oneLine(one.account)}</bdi>` },
  { name: "State", cell: (/** @type {any} */ one) => html`${plain(one.state)}${one.reason && html` <code>${oneLine(one.reason)}</code>`}` },
  { name: "Seen", cell: (/** @type {any} */ one) => (one.total ? `${one.seen} of ${one.total}` : one.seen) },
  { name: "New", cell: (/** @type {any} */ one) => one.new },
  { name: "Changed", cell: (/** @type {any} */ one) => one.changed },
];

const REJECTED = [
  { name: "When", cell: (/** @type {any} */ one) => html`<${When} at=${one.at} short />` },
  { name: "Account", cell: (/** @type {any} */ one) => html`<bdi>${oneLine(one.account)}</bdi>` },
  { name: "Why", cell: (/** @type {any} */ one) => plain(oneLine(one.reason)) },
  { name: "Bytes", cell: (/** @type {any} */ one) => one.bytes },
];

/** @param {{provider: string}} props */
export function Lists({ provider }) {
  const title = providerTitle(provider);
  return html`<${OnDemand} title=${`Dead letters of ${title}, and why they died`} path=${`providers/${provider}/dead-letters?limit=100`} what="dead letters"
      none="None: nothing waits to be brought back" caption="Dead letters, newest first" columns=${DEAD} of=${provider} />
    <${OnDemand} title=${`Latest syncs of ${title}`} path=${`providers/${provider}/sync`} what="syncs" none="None in the last 30 days" caption="The latest syncs, newest first" columns=${SYNCS} of=${provider} />
    <${OnDemand} title=${`Webhooks of ${title} that were refused`} path=${`webhooks/${provider}/rejected`} what="refused webhooks"
      none="None in the last 7 days" caption="A sample of what was refused in the last 7 days" columns=${REJECTED} of=${provider} />`;
}

/** @typedef {{path: string, what: string, none: string, caption: string, columns: any[], of: string}} Listed */

/** A list that is asked for once somebody opens it. @param {Listed & {title: string}} props */
function OnDemand({ title, ...listed }) {
  const [open, show] = useState(false);
  return html`<details onToggle=${(/** @type {any} */ event) => show(event.target.open)}><summary>${title}</summary>${open && html`<${List} ...${listed} />`}</details>`;
}

/** @param {Listed} props */
function List({ path, what, none, caption, columns, of }) {
  const loaded = useLoad(path, (signal) => get(path, { signal }));
  if (loaded.problem || !loaded.data) return instead(loaded, what);
  const { items, total } = loaded.data;
  if (!items.length) return html`<${Empty} title=${none} />`;
  return html`${total > items.length && html`<p class="quiet">${items.length} of about ${total}</p>`}
    <${Table} caption=${caption} columns=${columns} rows=${items.map((/** @type {any} */ one) => ({ provider: of, ...one }))} />`;
}
