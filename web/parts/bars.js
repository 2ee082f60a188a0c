// Pictures of figures, drawn as SVG. What they show stands in a table beside them, so they say nothing to who hears the page.
import { html } from "../lib/html.js";

const WIDTH = 400, ROW = 28;

/** @typedef {{label: string, value: number | null, low?: number, high?: number}} Bar */

/** @param {number} value @param {number} most */
const across = (value, most) => Math.max(0, Math.min(WIDTH, (value / most) * WIDTH));

/** A bar for each value; with `low` and `high` a dot between them. @param {{bars: Bar[], most: number, kind?: string}} props */
export function Bars({ bars, most, kind = "" }) {
  const drawn = bars.filter((bar) => bar.value !== null);
  if (!drawn.length || !most) return null;
  return html`<figure class="picture" aria-hidden="true">${drawn.map((bar) => html`<div class="drawn"><span>${bar.label}</span>
    <svg viewBox=${`-6 0 ${WIDTH + 12} ${ROW}`} preserveAspectRatio="none" class=${`bars ${kind}`} focusable="false">
      <line class="axis" x1="0" x2=${WIDTH} y1=${ROW - 4} y2=${ROW - 4} /><${Mark} bar=${bar} most=${most} /></svg></div>`)}</figure>`;
}

/** @param {{bar: Bar, most: number}} props */
function Mark({ bar, most }) {
  const at = across(bar.value ?? 0, most);
  if (bar.low === undefined || bar.high === undefined) return html`<rect class="bar" x="0" y="4" width=${Math.max(at, 2)} height=${ROW - 12} />`;
  return html`<line class="range" x1=${across(bar.low, most)} x2=${across(bar.high, most)} y1=${ROW / 2 - 2} y2=${ROW / 2 - 2} />
    <rect class="dot" x=${at - 3} y="3" width="6" height=${ROW - 10} />`;
}
