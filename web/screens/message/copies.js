// What is copied of a message for elsewhere. Never the key or the token.
import { html } from "../../lib/html.js";
import { pathOf, queryOf } from "../../lib/api.js";
import { API, messageLink } from "../../lib/place.js";
import { moment, utc } from "../../lib/time.js";
import { masked, oneLine, statusWords, via } from "../../lib/words.js";
import { Copy } from "../../parts/copy.js";

/** @param {string} text As one word of a shell. */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** @param {any} message */
function curl(message) {
  const path = pathOf(message.provider, message.provider_message_id, "explanation") + queryOf({ account: message.account });
  return `curl -H "Authorization: Bearer $MESSAGE_DETAIL_KEY" ${quoted(location.origin + API + path)}`;
}

/** @param {any} message */
const command = (message) => `message-detail explain ${message.provider} ${quoted(message.provider_message_id)} --account ${quoted(message.account)}`;

/** The people of a message, out of any text. @param {any} message @param {string} text */
function withoutPeople(message, text) {
  const people = [message.from, ...message.to, ...message.cc, ...message.bcc, ...message.reply_to].filter(Boolean);
  const words = people.flatMap((one) => [one.address, one.address_raw, one.name]).filter((word) => word && word.length > 2);
  return words.sort((a, b) => b.length - a.length).reduce((rest, word) => rest.replaceAll(word, masked(word)), text);
}

/** @param {any} data */
function ticket({ message, explanation, events }) {
  const lines = events.map((/** @type {any} */ event) => {
    const at = moment(event.occurred_at || event.observed_at);
    const [name] = statusWords(event.status);
    return `- ${at ? utc(at) : "at an unknown time"}: ${name}${event.status_native ? ` (${event.status_native})` : ""}, ${via(event.via).toLowerCase()}${event.confirmed ? ", confirmed" : ""}`;
  });
  const text = [explanation.sentence, explanation.failure?.text, explanation.advice, "", `Message ${message.id}`, ...lines].filter((line) => line !== undefined && line !== null);
  return withoutPeople(message, text.map(oneLine).join("\n"));
}

/** @param {{data: any}} props */
export function Copies({ data }) {
  return html`<section class="copies" aria-label="Copy">
    <${Copy} text=${ticket(data)}>Copy for a ticket</${Copy}>
    <${Copy} text=${location.origin + messageLink(data.message)}>Copy link</${Copy}>
    <${Copy} text=${curl(data.message)}>Copy as curl</${Copy}>
    <${Copy} text=${command(data.message)}>Copy as command</${Copy}>
  </section>`;
}
