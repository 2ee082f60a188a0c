// Where the user is: every screen's state is in its address. Paths and filters in path and query; what names a person
// (addresses, search texts, cursors, which hold them) in the fragment, which a browser sends to no server.
import { useEffect, useState } from "./html.js";

/** The console's address, with a slash at its end: the page works behind any prefix. */
export const BASE = new URL(import.meta.url).pathname.replace(/_\/[0-9a-f]+\/lib\/place\.js$/, "").replace(/\/messages\/.*$/, "/");
/** The API's address. */
export const API = BASE.replace(/console\/$/, "v1/");

/** @typedef {{path: string[], query: URLSearchParams, private: URLSearchParams, key: string}} Place */

/** @returns {Place} path: the segments below the console's address, decoded. private: what stands in the fragment. */
export function here() {
  const rest = location.pathname.slice(BASE.length);
  const path = rest.split("/").filter(Boolean).map(decoded);
  return { path, query: new URLSearchParams(location.search), private: new URLSearchParams(location.hash.slice(1)),
    key: location.pathname + location.search + location.hash };
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A link to a screen: relative to the console, absolute on this host.
 * @param {string[]} path @param {Record<string, unknown>} [query] @param {Record<string, unknown>} [hidden]
 */
export function link(path, query = {}, hidden = {}) {
  const search = encoded(query), fragment = encoded(hidden);
  return BASE + path.map(encodeURIComponent).join("/") + (search && `?${search}`) + (fragment && `#${fragment}`);
}

/** @param {Record<string, unknown>} values Those that are empty are left out. */
export function encoded(values) {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
}

/** The link to a message. @param {{provider: string, account: string, provider_message_id: string}} message @param {string} [tab] */
export function messageLink(message, tab) {
  const account = message.account === "default" ? "" : message.account;
  return link(["messages", message.provider, message.provider_message_id], { account, tab });
}

/** Go to another screen. @param {string} address @param {boolean} [replace] */
export function go(address, replace = false) {
  history[replace ? "replaceState" : "pushState"](null, "", address);
  dispatchEvent(new Event("place"));
}

/** Give the screen's heading the focus, for who hears the page. @param {FocusOptions} [options] */
export function toHeading(options) {
  const heading = document.querySelector("main h1");
  if (heading instanceof HTMLElement) heading.focus(options);
}

/** The place, again whenever it changes. @returns {Place} */
export function usePlace() {
  const [place, set] = useState(here);
  useEffect(() => {
    const moved = () => set(here());
    const kinds = ["popstate", "hashchange", "place"];
    kinds.forEach((kind) => addEventListener(kind, moved));
    document.addEventListener("click", follow);
    return () => {
      kinds.forEach((kind) => removeEventListener(kind, moved));
      document.removeEventListener("click", follow);
    };
  }, []);
  return place;
}

/** Follow a plain click on a link of the console without loading the page anew; anything else is the browser's. @param {MouseEvent} event */
function follow(event) {
  const anchor = event.target instanceof Element ? event.target.closest("a") : null;
  if (!anchor || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (anchor.target || anchor.origin !== location.origin || !anchor.pathname.startsWith(BASE)) return;
  if (anchor.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  go(anchor.href);
  scrollTo(0, 0);
}
