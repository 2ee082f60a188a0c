// A message's own HTML in a frame without scripts and without an origin, under the page's own policy. The one place
// where text becomes HTML: the one policy of Trusted Types.
import { html, useEffect, useRef } from "../lib/html.js";
import { harmless } from "../lib/mail.js";

const STYLE = new URL("../mail.css", import.meta.url).href;
const policy = "trustedTypes" in window
  ? /** @type {any} */ (window).trustedTypes.createPolicy("message-content", { createHTML: framed })
  : { createHTML: framed };

/** @param {string} source */
function framed(source) {
  return `<!doctype html><html lang=""><head><title>Message</title><link rel="stylesheet" href="${STYLE}"></head><body>${harmless(source)}</body></html>`;
}

/** @param {{source: string}} props */
export function MailFrame({ source }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  useEffect(() => {
    if (frame.current) frame.current.srcdoc = policy.createHTML(source);
  }, [source]);
  return html`<iframe ref=${frame} class="mail" sandbox="" referrerpolicy="no-referrer" title="The message's own HTML, without pictures from elsewhere"></iframe>`;
}
