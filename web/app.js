// The console: who is signed in, where they are, and the screen of that place.
import { html, render, useEffect, useRef, useState } from "./lib/html.js";
import { get } from "./lib/api.js";
import { useLoad } from "./lib/load.js";
import { BASE, link, toHeading, usePlace } from "./lib/place.js";
import { begin, current, signOut, watch } from "./lib/session.js";
import { moment, utcShort } from "./lib/time.js";
import { Keys } from "./parts/keys.js";
import { NoSuchScreen, instead } from "./parts/states.js";
import { Drift } from "./screens/drift.js";
import { Home } from "./screens/home.js";
import { Message } from "./screens/message.js";
import { Discrepancies, Messages, Stuck } from "./screens/messages.js";
import { SignIn } from "./screens/sign_in.js";

/** How many screens there have been. */
let turns = 0;

/** A screen whose scripts come when somebody goes there: the first view is lighter without them. @param {() => Promise<any>} load */
const later = (load) => (/** @type {any} */ props) => {
  const loaded = useLoad("", load);
  const Screen = loaded.data;
  useEffect(() => {
    if (Screen && turns > 1) toHeading({ preventScroll: true });
  }, [Screen]);
  return Screen ? html`<${Screen} ...${props} />` : instead(loaded, "this screen");
};
const Endpoints = later(() => import("./screens/endpoints.js").then((module) => module.Endpoints));
const Providers = later(() => import("./screens/providers.js").then((module) => module.Providers));
const Stats = later(() => import("./screens/stats.js").then((module) => module.Stats));

/** @type {Record<string, [string, any]>} */
const SCREENS = { "": ["Search", Home], messages: ["Messages", Messages], stuck: ["Stuck", Stuck], discrepancies: ["Discrepancies", Discrepancies],
  providers: ["Providers", Providers], drift: ["Drift", Drift], stats: ["Statistics", Stats], endpoints: ["Endpoints", Endpoints] };

/** @param {import("./lib/place.js").Place} place @returns {[string, any]} */
function screenOf({ path }) {
  const [first = "", ...rest] = path;
  if (first === "messages" && rest.length >= 2) return ["Message", Message];
  if (first === "endpoints" && rest.length === 1) return ["Endpoint", Endpoints];
  return (rest.length === 0 && SCREENS[first]) || ["No such page", NoSuchScreen];
}

function App() {
  const place = usePlace();
  const [session, set] = useState(current());
  const [me, know] = useState(/** @type {any} */ (null));
  const [help, setHelp] = useState(false);
  useEffect(() => watch(() => set(current())), []);
  useEffect(() => {
    know(null);
    if (session) get("me").then(know, () => {});
  }, [session?.token]);
  const [title, Screen] = screenOf(place);
  useRoute(place, title, Boolean(session));
  return html`<a class="skip" href="#main" onClick=${toMain}>Skip to the content</a>
    <header><div class="bar"><a class="brand" href=${BASE}>message-detail</a>${session && html`<${Menu} place=${place} />`}
      <div class="who">${session && html`<button type="button" class="plain" onClick=${() => setHelp(true)}>Keys</button> <${Who} me=${me} />`}</div></div></header>
    <main id="main">${session ? html`<${Screen} key=${screenKey(place)} place=${place} me=${me} />` : html`<${SignIn} />`}</main>
    <${Keys} help=${help} setHelp=${setHelp} />`;
}

/** A message of its own is a screen of its own. @param {import("./lib/place.js").Place} place */
const screenKey = ({ path }) => path.join("/");

/** @param {MouseEvent} event */
function toMain(event) {
  event.preventDefault();
  document.querySelector("main h1")?.scrollIntoView();
  toHeading();
}

/** At each new screen its name is the page's title, and its heading has the focus. @param {import("./lib/place.js").Place} place @param {string} title @param {boolean} inside */
function useRoute(place, title, inside) {
  const seen = useRef("");
  const name = location.pathname;
  useEffect(() => {
    if (!inside) return;
    document.title = `${title} · message-detail`;
    if (seen.current && seen.current !== name) toHeading({ preventScroll: true });
    seen.current = name;
    turns += 1;
  }, [name, inside]);
}

/** @param {{place: import("./lib/place.js").Place}} props */
function Menu({ place }) {
  const at = place.path[0] || "";
  return html`<nav aria-label="Screens"><ul>${Object.entries(SCREENS).map(([name, [title]]) => html`<li><a href=${link(name ? [name] : [])} aria-current=${name === at ? "page" : null}>${title}</a></li>`)}</ul></nav>`;
}

/** @param {{me: any}} props */
function Who({ me }) {
  const ends = moment(me?.expires_at);
  return html`<details class="menu"><summary>${me?.key_id || "Signed in"}</summary><div class="card">
    ${me && html`<p>May: ${me.scopes.join(", ")}</p>`}${ends && html`<p>Until ${utcShort(ends)}</p>`}
    <button type="button" onClick=${() => signOut("You have signed out.", true)}>Sign out</button></div></details>`;
}

// The page's own addresses are relative to where it was loaded: they are made absolute before the address changes.
for (const icon of document.head.querySelectorAll("link")) icon.href = String(icon.href);
await begin();
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
root.replaceChildren();
render(html`<${App} />`, root);
