// A message's own HTML, shown without running or loading anything of it: what is known to be harmless is kept, the rest
// left out; then it is put into a frame without scripts and without an origin, under the page's own policy.
// This is the one place where text becomes HTML (the one policy of Trusted Types).
import { html, useEffect, useRef } from "../lib/html.js";

const KEPT = new Set(("A ABBR ADDRESS ARTICLE ASIDE B BDI BDO BLOCKQUOTE BR CAPTION CENTER CITE CODE COL COLGROUP DD DEL DETAILS DFN DIV DL DT EM "
  + "FIGCAPTION FIGURE FONT FOOTER H1 H2 H3 H4 H5 H6 HEADER HR I INS KBD LI MAIN MARK NAV OL P PRE Q S SAMP SECTION SMALL SPAN STRIKE "
  + "STRONG SUB SUMMARY SUP TABLE TBODY TD TFOOT TH THEAD TIME TR TT U UL VAR WBR").split(" "));
/** Left out with all that they hold; others are left out and their content is kept. */
const DROPPED = new Set("SCRIPT STYLE TITLE HEAD TEMPLATE NOSCRIPT IFRAME OBJECT EMBED APPLET SVG MATH AUDIO VIDEO CANVAS SELECT TEXTAREA FRAMESET NOEMBED NOFRAMES XMP PLAINTEXT".split(" "));
const ATTRIBUTES = ["align", "colspan", "rowspan", "dir", "lang", "start", "valign", "border", "cellpadding", "cellspacing"];
const DEEPEST = 200;

const policy = "trustedTypes" in window
  ? /** @type {any} */ (window).trustedTypes.createPolicy("message-content", { createHTML: (/** @type {string} */ text) => text })
  : { createHTML: (/** @type {string} */ text) => text };

/** The text of an HTML document that holds nothing but text and its order. @param {string} source @param {string} style */
export function harmless(source, style) {
  // A document without a window: parsing it runs and loads nothing.
  const parsed = new DOMParser().parseFromString(policy.createHTML(source), "text/html");
  const clean = document.implementation.createHTMLDocument("");
  const sheet = clean.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = style;
  clean.head.append(sheet);
  clean.documentElement.lang = "";
  copy(parsed.body, clean.body, clean, 0);
  return `<!doctype html>${clean.documentElement.outerHTML}`;
}

/** @param {Node} from @param {Element} to @param {Document} made @param {number} depth */
function copy(from, to, made, depth) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(made.createTextNode(node.nodeValue || ""));
    else if (node instanceof Element || node.nodeType === Node.ELEMENT_NODE) copyElement(/** @type {Element} */ (node), to, made, depth);
  }
}

/** @param {Element} node @param {Element} to @param {Document} made @param {number} depth */
function copyElement(node, to, made, depth) {
  const name = node.tagName.toUpperCase();
  if (DROPPED.has(name)) return;
  if (name === "IMG") return picture(node, to, made);
  if (!KEPT.has(name) || depth > DEEPEST) return depth > DEEPEST ? to.append(node.textContent || "") : copy(node, to, made, depth + 1);
  const own = made.createElement(name === "A" ? "span" : name);
  for (const attribute of ATTRIBUTES) if (node.hasAttribute(attribute)) own.setAttribute(attribute, node.getAttribute(attribute) || "");
  to.append(own);
  copy(node, own, made, depth + 1);
  if (name === "A") target(node, own, made);
}

/** A link leads nowhere from here; where it would lead is said. @param {Element} node @param {Element} own @param {Document} made */
function target(node, own, made) {
  const address = (node.getAttribute("href") || "").trim();
  if (!address || own.textContent?.trim() === address) return;
  const shown = made.createElement("small");
  shown.textContent = ` [${address.slice(0, 200)}]`;
  own.className = "link";
  own.append(shown);
}

/** Loading a picture would tell the sender that the message was opened: its description stands for it. @param {Element} node @param {Element} to @param {Document} made */
function picture(node, to, made) {
  const source = node.getAttribute("src") || "";
  const told = node.getAttribute("alt") || "";
  if (/^data:image\/(png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]+$/i.test(source)) {
    const own = made.createElement("img");
    own.setAttribute("src", source);
    own.setAttribute("alt", told);
    return to.append(own);
  }
  const own = made.createElement("span");
  own.className = "picture";
  own.textContent = told ? `[picture: ${told}]` : "[picture]";
  return to.append(own);
}

/** @param {{source: string}} props */
export function MailFrame({ source }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  useEffect(() => {
    const style = new URL("../mail.css", import.meta.url).href;
    if (frame.current) frame.current.srcdoc = policy.createHTML(harmless(source, style));
  }, [source]);
  return html`<iframe ref=${frame} class="mail" sandbox="" referrerpolicy="no-referrer" title="The message's own HTML, without pictures from elsewhere"></iframe>`;
}
