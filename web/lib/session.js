// Who is signed in: a session token in sessionStorage, never the key, never in an address that is sent.
const STORED = "message-detail.session";
const IDLE_MS = 30 * 60_000;
const ACTIVE = ["pointerdown", "keydown", "wheel", "touchstart"];

/** @typedef {{token: string, expires_at: string}} Session */
/** @type {Session | null} */
let session = stored();
/** Why the sign-in is shown, for its reader. */
let reason = "";
let idle = 0;
const told = new Set();
/** Other tabs of this browser: a link opened in a new one need not ask for the key again. */
const tabs = "BroadcastChannel" in window ? new BroadcastChannel(STORED) : null;

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) || "null");
  } catch {
    return null;
  }
}

export const current = () => session;
export const why = () => reason;

/** @param {() => void} listener Called whenever somebody signs in or out. @returns {() => void} what ends it */
export function watch(listener) {
  told.add(listener);
  return () => told.delete(listener);
}

/** @param {Session} found */
export function signIn(found) {
  session = found;
  reason = "";
  sessionStorage.setItem(STORED, JSON.stringify(found));
  stayAwake();
  told.forEach((listener) => listener());
}

/** Forget the token; the place stays as it is. @param {string} [because] @param {boolean} [everywhere] in the other tabs, too */
export function signOut(because = "", everywhere = false) {
  session = null;
  reason = because;
  sessionStorage.removeItem(STORED);
  if (everywhere) tabs?.postMessage({ out: true });
  told.forEach((listener) => listener());
}

function stayAwake() {
  clearTimeout(idle);
  if (session) idle = setTimeout(() => signOut("Locked after 30 minutes without a key or a click."), IDLE_MS);
}

/** The token of a link that signs in, taken out of the address bar at once. */
function fromLink() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get("token");
  if (!token) return;
  fragment.delete("token");
  const rest = fragment.toString();
  history.replaceState(null, "", location.pathname + location.search + (rest && `#${rest}`));
  signIn({ token, expires_at: "" });
}

/** @param {MessageEvent} event */
function heard(event) {
  if (event.data?.out) signOut("Signed out in another tab.");
  else if (event.data?.ask && session) tabs?.postMessage({ session });
  else if (event.data?.session && !session) signIn(event.data.session);
}

/** Look for a session: of a link, of this tab, of another tab, which has 150 ms to answer. */
export async function begin() {
  fromLink();
  addEventListener("hashchange", fromLink);
  ACTIVE.forEach((kind) => addEventListener(kind, stayAwake, { passive: true }));
  stayAwake();
  tabs?.addEventListener("message", heard);
  if (session || !tabs) return;
  tabs.postMessage({ ask: true });
  await new Promise((done) => {
    const timer = setTimeout(done, 150);
    const end = watch(() => { clearTimeout(timer); end(); done(undefined); });
  });
}
