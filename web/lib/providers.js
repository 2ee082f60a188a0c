// The providers as the API tells them; their titles are words of every screen.
import { get } from "./api.js";
import { knowsTitles, learnTitles } from "./words.js";

/** The question that is under way: who asks meanwhile waits for its answer. @type {Promise<any> | null} */
let asking = null;

export function providers() {
  asking ??= get("providers").then((found) => (learnTitles(found.items), found)).finally(() => { asking = null; });
  return asking;
}

/** What is asked, once the titles are known under which it is shown; also if it fails. A screen can do without them. @template T @param {Promise<T>} asked */
export async function titled(asked) {
  const known = knowsTitles() ? null : providers().catch(() => null);
  try {
    return await asked;
  } finally {
    await known;
  }
}
