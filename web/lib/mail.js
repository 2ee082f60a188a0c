// A message's own HTML as HTML that holds nothing but text and its order. Read tag by tag and not by the browser: its
// parsers, even those of documents that are never shown, report every inline style and handler as a breach of the page's
// policy. What this lets through by mistake would still stand in a frame without scripts, under that policy.

const KEPT = new Set(("abbr address article aside b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
  + "figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li main mark nav ol p pre q s samp section small span strike "
  + "strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr").split(" "));
/** Left out with all that they hold: what stands in them is no text for readers. */
const HIDING = new Set("script style title textarea xmp iframe noembed noframes noscript template svg math object audio video canvas select".split(" "));
const ATTRIBUTES = new Set(["align", "colspan", "rowspan", "dir", "lang", "start", "valign", "border", "cellpadding", "cellspacing"]);
const PICTURE = /^data:image\/(png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]+$/i;
const LONGEST = 200;

/** @param {string} text Entities stay as they are. */
const escaped = (text) => text.replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** @typedef {{name: string, closing: boolean, attributes: Map<string, string>}} Tag */

/** The text of an HTML body that runs and loads nothing. @param {string} source @returns {string} */
export function harmless(source) {
  /** @type {string[]} */
  const out = [];
  const link = { address: "", from: -1 };
  let at = 0;
  while (at < source.length) {
    const next = source.indexOf("<", at);
    if (next < 0 || next > at) out.push(escaped(source.slice(at, next < 0 ? undefined : next)));
    if (next < 0) break;
    at = after(source, next, out, link);
  }
  return out.join("");
}

/** Read what begins with `<`; where the next begins. @param {string} source @param {number} at @param {string[]} out @param {{address: string, from: number}} link */
function after(source, at, out, link) {
  if (source.startsWith("<!--", at)) return past(source, "-->", at + 2);
  if (/[!?]/.test(source[at + 1] || "")) return past(source, ">", at);
  if (!/^<\/?[a-z]/i.test(source.slice(at, at + 3))) {
    out.push("&lt;");
    return at + 1;
  }
  const { tag, end } = readTag(source, at);
  if (HIDING.has(tag.name)) return tag.closing ? end : pastElement(source, tag.name, end);
  out.push(written(tag, out, link));
  return end;
}

/** @param {string} source @param {string} mark @param {number} from */
function past(source, mark, from) {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
}

/** @param {string} source @param {string} name @param {number} from */
function pastElement(source, name, from) {
  const closing = new RegExp(`</${name}\\b[^>]*>?`, "gi");
  closing.lastIndex = from;
  return closing.test(source) ? closing.lastIndex : source.length;
}

/** @param {string} source @param {number} at @returns {{tag: Tag, end: number}} */
function readTag(source, at) {
  const head = /<(\/?)([a-z][^\s/>]*)/iy;
  const part = /[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']?[^\s>]*)))?|(>)|=)/y;
  head.lastIndex = at;
  const [all, slash, name] = /** @type {RegExpExecArray} */ (head.exec(source));
  const attributes = new Map();
  let end = at + all.length;
  for (;;) {
    part.lastIndex = end;
    const found = part.exec(source);
    if (!found) return { tag: { name: name.toLowerCase(), closing: Boolean(slash), attributes }, end: source.length };
    end = part.lastIndex;
    if (found[5]) return { tag: { name: name.toLowerCase(), closing: Boolean(slash), attributes }, end };
    if (found[1]) attributes.set(found[1].toLowerCase(), found[2] ?? found[3] ?? found[4] ?? "");
  }
}

/** @param {Tag} tag @param {string[]} out @param {{address: string, from: number}} link */
function written({ name, closing, attributes }, out, link) {
  if (name === "a") return closing ? linkEnd(out, link) : linkStart(attributes, out, link);
  if (name === "img" && !closing) return picture(attributes);
  if (!KEPT.has(name)) return "";
  if (closing) return `</${name}>`;
  const kept = [...attributes].filter(([own]) => ATTRIBUTES.has(own)).map(([own, value]) => ` ${own}="${escaped(value)}"`);
  return `<${name}${kept.join("")}>`;
}

/** A link leads nowhere from here; where it would lead is said. @param {Map<string, string>} attributes @param {string[]} out @param {{address: string, from: number}} link */
function linkStart(attributes, out, link) {
  const before = link.from >= 0 ? linkEnd(out, link) : "";
  link.address = (attributes.get("href") || "").trim();
  link.from = out.length + 1;
  return `${before}<span class="link">`;
}

/** @param {string[]} out @param {{address: string, from: number}} link */
function linkEnd(out, link) {
  if (link.from < 0) return "";
  const text = out.slice(link.from).join("").trim();
  link.from = -1;
  const shown = escaped(link.address.slice(0, LONGEST));
  return (shown && shown !== text ? ` <small>[${shown}]</small>` : "") + "</span>";
}

/** Loading a picture would tell the sender that the message was opened: its description stands for it. @param {Map<string, string>} attributes */
function picture(attributes) {
  const source = attributes.get("src") || "", told = escaped(attributes.get("alt") || "");
  if (PICTURE.test(source)) return `<img src="${source}" alt="${told}">`;
  return `<span class="picture">${told ? `[picture: ${told}]` : "[picture]"}</span>`;
}
