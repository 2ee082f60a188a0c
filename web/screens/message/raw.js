// What the provider last answered, as it was.
import { html } from "../../lib/html.js";
import { get, pathOf, queryOf } from "../../lib/api.js";
import { useLoad } from "../../lib/load.js";
import { oneLine } from "../../lib/words.js";
import { Empty, instead } from "../../parts/states.js";
import { When } from "../../parts/when.js";

/** @param {{message: any}} props */
export function Raw({ message }) {
  const path = pathOf(message.provider, message.provider_message_id, "raw") + queryOf({ account: message.account });
  const loaded = useLoad(path + message.provenance.fetched_at, (signal) => get(path, { signal }));
  const { data, problem } = loaded;
  if (problem?.code === "message_not_found") return html`<${Empty} title="No answer is kept"><p>The provider has not been asked since answers are kept; ask it, and it is here.</p></${Empty}>`;
  if (!data || problem) return instead(loaded, "the provider's answer");
  return html`<section><h2>What the provider answered</h2>
    <p class="quiet">At <${When} at=${data.fetched_at} />, read with <code>${oneLine(data.mapping)}</code>. Secrets are blanked.</p>
    <pre class="text" tabindex="0" role="group" aria-label="The provider's answer">${typeof data.document === "string" ? data.document : JSON.stringify(data.document, null, 2)}</pre></section>`;
}
