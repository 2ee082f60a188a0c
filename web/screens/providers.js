// How the providers' accounts fare, and what can be done about it.
import { html, useEffect, useState } from "../lib/html.js";
import { get, post } from "../lib/api.js";
import { asProblem, useLoad } from "../lib/load.js";
import { go, link } from "../lib/place.js";
import { providers } from "../lib/providers.js";
import { moment } from "../lib/time.js";
import { oneLine, standingOf } from "../lib/words.js";
import { Copy } from "../parts/copy.js";
import { Dialog } from "../parts/dialog.js";
import { Banner, Problem, instead } from "../parts/states.js";
import { Mark } from "../parts/status.js";
import { Facts, Table } from "../parts/table.js";
import { When } from "../parts/when.js";
import { Lists } from "./providers/lists.js";

/** @param {{state: string}} props */
function State({ state }) {
  const { name, kind } = standingOf(state);
  return html`<span class="status ${kind}"><${Mark} kind=${kind} />${name}</span>`;
}

/** When the last webhook came and how many in a day, and the last that was refused. @param {{facts: any}} props */
function Webhooks({ facts }) {
  if (!facts?.last_received && !facts?.last_refused) return html`<span class="quiet">none came</span>`;
  return html`<${When} at=${facts.last_received} short empty="none came" />${facts.received_last_day > 0 && html` <small>${facts.received_last_day} in a day</small>`}
    ${facts.last_refused && html`<br /><small>refused: <${When} at=${facts.last_refused} short /> <code>${oneLine(facts.refused_reason)}</code>${facts.refused_last_day > 0 && html`, ${facts.refused_last_day} in a day`}</small>`}`;
}

const ACCOUNTS = [
  { name: "Account", cell: (/** @type {any} */ one) => html`<bdi>${one.account}</bdi>` },
  { name: "State", cell: (/** @type {any} */ one) => html`<${State} state=${one.state} />${one.cooling_down_until && html` <small>until <${When} at=${one.cooling_down_until} /></small>`}` },
  { name: "Last answered", cell: (/** @type {any} */ one) => html`<${When} at=${one.last_success} short empty="never" />` },
  { name: "Webhooks", cell: (/** @type {any} */ one) => html`<${Webhooks} facts=${one.webhook} />` },
  { name: "Last error", cell: (/** @type {any} */ one) => html`<${When} at=${one.last_error} short empty="none" />${one.last_error_code && html` <code>${oneLine(one.last_error_code)}</code>`}${one.last_error_detail && html`<br /><small><bdi>${oneLine(one.last_error_detail)}</bdi></small>`}` },
];

/** @param {{place: import("../lib/place.js").Place, me: any}} props */
export function Providers({ place, me }) {
  const loaded = useLoad("providers", providers);
  const acts = me?.scopes.includes("write");
  return html`<h1 tabindex="-1">Providers</h1>
    ${me && !acts && html`<p class="quiet">You can look. To sync or to bring back dead letters, sign out and in again with “I want to act, too”, with a key that has the scope <code>write</code>.</p>`}
    ${instead(loaded, "the providers")
      || loaded.data.items.map((/** @type {any} */ item) => html`<${Provider} key=${item.provider} item=${item} acts=${acts} place=${place} reload=${loaded.reload} />`)}`;
}

/** @param {{item: any, acts: boolean, place: import("../lib/place.js").Place, reload: () => void}} props */
function Provider({ item, acts, place, reload }) {
  const [open, ask] = useState("");
  const [said, say] = useState(/** @type {any} */ (null));
  const close = () => ask("");
  const path = item.webhook?.path;
  const running = place.query.get("provider") === item.provider ? place.query.get("sync") : null;
  /** @param {any} what */
  const done = (what) => { close(); say(what); reload(); };
  return html`<section class="card provider">
    <h2>${item.title} <${State} state=${item.state} /></h2>
    ${item.accounts.length ? html`<${Table} caption=${`Accounts of ${item.title}`} columns=${ACCOUNTS} rows=${item.accounts} />` : html`<p class="quiet">None of its accounts has been used yet.</p>`}
    <${Facts} facts=${[
      ["Webhooks go to", path && html`<code>${location.origin}${path}</code> <${Copy} text=${location.origin + path}>Copy</${Copy}>`],
      ["Given up in a day", item.dead_letters_last_day > 0 && `${item.dead_letters_last_day} tasks`],
      ["Drift in a day", item.drift_last_day > 0 && html`<a href=${link(["drift"])}>${item.drift_last_day}</a>`],
    ]} />
    ${said}
    ${running && html`<${SyncProgress} provider=${item.provider} id=${running} />`}
    <p class="actions"><a class="button" href=${link(["messages"], { provider: item.provider })}>Its messages</a> <a class="button" href=${link(["stuck"], { provider: item.provider })}>Stuck ones</a>
      ${acts && item.list && html` <button type="button" onClick=${() => ask("sync")}>Sync …</button>`}
      ${acts && html` <button type="button" onClick=${() => ask("redrive")}>Dead letters …</button>`}</p>
    <${Lists} provider=${item.provider} />
    ${open === "sync" && html`<${Sync} item=${item} close=${close} />`}
    ${open === "redrive" && html`<${Redrive} item=${item} close=${close} done=${done} />`}
  </section>`;
}

