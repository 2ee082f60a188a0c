// Buttons that copy a text, and say so.
import { html, useEffect, useState } from "../lib/html.js";

/** @param {{text: string, children?: any}} props */
export function Copy({ text, children }) {
  const [said, say] = useState("");
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => say(""), 2500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => navigator.clipboard.writeText(text).then(() => say("Copied"), () => say("This browser does not let the page copy"));
  return html`<span class="copy"><button type="button" class="plain" onClick=${copy}>${children}</button> <span role="status" class="quiet">${said}</span></span>`;
}
