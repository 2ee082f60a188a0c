// The API as the page calls it. Whatever goes wrong becomes a Problem that can be shown to a person.
import { API, encoded } from "./place.js";
import { current, signIn, signOut } from "./session.js";

const SECONDS = 35;

/** An error as RFC 9457 has it: title and detail for people, code for programs. */
export class Problem extends Error {
  /** @param {{status?: number, code: string, title: string, detail?: string, retry_after?: number, provider?: string, account?: string, correlation_id?: string}} body */
  constructor(body) {
    super(body.title);
    Object.assign(this, { status: 0, detail: "", ...body });
  }
}

const UNREACHABLE = { code: "unreachable", title: "The API could not be reached", detail: "Check the connection; nothing was changed." };
const SLOW = { code: "no_answer", title: "No answer in time", detail: `The API did not answer within ${SECONDS} seconds.` };

let skew = 0;
/** Milliseconds since 1970 by the server's clock: this machine's may be wrong. */
export const now = () => Date.now() + skew;

/**
 * One call. 304 gives null.
 * @param {string} path below /v1/ @param {{method?: string, body?: unknown, signal?: AbortSignal, etag?: string, token?: string}} [options]
 * @returns {Promise<{data: any, etag: string | null, status: number} | null>}
 */
export async function call(path, { method = "GET", body, signal, etag, token } = {}) {
  const used = token ?? current()?.token;
  const headers = { accept: "application/json", ...(used && { authorization: `Bearer ${used}` }),
    ...(body !== undefined && { "content-type": "application/json" }), ...(etag && { "if-none-match": etag }) };
  const timeout = AbortSignal.timeout(SECONDS * 1000);
  let answer, text;
  try {
    answer = await fetch(API + path, { method, headers, cache: "no-store", credentials: "omit", redirect: "error",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout, ...(body !== undefined && { body: JSON.stringify(body) }) });
    text = await answer.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(timeout.aborted ? SLOW : UNREACHABLE);
  }
  readClock(answer);
  if (answer.status === 304) return null;
  const data = parsed(text);
  if (answer.ok && data !== undefined) return { data, etag: answer.headers.get("etag"), status: answer.status };
  const problem = problemOf(answer, data);
  if (answer.status === 401 && token === undefined && used === current()?.token) signOut("Your session has ended. Sign in again; you stay where you are.");
  throw problem;
}

/** @param {Response} answer */
function readClock(answer) {
  const date = Date.parse(answer.headers.get("date") || "");
  if (date) skew = Math.abs(date - Date.now()) > 90_000 ? date - Date.now() : 0;
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {Response} answer @param {any} data */
function problemOf(answer, data) {
  const retry = Number(data?.retry_after ?? answer.headers.get("retry-after")) || undefined;
  if (data && typeof data.code === "string") return new Problem({ ...data, status: answer.status, retry_after: retry });
  return new Problem({ status: answer.status, code: `http_${answer.status}`, retry_after: retry,
    title: answer.ok ? "The answer could not be read" : `The API answered with status ${answer.status}`,
    detail: answer.ok ? "Something between this page and the API changed it." : "It gave no reason." });
}

/** The data of a call. @param {string} path @param {Parameters<typeof call>[1]} [options] */
export async function get(path, options) {
  return (await call(path, options))?.data;
}

/** @param {string} path @param {unknown} body */
export async function post(path, body) {
  return (await call(path, { method: "POST", body }))?.data;
}

/** The path of a message below /v1/. @param {string} provider @param {string} id @param {string} [rest] */
export const pathOf = (provider, id, rest = "") =>
  `messages/${encodeURIComponent(provider)}/${encodeURIComponent(id)}${rest && `/${rest}`}`;

/** @param {Record<string, unknown>} values Those that are empty are left out. */
export function queryOf(values) {
  const text = encoded(values);
  return text && `?${text}`;
}

/** Exchange a key for a session. @param {string} key @param {boolean} acting whether the token may change things, too */
export async function openSession(key, acting) {
  const { data: me } = /** @type {{data: {scopes: string[]}}} */ (await call("me", { token: key }));
  const wanted = me.scopes.filter((scope) => scope === "write" || scope === "read" || scope === "metadata");
  const body = acting && me.scopes.includes("write") ? { scopes: wanted } : {};
  const made = await call("session", { method: "POST", body, token: key });
  signIn(made?.data);
}