/** @param {{item: any}} props */
const AccountChoice = ({ item }) => html`<label for="of">Account</label><select id="of" name="account">${(item.accounts.length ? item.accounts : [{ account: "default" }]).map((/** @type {any} */ one) => html`<option>${one.account}</option>`)}</select>`;

/** @param {{item: any, close: () => void}} props */
function Sync({ item, close }) {
  const [problem, fail] = useState(/** @type {any} */ (null));
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const form = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target))));
    const times = Object.fromEntries(["since", "until"].flatMap((name) => (moment(form[name]) ? [[name, moment(form[name])?.toISOString()]] : [])));
    try {
      const { sync_id } = await post(`providers/${item.provider}/sync`, { account: form.account, ...times });
      close();
      go(link(["providers"], { provider: item.provider, sync: sync_id }));
    } catch (error) {
      fail(asProblem(error));
    }
  };
  return html`<${Dialog} title=${`Sync ${item.title}`} close=${close}>
    <p>Reads the provider's list of messages, page by page, and stores each. Nothing is sent.</p>
    ${problem && html`<${Problem} problem=${problem} />`}
    <form onSubmit=${submit}><${AccountChoice} item=${item} />
      <label for="from">From (empty: as far as the list goes)</label><input id="from" name="since" type="datetime-local" />
      <label for="to">Until</label><input id="to" name="until" type="datetime-local" />
      <p class="actions"><button class="main">Start</button> <button type="button" onClick=${close}>Cancel</button></p></form></${Dialog}>`;
}

/** @param {{provider: string, id: string}} props */
function SyncProgress({ provider, id }) {
  const loaded = useLoad(`${provider}/${id}`, (signal) => get(`providers/${provider}/sync/${encodeURIComponent(id)}`, { signal }));
  const { data, reload } = loaded;
  const running = data?.state === "running";
  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(reload, 1000);
    return () => clearTimeout(timer);
  });
  if (!data || loaded.problem) return instead(loaded, "how far the sync is");
  const title = { running: "The sync is running.", done: "The sync is done.", failed: "The sync has failed." }[/** @type {"running"} */ (data.state)];
  return html`<${Banner} kind=${data.state === "failed" ? "bad" : "info"} title=${title}>
    ${running && html`<progress max=${data.total || 1} value=${data.total ? data.seen : null} aria-label="Messages seen"></progress>`}
    ${data.seen}${data.total ? ` of ${data.total}` : ""} seen, ${data.new} new, ${data.changed} changed${data.skipped ? `, ${data.skipped} skipped` : ""}${data.reason ? html`; reason <code>${oneLine(data.reason)}</code>` : ""}.</${Banner}>`;
}

/** @param {Record<string, number>} reasons */
const Reasons = (reasons) => html`<ul>${Object.entries(reasons).map(([reason, number]) => html`<li>${number} × <code>${oneLine(reason)}</code></li>`)}</ul>`;

/** @param {{item: any, close: () => void, done: (what: any) => void}} props */
function Redrive({ item, close, done }) {
  const loaded = useLoad(`dead/${item.provider}`, (signal) => get(`providers/${item.provider}/dead-letters?limit=100`, { signal }));
  const { data, problem } = loaded;
  const [failed, fail] = useState(/** @type {any} */ (null));
  const move = async () => {
    try {
      const moved = await post(`providers/${item.provider}/redrive`, {});
      done(html`<${Banner} title=${`${moved.moved} dead letters are back in the queue.`}>${Reasons(moved.reasons)}</${Banner}>`);
    } catch (error) {
      fail(asProblem(error));
    }
  };
  const reasons = /** @type {Record<string, number>} */ ({});
  for (const one of data?.items || []) reasons[one.reason] = (reasons[one.reason] || 0) + 1;
  return html`<${Dialog} title=${`Dead letters of ${item.title}`} close=${close}>
    ${failed && html`<${Problem} problem=${failed} />`}
    ${problem?.code === "not_found" ? html`<p><strong>${item.dead_letters_last_day}</strong> tasks were given up in the last day. Bring them back once the reason is gone; the answer says what it was.</p>`
      : instead(loaded, "dead letters") || (!data.items.length ? html`<p>There are none: nothing was given up.</p>`
        : html`<p><strong>${data.total > data.items.length ? `About ${data.total}` : data.items.length}</strong> tasks were given up, for these reasons${data.total > data.items.length && html` (of the newest ${data.items.length})`}. Bring them back once the reason is gone.</p>${Reasons(reasons)}`)}
    <p class="actions">${(data?.items.length > 0 || problem) && html`<button type="button" class="main" onClick=${move}>Bring ${data ? data.items.length : "them"} back</button>`}
      <button type="button" onClick=${close}>Close</button></p></${Dialog}>`;
}
