// One message: the answer in a sentence, and under it how we know.
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { call, get, pathOf, queryOf } from "../lib/api.js";
import { asProblem, useLoad } from "../lib/load.js";
import { link, toHeading } from "../lib/place.js";
import { titled } from "../lib/providers.js";
import { age, moment, span } from "../lib/time.js";
import { AGAIN, ANSWERS, channel, direction, oneLine, providerTitle } from "../lib/words.js";
import { Banner, Loading, Problem } from "../parts/states.js";
import { Mark } from "../parts/status.js";
import { When } from "../parts/when.js";
import { Content } from "./message/content.js";
import { Copies } from "./message/copies.js";
import { Details } from "./message/details.js";
import { Journal } from "./message/journal.js";
import { Raw } from "./message/raw.js";
import { SentOut } from "./message/sent_out.js";
import { Timeline } from "./message/timeline.js";

const STORED = 86_400;
const LOOK_AGAIN_MS = 15_000;
const TABS = { timeline: "Timeline", content: "Content", details: "Details", raw: "Raw answer", sent: "Sent out" };

/** @param {{place: import("../lib/place.js").Place}} props */
export function Message({ place }) {
  const [, provider, ...rest] = place.path;
  const id = rest.join("/"), account = place.query.get("account") || "";
  const asked = queryOf({ account, max_age: STORED });
  const { data, problem, busy, reload } = useLoad(`${provider}/${id}/${account}`, (signal) => titled(all(provider, id, account, asked, signal)));
  const [failed, fail] = useState(/** @type {any} */ (null));
  const [asking, ask] = useState(false);
  const refresh = async () => {
    ask(true);
    fail(null);
    try {
      await call(pathOf(provider, id) + queryOf({ account, max_age: 0 }));
      reload();
    } catch (error) {
      fail(asProblem(error));
    }
    ask(false);
  };
  useWatch(data, asked, reload);
  useEffect(() => {
    // The heading that had the focus while it loaded is gone with it.
    if (document.activeElement === document.body) toHeading({ preventScroll: true });
  }, [Boolean(data)]);
  if (problem && !data) return html`<${Missing} problem=${problem} provider=${provider} id=${id} account=${account} retry=${reload} />`;
  if (!data) return html`<h1 tabindex="-1" class="hidden">Message</h1><${Loading} what=${`the message from ${providerTitle(provider)}`} />`;
  return html`<${Answer} data=${data} asking=${asking || busy} refresh=${refresh} />
    ${(failed || problem) && html`<${Problem} problem=${failed || problem} retry=${failed ? refresh : reload} />`}
    <${Copies} data=${data} />
    <${Tabs} place=${place} data=${data} />`;
}

/**
 * The message, its explanation and its timeline. One that is not stored is asked of its provider once: by the first call.
 * @param {string} provider @param {string} id @param {string} account @param {string} asked @param {AbortSignal} signal
 */
async function all(provider, id, account, asked, signal) {
  const answer = await call(pathOf(provider, id) + asked, { signal });
  const [explanation, timeline] = await Promise.all([
    get(pathOf(provider, id, "explanation") + asked, { signal }), get(pathOf(provider, id, "timeline") + queryOf({ account }), { signal })]);
  return { message: answer?.data, etag: answer?.etag, explanation, events: timeline.items };
}

/** While the message may still change and somebody looks, look whether it has. @param {any} data @param {string} asked @param {() => void} reload */
function useWatch(data, asked, reload) {
  const latest = useRef(data);
  latest.current = data;
  const watching = data && !data.message.final;
  useEffect(() => {
    if (!watching) return;
    const control = new AbortController();
    const timer = setInterval(async () => {
      if (document.visibilityState !== "visible") return;
      const { message, etag } = latest.current;
      const answer = await call(pathOf(message.provider, message.provider_message_id) + asked, { etag, signal: control.signal }).catch(() => null);
      if (answer && !control.signal.aborted) reload();
    }, LOOK_AGAIN_MS);
    return () => { control.abort(); clearInterval(timer); };
  }, [watching, asked]);
}

