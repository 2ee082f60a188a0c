// Endpoints that changes go out to: how they fare, and what was sent to one of them.
import { html, useState } from "../lib/html.js";
import { get, post, queryOf } from "../lib/api.js";
import { asProblem, useLoad } from "../lib/load.js";
import { go, link } from "../lib/place.js";
import { moment } from "../lib/time.js";
import { oneLine, plain } from "../lib/words.js";
import { Dialog } from "../parts/dialog.js";
import { Banner, Empty, Problem, instead } from "../parts/states.js";
import { Mark } from "../parts/status.js";
import { Facts, Table } from "../parts/table.js";
import { When } from "../parts/when.js";

/** @typedef {import("../lib/place.js").Place} Place */

const SHORT = "message_detail.";
const STATES = { "": "All attempts", delivered: "Delivered", failed: "Failed", waiting: "Waiting" };
const LOOKS = { delivered: ["Delivered", "good"], failed: ["Failed", "bad"], waiting: ["Waiting", "waiting"] };

/** @param {string} type */
const typeOf = (type) => plain(type.replace(SHORT, "").replace(".", " "));
/** @param {string} name @param {string} action */
const actionOf = (name, action) => `endpoints/${encodeURIComponent(name)}/${action}`;

/** @param {{item: any}} props */
function State({ item }) {
  const bad = !item.host, paused = item.state === "paused";
  return html`<span class="status ${bad || paused ? "bad" : "good"}"><${Mark} kind=${bad || paused ? "bad" : "good"} />${bad ? "Can't be used" : paused ? "Paused" : "On"}</span>${item.reason && html` <small><bdi>${oneLine(item.reason)}</bdi></small>`}`;
}

const ENDPOINTS = [
  { name: "Endpoint", cell: (/** @type {any} */ one) => html`<a class="row" href=${link(["endpoints", one.name])}><bdi>${one.name}</bdi></a>` },
  { name: "Host", cell: (/** @type {any} */ one) => html`<bdi>${one.host}</bdi>` },
  { name: "State", cell: (/** @type {any} */ one) => html`<${State} item=${one} />` },
  { name: "Waiting", cell: (/** @type {any} */ one) => one.waiting },
  { name: "Last taken", cell: (/** @type {any} */ one) => html`<${When} at=${one.last_success} short empty="never" />` },
  { name: "Last failure", cell: (/** @type {any} */ one) => html`<${When} at=${one.last_error_at} short empty="none" />${one.last_error && html`<br /><small><bdi>${oneLine(one.last_error)}</bdi></small>`}` },
];

/** @param {{place: Place, me: any}} props */
export function Endpoints({ place, me }) {
  const loaded = useLoad("endpoints", (signal) => get("endpoints", { signal }));
  const name = place.path[1];
  if (!name) return html`<h1 tabindex="-1">Endpoints</h1>
    <p class="lead">Every change of a stored message is sent to these receivers, signed. Who may write secrets sets them up.</p>
    ${instead(loaded, "the endpoints") || (!loaded.data.items.length ? html`<${Empty} title="No endpoints"><p>Make one with <code>message-detail endpoints put</code>.</p></${Empty}>`
      : html`<${Table} caption="Endpoints" columns=${ENDPOINTS} rows=${loaded.data.items} />`)}`;
  const item = loaded.data?.items.find((/** @type {any} */ one) => one.name === name);
  return html`<p class="over"><a href=${link(["endpoints"])}>Endpoints</a></p><h1 tabindex="-1"><bdi>${name}</bdi></h1>
    ${instead(loaded, "the endpoint") || (item ? html`<${Endpoint} item=${item} place=${place} me=${me} reload=${loaded.reload} />`
      : html`<${Empty} title="There is no endpoint of this name"><p><a href=${link(["endpoints"])}>To all endpoints</a></p></${Empty}>`)}`;
}

/** @param {any} words */
const told = (words) => (words ? words.map((/** @type {string} */ word) => word.replace(SHORT, "")).join(", ") : "all");

