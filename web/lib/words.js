// Words for people instead of ours for programs.

/** What each status is called, and how it looks: the shape says it, too, never the colour alone. */
export const STATUSES = {
  unknown: ["Unknown", "unclear"], scheduled: ["Scheduled", "waiting"], queued: ["Queued", "waiting"],
  sending: ["Sending", "waiting"], deferred: ["Delayed", "waiting"], sent: ["Sent", "waiting"],
  canceled: ["Canceled", "bad"], rejected: ["Rejected", "bad"], expired: ["Expired", "bad"], failed: ["Failed", "bad"],
  undelivered: ["Undelivered", "bad"], bounced: ["Bounced", "bad"], received: ["Received", "good"],
  delivered: ["Delivered", "good"], read: ["Read", "good"],
};
/** The looks of an explanation's answer. */
export const ANSWERS = {
  delivered: "good", read: "good", received: "good", not_delivered: "bad", withdrawn: "bad", on_its_way: "waiting",
  scheduled: "waiting", unclear: "unclear",
};
export const AGAIN = {
  no: "No, sending it again will not help.", yes: "Yes, it can be sent again.", later: "Later: it may work then.",
  unknown: "Nobody can tell yet.",
};
export const CHANNELS = { sms: "SMS", mms: "MMS", rcs: "RCS", in_app: "In-app", email: "E-mail", whatsapp: "WhatsApp" };
const VIAS = { lookup: "Look-up", webhook: "Webhook", refresh: "Refresh", sync: "Sync", reconcile: "Our own check" };
/** What became of what we were told of a message. */
export const STEPS = {
  received: "A webhook came in", queued: "Put on the queue", duplicate: "A webhook came again", tried: "Asked the provider",
  dropped: "Given up: nothing more to do", dead: "Became a dead letter",
};
const BOTH = { outbound: "sent", inbound: "received", internal: "internal" };

/** A word of ours as a person reads it. @param {string} word */
export const plain = (word) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");
/** @param {string} name */
export const channel = (name) => CHANNELS[/** @type {keyof typeof CHANNELS} */ (name)] || plain(name);
/** @param {string} word */
export const direction = (word) => BOTH[/** @type {keyof typeof BOTH} */ (word)] || word;

/** How we learned of something. @param {string} name */
export const via = (name) => VIAS[/** @type {keyof typeof VIAS} */ (name)] || name;
/** A status as a person reads it, and how it looks. @param {string} name @returns {[string, "good" | "bad" | "waiting" | "unclear"]} */
export const statusWords = (name) => /** @type {any} */ (STATUSES)[name] || [plain(name), "unclear"];

/** @type {Map<string, string>} */
const titles = new Map();
/** @param {{provider: string, title: string}[]} items Providers, as the API tells them. */
export const learnTitles = (items) => items.forEach((item) => titles.set(item.provider, item.title));
export const knowsTitles = () => titles.size > 0;
/** @param {string} name */
export const providerTitle = (name) => titles.get(name) || plain(name);

/** A party's address or what else names it. @param {any} party */
export const partyText = (party) => party?.address || party?.address_raw || party?.name || party?.contact_id || "";
/** @param {any} message */
export const sender = (message) => partyText(message.from);
/** @param {any} message */
export const recipients = (message) => {
  const [first, ...more] = message.to;
  return first ? partyText(first) + (more.length ? ` and ${more.length} more` : "") : "";
};
/** When a message came about, as lists order it. @param {any} message */
export const when = (message) => {
  const { created, received, sent, scheduled } = message.timestamps;
  return created || received || sent || scheduled || message.provenance.fetched_at;
};

/** Characters that would change how a line reads are shown by name. @param {unknown} text */
export const oneLine = (text) => String(text ?? "").replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
  (found) => (found === "\n" || found === "\t" ? " " : found === "\u200d" ? found : `␣${found.charCodeAt(0).toString(16)}␣`));

/** An address that names nobody any more. @param {string} text */
export function masked(text) {
  const at = text.lastIndexOf("@");
  if (at > 0) return `${text[0]}•••${text.slice(at)}`;
  if (/^\+?[\d\s()-]{6,}$/.test(text)) return text.slice(0, 5) + "•••••" + text.slice(-2);
  return text.length > 2 ? `${text[0]}•••` : "•••";
}

const STANDINGS = {
  ok: { name: "Answers", kind: "good", what: "answers" },
  cooling_down: { name: "Cooling down", kind: "waiting", what: "is cooling down" },
  open: { name: "Does not answer", kind: "bad", what: "does not answer" },
  refused: { name: "Refuses the credentials", kind: "bad", what: "refuses an account's credentials" },
  unusable: { name: "Settings can't be used", kind: "bad", what: "has an account whose settings can't be used" },
};

/** How an account or a provider stands, in words. @param {string} state */
export const standingOf = (state) => STANDINGS[/** @type {keyof typeof STANDINGS} */ (state)] || { name: plain(state), kind: "unclear", what: `is ${plain(state)}` };
