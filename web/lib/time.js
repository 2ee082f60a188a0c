// Times for people: in UTC and in the reader's own zone.
import { now } from "./api.js";

const DAY = /** @type {const} */ ({ day: "numeric", month: "short", year: "numeric" });
const CLOCK = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const UTC = new Intl.DateTimeFormat("en-GB", { ...DAY, ...CLOCK, timeZone: "UTC" });
const UTC_SHORT = new Intl.DateTimeFormat("en-GB", { ...DAY, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
const LOCAL = new Intl.DateTimeFormat("en-GB", { ...DAY, ...CLOCK, timeZoneName: "short" });

/** @param {string | null | undefined} text */
export const moment = (text) => (text && !Number.isNaN(Date.parse(text)) ? new Date(text) : null);
/** @param {Date} date */
export const utc = (date) => `${UTC.format(date)} UTC`;
/** @param {Date} date */
export const utcShort = (date) => `${UTC_SHORT.format(date)} UTC`;
/** @param {Date} date */
export const local = (date) => LOCAL.format(date);
/** Whether the reader's zone is UTC at that time, so that one time says both. @param {Date} date */
export const isUtc = (date) => date.getTimezoneOffset() === 0;

const UNITS = /** @type {const} */ ([["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]]);

/** How long, in its two greatest units. @param {number} seconds */
export function span(seconds) {
  let rest = Math.abs(Math.round(seconds));
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
    else if (parts.length) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || (seconds ? "less than a second" : "at once");
}

/** Seconds since then, by the server's clock. @param {Date} date */
export const age = (date) => (now() - date.getTime()) / 1000;

/** "3 hours ago". @param {Date} date */
export function ago(date) {
  const seconds = age(date);
  if (Math.abs(seconds) < 45) return "just now";
  const one = span(seconds).split(" ").slice(0, 2).join(" ");
  return seconds > 0 ? `${one} ago` : `in ${one}`;
}

/** Midnight of today, in the reader's zone, as the API takes times. */
export function today() {
  const date = new Date(now());
  date.setHours(0, 0, 0, 0);
  return date.toISOString();
}

/** @param {number} seconds */
export const before = (seconds) => new Date(Math.floor(now() / 60_000) * 60_000 - seconds * 1000).toISOString();
