// The first screen: one search box; below it what was found, or what needs attention and what is new.
import { html, useRef } from "../lib/html.js";
import { get, queryOf } from "../lib/api.js";
import { dayBefore, percent } from "../lib/figures.js";
import { useLoad } from "../lib/load.js";
import { go, link, messageLink } from "../lib/place.js";
import { providers, titled } from "../lib/providers.js";
import { before, today } from "../lib/time.js";
import { oneLine, providerTitle, standingOf } from "../lib/words.js";
import { MessageTable } from "../parts/message_table.js";
import { Empty, Loading, Problem, instead } from "../parts/states.js";
import { Mark } from "../parts/status.js";
import { Table } from "../parts/table.js";

const MANY = 100;
export const STUCK_SECONDS = 3600;

/** @param {{place: import("../lib/place.js").Place}} props */
export function Home({ place }) {
  const asked = place.private.get("q") || "";
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @param {SubmitEvent} event */
  const search = (event) => {
    event.preventDefault();
    go(link([], {}, { q: box.current?.value.trim() }));
  };
  return html`<h1 tabindex="-1" class=${asked ? "hidden" : ""}>What happened to this message?</h1>
    <form role="search" onSubmit=${search} class="search">
      <label for="q" class="hidden">A number, an e-mail address, or an id</label>
      <input ref=${box} id="q" type="search" key=${asked} defaultValue=${asked} placeholder="A number, an e-mail address, or an id" autocomplete="off" spellcheck="false" />
      <button class="main">Search</button>
    </form>
    ${asked ? html`<${Found} asked=${asked} />` : html`<${Attention} /><${Today} /><${Newest} />`}`;
}

const MATCHES = { message_id: "This message", address: "Messages to or from it", conversation: "Messages of this conversation", reference: "Messages with this reference" };

/** @param {{asked: string}} props */
function Found({ asked }) {
  const loaded = useLoad(asked, (signal) => titled(get(`search${queryOf({ q: asked, limit: 25 })}`, { signal })));
  const { data } = loaded;
  if (!data || loaded.problem) return instead(loaded, "what is stored");
  const groups = Object.entries(MATCHES).map(([match, title]) => ({ match, title, items: data.items.filter((/** @type {any} */ one) => one.match === match) }));
  return html`<p role="status">${data.items.length ? `${data.items.length} found for` : "Nothing is stored for"} <strong><bdi>${oneLine(asked)}</bdi></strong>.</p>
    ${groups.filter(({ items }) => items.length).map(({ match, title, items }) => html`<section key=${match}>
      <h2>${title}</h2>
      <${MessageTable} caption=${title} items=${items.map((/** @type {any} */ one) => one.message)} />
      ${data.more?.[match] && html`<p><a href=${moreLink(match, data.more[match], asked)}>All of them</a></p>`}
    </section>`)}
    ${!data.items.length && html`<${TryProviders} id=${asked} />`}`;
}

/** Where the rest of a kind of match is listed. @param {string} match @param {string} url of the API @param {string} asked */
function moreLink(match, url, asked) {
  const query = new URLSearchParams(url.split("?")[1] || "");
  return link(["messages"], {}, { [match]: query.get(match) || asked });
}

/** An id that is not stored may still be known to a provider: asking one is a click. @param {{id: string}} props */
function TryProviders({ id }) {
  const { data, problem, reload } = useLoad("providers", providers);
  if (problem) return html`<${Problem} problem=${problem} retry=${reload} />`;
  if (!data || /[@\s]/.test(id)) return html`<${Empty} title="Look at the spelling"><p>Numbers are found in any spelling, ids only whole.</p></${Empty}>`;
  return html`<section><h2>Is it the id of a message?</h2><p>A provider may know it though nothing is stored here. Ask one:</p>
    <ul class="choices">${data.items.flatMap((/** @type {any} */ item) => accounts(item).map((/** @type {string} */ account) =>
      html`<li><a class="button" href=${messageLink({ provider: item.provider, account, provider_message_id: id })}>${item.title}${account !== "default" && html` <small><bdi>${account}</bdi></small>`}</a></li>`))}</ul></section>`;
}

/** @param {any} item */
const accounts = (item) => (item.accounts.length ? item.accounts.map((/** @type {any} */ one) => one.account ?? one) : ["default"]);

/** @param {AbortSignal} signal */
async function attention(signal) {
  /** @param {Record<string, unknown>} filters */
  const list = (filters) => get(`messages${queryOf({ ...filters, limit: MANY, view: "summary" })}`, { signal });
  const [failed, stuck, discrepancies, standing, drift] = await Promise.all([
    list({ outcome: "failure", since: today() }), list({ outcome: "pending", until: before(STUCK_SECONDS) }), list({ discrepancy: true }),
    providers(), get("drift", { signal })]);
  return { failed, stuck, discrepancies, standing, drift };
}

