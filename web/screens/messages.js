// Lists of messages: with filters, and the two that need nobody to know a filter.
import { html } from "../lib/html.js";
import { get, queryOf } from "../lib/api.js";
import { useLoad } from "../lib/load.js";
import { go, link } from "../lib/place.js";
import { providers, titled } from "../lib/providers.js";
import { age, before, moment, span } from "../lib/time.js";
import { STATUSES, plain, when } from "../lib/words.js";
import { MessageTable } from "../parts/message_table.js";
import { Empty, Loading, Problem } from "../parts/states.js";
import { STUCK_SECONDS } from "./home.js";

/** Filters that stand in the query, and those that may name a person and stand in the fragment. */
const OPEN = ["provider", "account", "status", "outcome", "discrepancy", "since", "until", "limit"];
const HIDDEN = ["address", "contact", "conversation", "reference"];

/** @param {URLSearchParams} from @param {string[]} names */
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from.get(name) || ""]));

/** One page of a list, with a link to the next. @param {{filters: Record<string, string>, cursor: string | null, next: (cursor: string) => string, first: string, caption: string, extra?: any[], empty: any}} props */
function Page({ filters, cursor, next, first, caption, extra, empty }) {
  const query = queryOf({ limit: 25, ...filters, cursor, view: "summary" });
  const { data, problem, busy, reload } = useLoad(query, (signal) => titled(get(`messages${query}`, { signal })));
  if (problem) return html`<${Problem} problem=${problem} retry=${reload} />${cursor && html`<p><a href=${first}>To the first page</a></p>`}`;
  if (!data) return html`<${Loading} what="messages" />`;
  const more = data.next_cursor;
  return html`<p role="status" class="quiet">${busy ? "Loading …" : data.items.length ? `${data.items.length} ${data.items.length === 1 ? "message" : "messages"} on this page${more ? ", there are more" : ""}.` : ""}</p>
    ${data.items.length ? html`<${MessageTable} caption=${caption} items=${data.items} extra=${extra} />` : cursor ? html`<${Empty} title="Nothing more" />` : empty}
    <nav aria-label="Pages" class="pager">${cursor && html`<a class="button" href=${first}>First page</a>`} ${more && html`<a class="button" rel="next" href=${next(more)}>Next page</a>`}
      <button type="button" class="plain" onClick=${reload}>Load again</button></nav>`;
}

/** @param {{place: import("../lib/place.js").Place}} props */
export function Messages({ place }) {
  const open = pick(place.query, OPEN), hidden = pick(place.private, HIDDEN);
  const used = Object.values({ ...open, ...hidden }).some(Boolean);
  return html`<h1 tabindex="-1">Messages</h1>
    <${Filters} key=${place.key} open=${open} hidden=${hidden} />
    <${Page} filters=${{ ...open, ...hidden }} cursor=${place.private.get("cursor")} caption="Messages, newest first" first=${link(["messages"], open, hidden)}
      next=${(/** @type {string} */ cursor) => link(["messages"], open, { ...hidden, cursor })}
      empty=${html`<${Empty} title=${used ? "No message fits these filters" : "No message is stored yet"}>${used && html`<p><a href=${link(["messages"])}>Take the filters away</a></p>`}</${Empty}>`} />`;
}

const OUTCOMES = { pending: "On its way", success: "Arrived", failure: "Failed", uncertain: "Uncertain" };
const NAMED = { address: "Address", contact: "Contact", conversation: "Conversation", reference: "Reference" };

