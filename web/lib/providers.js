// The providers as the API tells them; their titles are words of every screen.
import { get } from "./api.js";
import { knowsTitles, learnTitles } from "./words.js";

/** @param {AbortSignal} signal */
export async function providers(signal) {
  const found = await get("providers", { signal });
  learnTitles(found.items);
  return found;
}

/** Learn the titles where they are not known yet; a screen can do without. @param {AbortSignal} signal */
export const learnProviders = (signal) => (knowsTitles() ? Promise.resolve() : providers(signal).then(() => {}, () => {}));