/** @param {{items: any[], next_cursor: string | null}} page */
const count = (page) => `${page.items.length}${page.next_cursor ? "+" : ""}`;

function Attention() {
  const { data, problem, reload } = useLoad("attention", attention);
  if (problem) return html`<${Problem} problem=${problem} retry=${reload} />`;
  if (!data) return html`<section><h2>What needs attention</h2><${Loading} what="what needs attention" /></section>`;
  const cards = [...failures(data.failed), ...lists(data), ...standing(data.standing.items)];
  return html`<section><h2>What needs attention</h2>
    ${cards.length ? html`<ul class="cards">${cards}</ul>` : html`<p class="fine"><${Mark} kind="good" /> Nothing. No failures today, nothing stuck, all providers answer.</p>`}</section>`;
}

/** @param {{kind: string, figure: string | number, what: any, href: string}} props */
const Card = ({ kind, figure, what, href }) => html`<li><a class="card" href=${href}><${Mark} kind=${kind} /><strong>${figure}</strong> <span>${what}</span></a></li>`;

/** @param {any} page */
function failures(page) {
  const by = new Map();
  for (const { provider } of page.items) by.set(provider, (by.get(provider) || 0) + 1);
  return [...by].map(([provider, number]) => html`<${Card} kind="bad" figure=${page.next_cursor ? `${number}+` : number} what=${`failed today at ${providerTitle(provider)}`}
    href=${link(["messages"], { provider, outcome: "failure", since: today() })} />`);
}

/** @param {any} data */
function lists({ stuck, discrepancies, drift }) {
  const cards = [];
  if (stuck.items.length) cards.push(html`<${Card} kind="waiting" figure=${count(stuck)} what="on their way for more than an hour" href=${link(["stuck"])} />`);
  if (discrepancies.items.length) cards.push(html`<${Card} kind="unclear" figure=${count(discrepancies)} what="where a webhook and the API disagree" href=${link(["discrepancies"])} />`);
  if (drift.items.length) cards.push(html`<${Card} kind="unclear" figure=${drift.items.length} what="new things in providers' answers" href=${link(["drift"])} />`);
  return cards;
}

/** @param {any[]} items */
const standing = (items) => items.flatMap((item) => [
  item.state !== "ok" && html`<${Card} kind="bad" figure=${item.title} what=${standingOf(item.state).what} href=${link(["providers"])} />`,
  item.dead_letters_last_day > 0 && html`<${Card} kind="bad" figure=${item.dead_letters_last_day} what=${`tasks given up at ${item.title} in a day`} href=${link(["providers"])} />`,
].filter(Boolean));

const TODAY = [
  { name: "Provider", cell: (/** @type {any} */ row) => providerTitle(row.provider) },
  { name: "Sent", cell: (/** @type {any} */ row) => row.messages },
  { name: "Delivered", cell: (/** @type {any} */ row) => (row.delivery_rate ? `${row.delivered}, ${percent(row.delivery_rate)} of what is decided` : row.delivered) },
  { name: "Failed", cell: (/** @type {any} */ row) => row.failed },
  { name: "On its way", cell: (/** @type {any} */ row) => row.undecided },
];

function Today() {
  const day = dayBefore(0);
  const loaded = useLoad("today", (signal) => titled(get(`stats${queryOf({ from: day, to: day, direction: "outbound", group_by: "provider" })}`, { signal })));
  if (loaded.problem?.code === "forbidden") return null;
  return html`<section><h2>Today, in UTC</h2>
    ${instead(loaded, "today's figures") || (loaded.data.rows.length ? html`<${Table} caption="What was sent today, by provider" columns=${TODAY} rows=${loaded.data.rows} />` : html`<p class="quiet">Nothing that was sent today has been counted yet.</p>`)}
    <p><a href=${link(["stats"])}>Statistics</a></p></section>`;
}

function Newest() {
  const loaded = useLoad("newest", (signal) => titled(get(`messages${queryOf({ limit: 10, view: "summary" })}`, { signal })));
  return html`<section><h2>The newest messages</h2>
    ${instead(loaded, "messages") || (!loaded.data.items.length ? html`<${Empty} title="No message is stored yet"><p>One appears when it is looked up, when a provider's webhook tells of it, or when a <a href=${link(["providers"])}>sync</a> finds it.</p></${Empty}>`
      : html`<${MessageTable} caption="The newest messages" items=${loaded.data.items} /><p><a href=${link(["messages"])}>All messages</a></p>`)}</section>`;
}

