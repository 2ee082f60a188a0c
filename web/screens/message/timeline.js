// How we know: the evidence in words, every status with its source and times, and what webhook and API say side by side.
import { html } from "../../lib/html.js";
import { moment, span } from "../../lib/time.js";
import { oneLine, via } from "../../lib/words.js";
import { Banner } from "../../parts/states.js";
import { Status } from "../../parts/status.js";
import { Table } from "../../parts/table.js";
import { When } from "../../parts/when.js";

/** How much later we knew than it happened. @param {any} event */
function lag(event) {
  const happened = moment(event.occurred_at), known = moment(event.observed_at);
  return happened && known ? span((known.getTime() - happened.getTime()) / 1000) : "";
}

const COLUMNS = [
  { name: "Status", cell: (/** @type {any} */ event) => html`<${Status} status=${event.status} native=${oneLine(event.status_native)} />` },
  { name: "Happened", cell: (/** @type {any} */ event) => html`<${When} at=${event.occurred_at} empty="not told" />` },
  { name: "We knew", cell: (/** @type {any} */ event) => html`<${When} at=${event.observed_at} />` },
  { name: "Lag", cell: lag },
  { name: "Learned by", cell: (/** @type {any} */ event) => oneLine(via(event.via)) },
  { name: "Confirmed", cell: (/** @type {any} */ event) => (event.confirmed ? html`yes${event.confirmed_at && html`, <${When} at=${event.confirmed_at} />`}` : "not by the API") },
];

/** @param {{data: any}} props */
export function Timeline({ data: { events, explanation } }) {
  const epochs = [...new Set(events.map((/** @type {any} */ event) => event.epoch))].sort((a, b) => b - a);
  return html`${explanation.because.length > 0 && html`<section><h2>How we know</h2>
      <ol class="because">${explanation.because.map((/** @type {any} */ one) => html`<li><bdi>${oneLine(one.text)}</bdi></li>`)}</ol></section>`}
    <${BothSides} events=${events} />
    <section><h2>Every status it was seen at</h2>
      ${epochs.map((epoch) => html`${epochs.length > 1 && html`<h3>Attempt ${epoch + 1}</h3>`}
        <${Table} caption=${`Statuses of attempt ${epoch + 1}, oldest first`} columns=${COLUMNS} rows=${events.filter((/** @type {any} */ event) => event.epoch === epoch)} />`)}
    </section>`;
}

/** @param {any[]} events @returns {any} the one that was observed last */
const last = (events) => events.reduce((latest, event) => (!latest || event.observed_at >= latest.observed_at ? event : latest), null);

/** @param {{events: any[]}} props */
function BothSides({ events }) {
  const told = last(events.filter((event) => event.via === "webhook"));
  const answered = last(events.filter((event) => event.via !== "webhook" || event.confirmed));
  if (!told) return null;
  const agree = answered && answered.status === told.status;
  return html`<section><h2>What the webhook said, what the API says</h2>
    ${answered && !agree && html`<${Banner} kind="warn" title="They disagree.">Until the provider's API confirms it, treat the webhook's word with care.</${Banner}>`}
    <div class="sides">
      <div class="card"><h3>The webhook said</h3><${Side} event=${told} at=${told.observed_at} /></div>
      <div class="card"><h3>The API says</h3>${answered ? html`<${Side} event=${answered} at=${answered.confirmed_at || answered.observed_at} />` : html`<p class="quiet">It has not been asked since.</p>`}</div>
    </div></section>`;
}

/** @param {{event: any, at: string}} props */
const Side = ({ event, at }) => html`<p><${Status} status=${event.status} native=${oneLine(event.status_native)} /></p><p class="quiet">at <${When} at=${at} /></p>`;