/** @param {{item: any, place: Place, me: any, reload: () => void}} props */
function Endpoint({ item, place, me, reload }) {
  const acts = me?.scopes.includes("write");
  return html`<section class="card">
    <p><${State} item=${item} /></p>
    <${Facts} facts=${[["Host", html`<bdi>${item.host}</bdi>`], ["Waiting", item.waiting], ["Last taken", item.last_success && html`<${When} at=${item.last_success} />`],
      ["Last failure", item.last_error && html`<bdi>${oneLine(item.last_error)}</bdi>, <${When} at=${item.last_error_at} />`],
      ["Types", told(item.types)], ["Providers", told(item.providers)], ["Accounts", told(item.accounts)], ["Channels", told(item.channels)], ["Outcomes", told(item.outcomes)],
      ["Sends", item.include === "full" ? "the whole message" : item.include && "neither addresses nor texts"], ["Of each message", item.mode === "latest" ? "the latest event only" : item.mode && "every event"]]} />
    ${acts ? html`<${Actions} item=${item} reload=${reload} />` : me && html`<p class="quiet">You can look. To pause, resume, test or send again, sign out and in again with “I want to act, too”, with a key that has the scope <code>write</code>.</p>`}
  </section>
  <${Deliveries} name=${item.name} place=${place} acts=${acts} />`;
}

/** @param {{item: any, reload: () => void}} props */
function Actions({ item, reload }) {
  const [said, say] = useState(/** @type {any} */ (null));
  const [asking, ask] = useState("");
  const paused = item.state === "paused";
  /** @param {string} action @param {(answer: any) => any} what */
  const act = async (action, what) => {
    say(null);
    try {
      say(what(await post(actionOf(item.name, action), {})));
      reload();
    } catch (error) {
      say(html`<${Problem} problem=${asProblem(error)} />`);
    }
  };
  /** @param {any} answer */
  const tested = (answer) => html`<${Banner} kind=${answer.delivered ? "info" : "bad"} title=${answer.delivered ? "The receiver took the test." : "The receiver did not take the test."}>
    ${answer.status_code && `It answered ${answer.status_code}`}${answer.error && !answer.status_code && html`<bdi>${oneLine(answer.error)}</bdi>`} after ${answer.milliseconds} ms.</${Banner}>`;
  return html`${said}<p class="actions">
      <button type="button" onClick=${() => act("test", tested)}>Test</button>
      ${paused ? html` <button type="button" class="main" onClick=${() => act("resume", () => html`<${Banner} title="It is resumed: what waited goes out." />`)}>Resume</button>`
        : html` <button type="button" onClick=${() => act("pause", () => html`<${Banner} title="It is paused: what comes waits." />`)}>Pause</button>`}
      <button type="button" onClick=${() => ask("replay")}>Send again …</button></p>
    ${asking && html`<${Replay} name=${item.name} close=${() => ask("")} done=${(/** @type {number} */ count) => { ask(""); say(html`<${Banner} title=${`${count} events are queued to be sent again.`} />`); }} />`}`;
}

/** Counts first. @param {{name: string, close: () => void, done: (count: number) => void}} props */
function Replay({ name, close, done }) {
  const [counted, count] = useState(/** @type {{body: any, events: number} | null} */ (null));
  const [problem, fail] = useState(/** @type {any} */ (null));
  /** @param {any} body @param {(answer: any) => void} then */
  const ask = async (body, then) => {
    fail(null);
    try {
      then(await post(actionOf(name, "replay"), body));
    } catch (error) {
      fail(asProblem(error));
    }
  };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target))));
    const since = moment(form.since)?.toISOString(), until = moment(form.until)?.toISOString();
    const body = { since, status: form.which, ...(until && { until }) };
    ask({ ...body, dry_run: true }, ({ events }) => count({ body, events }));
  };
  return html`<${Dialog} title="Send events again" close=${close}>
    <p>Under the same ids as before, so that the receiver knows them.</p>
    ${problem && html`<${Problem} problem=${problem} />`}
    ${counted ? html`<p role="status"><strong>${counted.events}</strong> events would be sent again.</p>
      <p class="actions">${counted.events > 0 && html`<button type="button" class="main" onClick=${() => ask(counted.body, ({ events }) => done(events))}>Send ${counted.events} again</button> `}<button type="button" onClick=${close}>Close</button></p>`
      : html`<form onSubmit=${submit}><label for="which">Which</label><select id="which" name="which"><option value="failed">Those that were never taken</option><option value="all">All</option></select>
        <label for="from">That happened from</label><input id="from" name="since" type="datetime-local" required />
        <label for="to">Until (empty: now)</label><input id="to" name="until" type="datetime-local" />
        <p class="actions"><button class="main">Count them</button> <button type="button" onClick=${close}>Cancel</button></p></form>`}</${Dialog}>`;
}

