// A list of messages: real links in a real table.
import { html } from "../lib/html.js";
import { messageLink } from "../lib/place.js";
import { channel, direction, oneLine, providerTitle, recipients, sender, when } from "../lib/words.js";
import { Status } from "./status.js";
import { Table } from "./table.js";
import { When } from "./when.js";

/** @param {any} message */
const reason = (message) => message.failure && html`<small class="quiet reason"><bdi>${oneLine(message.failure.message || message.failure.category)}</bdi></small>`;

/** The other party first, then ours. @param {any} message */
function who(message) {
  const to = oneLine(recipients(message)), from = oneLine(sender(message));
  const [first, second] = message.direction === "inbound" ? [from && ["from", from], to && ["to", to]] : [to && ["to", to], from && ["from", from]];
  return html`${first && html`<span>${first[0]} <bdi>${first[1]}</bdi></span>`}${second && html`<small class="quiet under">${second[0]} <bdi>${second[1]}</bdi></small>`}`;
}

const COLUMNS = [
  { name: "When", cell: (/** @type {any} */ message) => html`<a class="row" href=${messageLink(message)}><${When} at=${when(message)} short /></a>` },
  { name: "Status", cell: (/** @type {any} */ message) => html`<${Status} status=${message.status} />${reason(message)}` },
  { name: "Who", cell: who },
  { name: "Kind", cell: (/** @type {any} */ message) => html`${channel(message.channel)}, ${direction(message.direction)}` },
  { name: "Provider", cell: (/** @type {any} */ message) => html`${providerTitle(message.provider)}${message.account !== "default" && html` <small class="quiet"><bdi>${message.account}</bdi></small>`}` },
];

/** @param {{items: any[], caption: string, extra?: {name: string, cell: (row: any) => any}[]}} props */
export const MessageTable = ({ items, caption, extra = [] }) =>
  html`<${Table} caption=${caption} columns=${[...COLUMNS, ...extra]} rows=${items} keyOf=${(/** @type {any} */ message) => message.id} />`;
