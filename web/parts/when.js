// A time, in UTC and in the reader's own zone.
import { html } from "../lib/html.js";
import { ago, isUtc, local, moment, utc, utcShort } from "../lib/time.js";

/** @param {{at: string | null | undefined, short?: boolean, empty?: string}} props short: to the minute, and how long ago */
export function When({ at, short, empty = "" }) {
  const date = moment(at);
  if (!date) return html`<span class="quiet">${empty}</span>`;
  if (short) return html`<span class="when"><time datetime=${at}>${utcShort(date)}</time> <small>${ago(date)}</small></span>`;
  return html`<span class="when"><time datetime=${at}>${utc(date)}</time>${!isUtc(date) && html` <small>${local(date)}</small>`}</span>`;
}
