// Signing in: a key becomes a session token; the key itself is forgotten at once.
import { html, useEffect, useRef, useState } from "../lib/html.js";
import { openSession } from "../lib/api.js";
import { asProblem } from "../lib/load.js";
import { why } from "../lib/session.js";
import { Problem } from "../parts/states.js";

/** @param {{}} _ */
export function SignIn(_) {
  const [problem, fail] = useState(/** @type {any} */ (null));
  const [busy, wait] = useState(false);
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => { document.title = "Sign in · message-detail"; box.current?.focus(); }, []);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    wait(true);
    fail(null);
    try {
      await openSession(String(form.get("key") || "").trim(), form.get("acting") === "on");
    } catch (error) {
      const found = /** @type {any} */ (asProblem(error));
      fail(found.status === 401 ? { ...found, title: "This key is not known", detail: "Check that it is whole: a key is shown once, when it is made." } : found);
      wait(false);
    }
  };
  return html`<div class="sign-in">
    <h1 tabindex="-1">What happened to this message?</h1>
    <p class="lead">Sign in with your API key to look.</p>
    ${why() && html`<div class="banner info" role="status">${why()}</div>`}
    ${problem && html`<${Problem} problem=${problem} />`}
    <form onSubmit=${submit} class="card">
      <input type="text" name="username" value="message-detail" autocomplete="username" hidden />
      <label for="key">API key</label>
      <input ref=${box} id="key" name="key" type="password" required autocomplete="current-password" spellcheck="false" />
      <label class="check"><input type="checkbox" name="acting" /> I want to act, too (sync, bring back dead letters)</label>
      <button class="main" disabled=${busy}>${busy ? "Signing in …" : "Sign in"}</button>
    </form>
    <p class="quiet">The key is exchanged for a session of 8 hours that can do no more than the key. It ends when you sign out,
      close the tab, or leave it alone for half an hour. Who runs this makes keys with <code>message-detail keys create</code>.</p>
  </div>`;
}