/** @param {{data: any, asking: boolean, refresh: () => void}} props */
function Answer({ data: { message, explanation }, asking, refresh }) {
  const kind = ANSWERS[/** @type {keyof typeof ANSWERS} */ (explanation.answer)] || "unclear";
  return html`<article class="answer ${kind}">
    <p class="over">${channel(message.channel)}, ${direction(message.direction)} · ${providerTitle(message.provider)}${message.account !== "default" && html`, <bdi>${message.account}</bdi>`} · <code><bdi>${oneLine(message.provider_message_id)}</bdi></code></p>
    <div class="sentence"><${Mark} kind=${kind} large /><h1 tabindex="-1"><bdi>${oneLine(explanation.sentence)}</bdi></h1></div>
    ${explanation.failure?.text && html`<p><bdi>${explanation.failure.text}</bdi></p>`}
    ${explanation.advice && html`<p><strong>What to do:</strong> <bdi>${explanation.advice}</bdi></p>`}
    ${explanation.failure && html`<p><strong>Send it again?</strong> ${AGAIN[/** @type {keyof typeof AGAIN} */ (explanation.try_again)] || oneLine(explanation.try_again)}</p>`}
    ${explanation.next && html`<p><strong>What we do:</strong> <bdi>${explanation.next.text}</bdi></p>`}
    <p class="fresh"><${Freshness} explanation=${explanation} /> <button type="button" onClick=${refresh} disabled=${asking}>${asking ? "Asking …" : `Ask ${providerTitle(message.provider)} now`}</button></p>
    <span class="hidden" role="status">${asking ? "" : oneLine(explanation.sentence)}</span>
  </article>
  ${explanation.freshness === "stale" && html`<${Banner} kind="warn" title="This may be out of date.">The provider could not be reached just now; this is what was known at <${When} at=${explanation.as_of} />.</${Banner}>`}
  ${message.withheld && html`<${Banner} title="Persons and content are left out.">Your key has the scope <code>metadata</code>; the scope <code>read</code> shows them.</${Banner}>`}`;
}

/** @param {{explanation: any}} props */
function Freshness({ explanation }) {
  const date = moment(explanation.as_of);
  const old = date ? Math.max(0, age(date)) : 0;
  return html`<span class="quiet">As of <${When} at=${explanation.as_of} />${date && `, ${old < 60 ? "just now" : `${span(old)} ago`}`}</span>`;
}

/** @param {{place: import("../lib/place.js").Place, data: any}} props */
function Tabs({ place, data }) {
  const wanted = place.query.get("tab") || "";
  const tab = wanted in TABS ? wanted : "timeline";
  const account = place.query.get("account") || "";
  return html`<nav class="tabs" aria-label="Parts of the message"><ul>${Object.entries(TABS).map(([name, title]) => html`<li>
      <a href=${link(place.path, { account, tab: name === "timeline" ? "" : name })} aria-current=${name === tab ? "page" : null}>${title}</a></li>`)}</ul></nav>
    ${tab === "content" ? html`<${Content} message=${data.message} />` : tab === "details" ? html`<${Details} message=${data.message} />`
      : tab === "raw" ? html`<${Raw} message=${data.message} />` : tab === "sent" ? html`<${SentOut} message=${data.message} />` : html`<${Timeline} data=${data} /><${JournalSwitch} place=${place} message=${data.message} account=${account} />`}`;
}

/** The journal, on demand: its state is in the address. @param {{place: import("../lib/place.js").Place, message: any, account: string}} props */
function JournalSwitch({ place, message, account }) {
  const open = place.query.get("journal") === "true";
  return html`<p class="actions"><a class="button" href=${link(place.path, { account, journal: open ? "" : "true" })}>${open ? "Hide the journal" : "Show the journal"}</a></p>
    ${open && html`<${Journal} provider=${message.provider} id=${message.provider_message_id} account=${account} />`}`;
}

/** @param {{problem: any, provider: string, id: string, account: string, retry: () => void}} props */
function Missing({ problem, provider, id, account, retry }) {
  const unknown = problem.code === "message_not_found";
  return html`<h1 tabindex="-1">${unknown ? `${providerTitle(provider)} has no such message` : "This message could not be shown"}</h1>
    <p><code><bdi>${oneLine(id)}</bdi></code></p>
    <${Problem} problem=${problem} retry=${retry} />
    <p><a href=${link([], {}, { q: id })}>Search for this id everywhere</a></p>
    ${unknown && html`<${Journal} provider=${provider} id=${id} account=${account} />`}`;
}