/** @param {{open: Record<string, string>, hidden: Record<string, string>}} props */
function Filters({ open, hidden }) {
  const { data } = useLoad("providers", providers);
  const named = HIDDEN.find((name) => hidden[name]) || "address";
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target))));
    const { by, named: value, ...rest } = form;
    const filters = value.trim() ? { since: at(rest.since), until: at(rest.until) } : { ...rest, since: at(rest.since), until: at(rest.until) };
    go(link(["messages"], { ...filters, limit: open.limit }, value.trim() ? { [by]: value.trim() } : {}));
  };
  const names = data?.items.map((/** @type {any} */ item) => [item.provider, item.title]) || (open.provider ? [[open.provider, plain(open.provider)]] : []);
  const used = [...Object.values(open), ...Object.values(hidden)].some(Boolean);
  return html`<details class="card" open=${used || matchMedia("(min-width: 46rem)").matches}><summary>Filters</summary><form class="filters" onSubmit=${submit} aria-label="Filters">
    <div><label for="by">Of</label><span class="joined"><${Choice} id="by" value=${named} choices=${Object.entries(NAMED)} /><input name="named" aria-label="Whose messages" defaultValue=${hidden[named]} autocomplete="off" spellcheck="false" /></span></div>
    <div><label for="provider">Provider</label><${Choice} id="provider" value=${open.provider} choices=${[["", "All"], ...names]} /></div>
    <div><label for="account">Account</label><input id="account" name="account" defaultValue=${open.account} size="10" /></div>
    <div><label for="outcome">Outcome</label><${Choice} id="outcome" value=${open.outcome} choices=${[["", "Any"], ...Object.entries(OUTCOMES)]} /></div>
    <div><label for="status">Status</label><${Choice} id="status" value=${open.status} choices=${[["", "Any"], ...(open.status.includes(",") ? [[open.status, open.status.replaceAll(",", " or ")]] : []), ...Object.entries(STATUSES).map(([status, [name]]) => [status, name])]} /></div>
    <div><label for="since">From</label><input id="since" name="since" type="datetime-local" defaultValue=${local(open.since)} /></div>
    <div><label for="until">Until</label><input id="until" name="until" type="datetime-local" defaultValue=${local(open.until)} /></div>
    <button class="main">Show</button>
  </form></details>`;
}

/** @param {{id: string, value: string, choices: string[][]}} props */
const Choice = ({ id, value, choices }) => html`<select id=${id} name=${id} key=${choices.length}>${choices.map(([own, name]) => html`<option value=${own} selected=${own === value}>${name}</option>`)}</select>`;

/** A time of the form, which is in the reader's zone, as the API takes it. @param {string} text */
const at = (text) => moment(text)?.toISOString() || "";
/** @param {string} text */
function local(text) {
  const date = moment(text);
  return date ? new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
}

const WAITED = { name: "Waiting for", cell: (/** @type {any} */ message) => { const date = moment(when(message)); return date ? span(age(date)) : ""; } };

/** @param {{place: import("../lib/place.js").Place}} props */
export function Stuck({ place }) {
  const provider = place.query.get("provider") || "";
  const until = place.query.get("until") || before(STUCK_SECONDS);
  return html`<h1 tabindex="-1">Stuck messages</h1>
    <p class="lead">On their way for more than an hour. A message here may still arrive: open it to see when we look again, or ask its provider now.</p>
    <${Page} filters=${{ provider, outcome: "pending", until }} cursor=${place.private.get("cursor")} caption="Stuck messages, newest first" extra=${[WAITED]} first=${link(["stuck"], { provider })}
      next=${(/** @type {string} */ cursor) => link(["stuck"], { provider, until }, { cursor })}
      empty=${html`<${Empty} title="Nothing is stuck"><p>Every message of more than an hour ago has come to an end.</p></${Empty}>`} />`;
}

/** @param {{place: import("../lib/place.js").Place}} props */
export function Discrepancies({ place }) {
  return html`<h1 tabindex="-1">Discrepancies</h1>
    <p class="lead">A webhook said one thing and the provider's API says another. Open a message to see both side by side.</p>
    <${Page} filters=${{ discrepancy: "true" }} cursor=${place.private.get("cursor")} caption="Messages with a discrepancy, newest first" first=${link(["discrepancies"])}
      next=${(/** @type {string} */ cursor) => link(["discrepancies"], {}, { cursor })}
      empty=${html`<${Empty} title="No discrepancies"><p>What webhooks said and what the providers' APIs say is the same.</p></${Empty}>`} />`;
}
