// Keys for who works without a mouse; they can be switched off, since they are single letters (WCAG 2.1.4).
import { html, useEffect, useState } from "../lib/html.js";
import { go, link } from "../lib/place.js";
import { Dialog } from "./dialog.js";

const STORED = "message-detail.keys";
const LIST = [["/", "to the search box"], ["j and k", "to the next and the previous row"], ["Enter", "open the row"],
  ["g then l", "messages"], ["g then s", "stuck messages"], ["g then p", "providers"], ["?", "this list"], ["Esc", "close it, leave a field"]];
/** @type {Record<string, string[]>} */
const GO = { l: ["messages"], s: ["stuck"], p: ["providers"] };

const on = () => localStorage.getItem(STORED) !== "off";

/** @param {EventTarget | null} target */
const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

/** @param {number} step */
function move(step) {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("a.row")]);
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}

function search() {
  const box = document.querySelector("input[type=search]");
  if (box instanceof HTMLElement) box.focus();
  else go(link([]));
}

/** Listens for the keys. @param {{help: boolean, setHelp: (open: boolean) => void}} props */
export function Keys({ help, setHelp }) {
  const [enabled, enable] = useState(on);
  useEffect(() => {
    let going = 0;
    /** @param {KeyboardEvent} event */
    const pressed = (event) => {
      if (event.key === "Escape" && typing(event.target)) /** @type {HTMLElement} */ (event.target).blur();
      if (!enabled || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
      const was = going;
      going = event.key === "g" ? Date.now() : 0;
      if (Date.now() - was < 1500 && GO[event.key]) go(link(GO[event.key]));
      else if (event.key === "/") search();
      else if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "?") setHelp(true);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [enabled]);
  const change = () => {
    localStorage.setItem(STORED, enabled ? "off" : "on");
    enable(!enabled);
  };
  return help && html`<${Dialog} title="Keys" close=${() => setHelp(false)}>
    <dl class="facts">${LIST.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
    <p><label><input type="checkbox" checked=${enabled} onChange=${change} /> Keys of one letter are on</label></p>
    <form method="dialog"><button>Close</button></form></${Dialog}>`;
}
