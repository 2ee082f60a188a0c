// A question over the page. The browser keeps the focus in it, gives it back afterwards, and closes it on Esc.
import { html, useEffect, useRef } from "../lib/html.js";

let count = 0;

/** @param {{title: string, close: () => void, children?: any}} props */
export function Dialog({ title, close, children }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const name = useRef(`dialog-${count += 1}`).current;
  useEffect(() => {
    const opener = document.activeElement;
    box.current?.showModal();
    return () => opener instanceof HTMLElement && opener.isConnected && opener.focus();
  }, []);
  return html`<dialog ref=${box} aria-labelledby=${name} onClose=${close}>
    <h2 id=${name} tabindex="-1">${title}</h2>${children}</dialog>`;
}
