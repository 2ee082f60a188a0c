// What the message says. Nothing of it runs or loads anything.
import { html, useState } from "../../lib/html.js";
import { oneLine } from "../../lib/words.js";
import { Copy } from "../../parts/copy.js";
import { MailFrame } from "../../parts/mail_frame.js";
import { Empty } from "../../parts/states.js";
import { Facts, Table } from "../../parts/table.js";
import { When } from "../../parts/when.js";

/** Characters that are shown at once: more of them take a browser a while. */
const LONG = 20_000;

/** @param {{message: any}} props */
export function Content({ message }) {
  const { text, html: source } = message.body;
  if (message.withheld) return html`<${Empty} title="The content is left out"><p>The scope <code>read</code> shows it.</p></${Empty}>`;
  const bare = !text && !source && !message.subject && !message.attachments.length && !message.replies.length && !message.template;
  if (bare) return html`<${Empty} title="There is no content"><p>The provider gave none, or it is not kept for this account.</p></${Empty}>`;
  return html`<section>
    ${message.subject && html`<h2>Subject</h2><${Long} text=${message.subject} />`}
    ${text && html`<h2>Text</h2><${Long} text=${text} />`}
    ${source && html`<h2>HTML</h2><p class="quiet">Shown without scripts, styles and pictures from elsewhere: loading them would tell the sender that it was opened. Links lead nowhere; their addresses stand behind them.</p><${MailFrame} source=${source} />`}
    ${message.replies.length > 0 && html`<h2>Replies</h2>${message.replies.map((/** @type {any} */ reply) => html`<div class="card"><p class="quiet"><${When} at=${reply.at} /></p><${Long} text=${reply.text || ""} /></div>`)}`}
    ${message.template && html`<h2>Template</h2><${Facts} facts=${[["Name", bdi(message.template.name)], ["Id", bdi(message.template.id)], ["Language", bdi(message.template.language)], ["Category", bdi(message.template.category)],
      ...message.template.parameters.map((/** @type {any} */ one) => [`Value of ${oneLine(one.name)}`, bdi(one.value)])]} />`}
    ${message.attachments.length > 0 && html`<h2>Attachments</h2><${Table} caption="Attachments" columns=${ATTACHMENTS} rows=${message.attachments} />`}
  </section>`;
}

/** @param {unknown} text */
export const bdi = (text) => (text === null || text === undefined || text === "" ? "" : html`<bdi>${oneLine(text)}</bdi>`);

const ATTACHMENTS = [
  { name: "Name", cell: (/** @type {any} */ one) => bdi(one.name) || "without a name" },
  { name: "Type", cell: (/** @type {any} */ one) => bdi(one.content_type) },
  { name: "Size", cell: (/** @type {any} */ one) => (one.size === null ? "" : `${one.size} bytes`) },
  // An address of a message's is text here: following it could tell the sender.
  { name: "Address", cell: (/** @type {any} */ one) => bdi(one.url) },
  { name: "SHA-256", cell: (/** @type {any} */ one) => html`<small>${bdi(one.sha256)}</small>` },
];

/** A text of any length, its beginning first. @param {{text: string}} props */
function Long({ text }) {
  const [shown, show] = useState(LONG);
  const left = text.length - shown;
  return html`<pre class="text" dir="auto" tabindex="0" role="group" aria-label="Text">${text.slice(0, shown)}</pre>
    ${left > 0 && html`<p><button type="button" class="plain" onClick=${() => show(shown + LONG)}>Show more</button> <span class="quiet">${left.toLocaleString("en")} characters are left.</span> <${Copy} text=${text}>Copy all</${Copy}></p>`}`;
}
