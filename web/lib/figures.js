// Figures of statistics as people read them, and what can be said of two of them together.

import { now } from "./api.js";

const Z = 1.959963984540054;
const DAY = 86_400_000;

/** The day so many days ago (UTC), by the server's clock. @param {number} days */
export const dayBefore = (days) => new Date(now() - days * DAY).toISOString().slice(0, 10);

/** @param {number | string | null | undefined} rate */
export const percent = (rate) => (rate === null || rate === undefined ? "" : `${(Number(rate) * 100).toFixed(1)} %`);

const WHY = { no_outbound: "nothing was sent", never_reported: "it reports no deliveries", nothing_decided: "nothing has come to an end yet" };
/** Why there is no rate. @param {string | null} word */
export const why = (word) => WHY[/** @type {keyof typeof WHY} */ (word)] || "";

/** @param {number | null | undefined} seconds */
export function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 100) return `${Number(seconds.toPrecision(2))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toPrecision(2))} h`;
}

/** What delivered messages cost, by unit. @param {any} row @param {"amount" | "per_delivered"} name */
export const costs = (row, name) => row.cost.filter((/** @type {any} */ one) => one[name] !== null)
  .map((/** @type {any} */ one) => `${one[name]} ${one.unit || ""}`.trim()).join(", ");

/** Wilson's interval of 95 %. @param {number} part @param {number} whole @returns {[number, number] | null} */
export function wilson(part, whole) {
  if (!whole) return null;
  const rate = part / whole, square = Z * Z, size = 1 + square / whole;
  const middle = (rate + square / (2 * whole)) / size;
  const reach = (Z / size) * Math.sqrt((rate * (1 - rate)) / whole + square / (4 * whole * whole));
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
}

/**
 * One provider and another over the countries that both sent to: else the mix of countries would decide.
 * @param {any[]} rows grouped by provider and country @param {string} one @param {string} two
 */
export function sideBySide(rows, one, two) {
  const of = (/** @type {string} */ name) => new Map(rows.filter((row) => row.provider === name && row.delivery_rate !== null).map((row) => [row.country || "", row]));
  const first = of(one), second = of(two);
  const countries = [...first.keys()].filter((country) => second.has(country)).sort();
  const pairs = countries.map((country) => ({ country, rows: [first.get(country), second.get(country)] }));
  const sums = [first, second].map((side) => countries.reduce((sum, country) => ({ decided: sum.decided + side.get(country).decided, delivered: sum.delivered + side.get(country).delivered }), { decided: 0, delivered: 0 }));
  return { pairs, sums };
}
