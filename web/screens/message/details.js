// Parties, cost, references and what else is known.
import { html } from "../../lib/html.js";
import { link } from "../../lib/place.js";
import { oneLine, partyText, plain } from "../../lib/words.js";
import { Facts, Table } from "../../parts/table.js";
import { When } from "../../parts/when.js";
import { bdi } from "./content.js";

const LISTS = { to: "To", cc: "Cc", bcc: "Bcc", reply_to: "Reply to" };
const PARTIES = [
  { name: "Role", cell: (/** @type {any} */ one) => one.role },
  { name: "Address", cell: (/** @type {any} */ one) => (one.address ? html`<a href=${link(["messages"], {}, { address: one.address })}>${bdi(one.address)}</a>` : bdi(partyText(one))) },
  { name: "As written", cell: (/** @type {any} */ one) => bdi(one.address_raw) },
  { name: "Name", cell: (/** @type {any} */ one) => bdi(one.name) },
  { name: "Contact", cell: (/** @type {any} */ one) => one.contact_id && html`<a href=${link(["messages"], {}, { contact: one.contact_id })}>${bdi(one.contact_id)}</a>` },
];
const REFERENCES = [
  { name: "Kind", cell: (/** @type {any} */ one) => bdi(plain(one.type)) },
  { name: "Value", cell: (/** @type {any} */ one) => html`<a href=${link(["messages"], {}, { reference: one.value })}>${bdi(one.value)}</a>` },
];
const DRIFT = [
  { name: "Where", cell: (/** @type {any} */ one) => html`<code>${bdi(one.path)}</code>` },
  { name: "What", cell: (/** @type {any} */ one) => bdi(plain(one.problem)) },
  { name: "Value", cell: (/** @type {any} */ one) => bdi(one.value) },
];

/** @param {any} message */
function parties(message) {
  const rows = message.from ? [{ role: "From", ...message.from }] : [];
  for (const [list, role] of Object.entries(LISTS)) rows.push(...message[list].map((/** @type {any} */ one) => ({ role, ...one })));
  return rows;
}

/** @param {{message: any}} props */
export function Details({ message }) {
  const people = parties(message);
  const { billing, attempts, conversation, call, origin, labels, provenance, upstream, failure } = message;
  return html`<section>
    <h2>Who</h2>${people.length ? html`<${Table} caption="Parties" columns=${PARTIES} rows=${people} />` : html`<p class="quiet">No party is known.</p>`}
    <h2>When</h2><${Facts} facts=${Object.entries(message.timestamps).map(([name, at]) => [plain(name), at && html`<${When} at=${at} />`])} />
    ${failure && html`<h2>Why it failed</h2><${Facts} facts=${[["Category", plain(failure.category)], ["Lasting", plain(failure.permanence)], ["The provider's code", bdi(failure.native_code)], ["The provider's words", bdi(failure.message)]]} />`}
    <h2>Cost</h2><${Facts} facts=${[...billing.lines.map((/** @type {any} */ one) => [plain(one.kind || "amount"), html`${oneLine(one.amount)} ${bdi(one.unit)}`]), ["Segments", billing.segments], ["Characters", billing.length],
      ["Billable", billing.billable === null ? "" : billing.billable ? "yes" : "no"], ["Category", bdi(billing.category)]]} />
    ${message.references.length > 0 && html`<h2>References</h2><${Table} caption="References" columns=${REFERENCES} rows=${message.references} />`}
    <h2>More</h2><${Facts} facts=${[
      ["Conversation", conversation.id && html`<a href=${link(["messages"], {}, { conversation: conversation.id })}>${bdi(conversation.id)}</a>`], ["Thread", bdi(conversation.thread_id)],
      ["The provider's word", bdi(message.status_native)], ["Its reason", bdi(message.status_reason)], ["The provider's channel", bdi(message.channel_native)], ["Kind", plain(message.kind)],
      ["Attempts", attempts.count], ["Retries", attempts.retries], ["Call", call && bdi([call.outcome, call.duration_seconds !== null && `${call.duration_seconds} s`].filter(Boolean).join(", "))],
      ["Sent by", bdi(origin.source || origin.created_by || origin.user_id)], ["Automated", origin.automated && "yes"], ["A test", origin.test && "yes"],
      ["Tags", bdi(labels.tags.join(", "))], ["Carrier's message", bdi(upstream.message_id)], ["Carrier's status", bdi(upstream.status)],
      ["Learned by", plain(provenance.via)], ["Fetched", html`<${When} at=${provenance.fetched_at} />`], ["Read with", bdi(provenance.mapping)], ["Id", html`<code>${bdi(message.id)}</code>`],
    ]} />
    ${provenance.drift.length > 0 && html`<h2>What our tables don't know</h2><${Table} caption="Drift" columns=${DRIFT} rows=${provenance.drift} />`}
    ${Object.keys(message.extensions).length > 0 && html`<h2>All other fields of the provider's answer</h2><pre class="text" tabindex="0" role="group" aria-label="Other fields">${JSON.stringify(message.extensions, null, 2)}</pre>`}
  </section>`;
}
