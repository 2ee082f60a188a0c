// What stands where data will be, is not, or could not be had.
import { html, useEffect, useState } from "../lib/html.js";
import { link } from "../lib/place.js";

/** @param {{what: string}} props */
export const Loading = ({ what }) => html`<p class="wait" role="status"><span class="spinner" aria-hidden="true"></span>Loading ${what} …</p>`;

/** @param {{title: string, children?: any}} props */
export const Empty = ({ title, children }) => html`<div class="empty"><p><strong>${title}</strong></p>${children}</div>`;

/** @param {{kind?: "info" | "warn" | "bad", title: string, children?: any}} props */
export const Banner = ({ kind = "info", title, children }) =>
  html`<div class="banner ${kind}" role="status"><strong>${title}</strong> ${children}</div>`;

const HINTS = {
  forbidden: "Your key lacks a right that this needs. Sign in with another key, or ask who gave you this one.",
  unreachable: "", no_answer: "",
};

/** A problem with its way out: again, now or when the API says so. @param {{problem: any, retry?: () => void}} props */
export function Problem({ problem, retry }) {
  const hint = HINTS[/** @type {keyof typeof HINTS} */ (problem.code)];
  return html`<div class="banner bad problem" role="alert">
    <strong>${problem.title}</strong>
    ${problem.detail && html`<p><bdi>${problem.detail}</bdi></p>`}
    ${hint && html`<p>${hint}</p>`}
    <p class="quiet">Code <code>${problem.code}</code>${problem.correlation_id && html`, for the log <code>${problem.correlation_id}</code>`}</p>
    ${retry && html`<${Retry} seconds=${problem.retry_after} retry=${retry} />`}
  </div>`;
}

/**
 * What stands in the place of data that are not there: why not, or that they load; null once they are there.
 * @param {{data: any, problem: any, reload: () => void}} loaded @param {string} what
 */
export function instead({ data, problem, reload }, what) {
  if (problem) return html`<${Problem} problem=${problem} retry=${reload} />`;
  return data ? null : html`<${Loading} what=${what} />`;
}

/** @param {{seconds?: number, retry: () => void}} props */
function Retry({ seconds = 0, retry }) {
  const [left, set] = useState(Math.min(seconds, 3600));
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => (left === 1 && document.visibilityState === "visible" ? (set(0), retry()) : set(left - 1)), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return html`<p><button type="button" onClick=${retry}>Try again${left > 0 ? " now" : ""}</button>
    ${left > 0 && html` <span class="quiet">by itself in ${left} s</span>`}</p>`;
}

/** @param {{}} _ */
export const NoSuchScreen = (_) => html`<h1 tabindex="-1">There is no such page</h1><p><a href=${link([])}>To the search</a></p>`;
