// What was sent of a message, and to whom.
import { html } from "../../lib/html.js";
import { get, queryOf } from "../../lib/api.js";
import { useLoad } from "../../lib/load.js";
import { link } from "../../lib/place.js";
import { Empty, instead } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { DELIVERY } from "../endpoints.js";

const COLUMNS = [{ name: "To", cell: (/** @type {any} */ one) => html`<a href=${link(["endpoints", one.endpoint])}><bdi>${one.endpoint}</bdi></a>` }, ...DELIVERY];

/** The attempts of every endpoint, the newest first. @param {string} subject @param {AbortSignal} signal */
async function sent(subject, signal) {
  const { items } = await get("endpoints", { signal });
  const found = await Promise.all(items.map(async (/** @type {any} */ { name }) => {
    const page = await get(`endpoints/${encodeURIComponent(name)}/deliveries${queryOf({ subject })}`, { signal });
    return page.items.map((/** @type {any} */ one) => ({ ...one, endpoint: name }));
  }));
  return found.flat().sort((one, other) => (one.at < other.at ? 1 : -1));
}

/** @param {{message: any}} props */
export function SentOut({ message }) {
  const loaded = useLoad(`sent/${message.id}`, (signal) => sent(message.id, signal));
  return html`<section>${instead(loaded, "what was sent") || (!loaded.data?.length ? html`<${Empty} title="Nothing of it was sent in the last 30 days"><p><a href=${link(["endpoints"])}>To the endpoints</a></p></${Empty}>`
    : html`<${Table} caption="Attempts at sending its changes" columns=${COLUMNS} rows=${loaded.data} />`)}</section>`;
}
