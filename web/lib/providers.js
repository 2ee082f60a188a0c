// The providers as the API tells them; their titles are words of every screen.
import { get } from "./api.js";
import { knowsTitles, learnTitles } from "./words.js";

/** The answer that is on its way. @type {Promise<any> | null} */
let coming = null;

/** @param {AbortSignal} signal */
export function providers(signal) {
  const asked = get("providers", { signal }).then((found) => {
    learnTitles(found.items);
    return found;
  });
  const over = () => { if (coming === asked) coming = null; };
  asked.then(over, over);
  coming = asked;
  return asked;
}

/** Learn the titles where they are not known yet, of the answer that is on its way if one is; a screen can do without. @param {AbortSignal} signal */
export const learnProviders = (signal) => (knowsTitles() ? Promise.resolve() : (coming ?? providers(signal)).then(() => {}, () => {}));
