// A status is a word and a shape, never a colour alone.
import { html } from "../lib/html.js";
import { statusWords } from "../lib/words.js";

const SHAPES = {
  good: "M3.500 8.500l3 3 6-7", bad: "M4.500 4.500l7 7m0-7l-7 7", waiting: "M8 4.500V8l2.500 2",
  unclear: "M6 6.200a2 2 0 1 1 2.700 1.900c-.5.200-.7.500-.7 1.100M8 11.600v.1",
};

/** @param {{kind: keyof typeof SHAPES, large?: boolean}} props */
export function Mark({ kind, large }) {
  const size = large ? 36 : 18;
  return html`<svg class="mark ${kind}" width=${size} height=${size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <circle cx="8" cy="8" r="7.500" /><path d=${SHAPES[kind]} /></svg>`;
}

/** @param {{status: string, native?: string | null}} props */
export function Status({ status, native }) {
  const [name, kind] = statusWords(status);
  return html`<span class="status ${kind}"><${Mark} kind=${kind} /><span>${name}${native && html`<small class="native"> <bdi>${native}</bdi></small>`}</span></span>`;
}