/** @param {{status: string}} props */
function Ended({ status }) {
  const [name, kind] = LOOKS[/** @type {keyof typeof LOOKS} */ (status)] || [plain(status), "unclear"];
  return html`<span class="status ${kind}"><${Mark} kind=${/** @type {any} */ (kind)} />${name}</span>`;
}

/** A subject that is a message leads to it. @param {string} subject */
function subjectLink(subject) {
  const [provider, account, ...id] = subject.split(":");
  if (id.length === 0 || provider === "account") return html`<bdi>${oneLine(subject)}</bdi>`;
  return html`<a href=${link(["messages", provider, id.join(":")], { account: account === "default" ? "" : account })}><bdi>${oneLine(id.join(":"))}</bdi></a>`;
}

/** An attempt, wherever it is listed. */
export const DELIVERY = [
  { name: "When", cell: (/** @type {any} */ one) => html`<${When} at=${one.at || one.time} short />` },
  { name: "How it ended", cell: (/** @type {any} */ one) => html`<${Ended} status=${one.status} />${one.error && html`<br /><small><bdi>${oneLine(one.error)}</bdi></small>`}` },
  { name: "Event", cell: (/** @type {any} */ one) => html`${typeOf(one.type)}<br /><small><code>${oneLine(one.event_id)}</code></small>` },
  { name: "Try", cell: (/** @type {any} */ one) => one.attempt },
  { name: "Took", cell: (/** @type {any} */ one) => one.milliseconds !== null && `${one.milliseconds} ms` },
  { name: "Next", cell: (/** @type {any} */ one) => html`<${When} at=${one.next_at} short />` },
];

const COLUMNS = [DELIVERY[0], { name: "About", cell: (/** @type {any} */ one) => subjectLink(one.subject) }, ...DELIVERY.slice(1)];

/** @param {{name: string, place: Place, acts: boolean}} props */
function Deliveries({ name, place, acts }) {
  const status = place.query.get("status") || "", cursor = place.query.get("cursor") || "";
  const asked = queryOf({ status, cursor });
  const loaded = useLoad(`${name}/${asked}`, (signal) => get(actionOf(name, `deliveries${asked}`), { signal }));
  const [said, say] = useState(/** @type {any} */ (null));
  /** @param {string} event */
  const again = async (event) => {
    try {
      await post(actionOf(name, "replay"), { event_id: event });
      say(html`<${Banner} title="The event is queued to be sent again." />`);
      loaded.reload();
    } catch (error) {
      say(html`<${Problem} problem=${asProblem(error)} />`);
    }
  };
  const columns = acts ? [...COLUMNS, { name: "Again", cell: (/** @type {any} */ one) => html`<button type="button" class="plain" onClick=${() => again(one.event_id)}>Send again<span class="hidden"> ${oneLine(one.event_id)}</span></button>` }] : COLUMNS;
  return html`<h2>What was sent</h2>
    <nav class="tabs" aria-label="Deliveries"><ul>${Object.entries(STATES).map(([key, title]) => html`<li><a href=${link(["endpoints", name], { status: key })} aria-current=${key === status ? "page" : null}>${title}</a></li>`)}</ul></nav>
    ${said}
    ${instead(loaded, "deliveries") || (!loaded.data.items.length ? html`<${Empty} title=${status === "waiting" ? "Nothing waits" : "Nothing of the last 30 days"} />`
      : html`<${Table} caption="Deliveries" columns=${columns} rows=${loaded.data.items} />
        ${loaded.data.next_cursor && html`<p class="actions"><button type="button" onClick=${() => go(link(["endpoints", name], { status, cursor: loaded.data.next_cursor }))}>Older ones</button></p>`}`)}`;
}
