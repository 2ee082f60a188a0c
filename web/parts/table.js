// A real table that becomes a list of cards where it is narrow; roles are named, since such styles would take them away.
import { html } from "../lib/html.js";

/**
 * @param {{caption: string, columns: {name: string, cell: (row: any) => any, wide?: boolean}[], rows: any[],
 *   keyOf?: (row: any, index: number) => string, quiet?: boolean}} props quiet: the caption is for screen readers only
 */
export function Table({ caption, columns, rows, keyOf, quiet = true }) {
  return html`<table role="table">
    <caption class=${quiet ? "hidden" : ""}>${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map(({ name }) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
    <tbody role="rowgroup">${rows.map((row, index) => html`<tr role="row" key=${keyOf ? keyOf(row, index) : index}>
      ${columns.map(({ name, cell }) => html`<td role="cell" data-label=${name}>${cell(row)}</td>`)}</tr>`)}</tbody>
  </table>`;
}

/** Facts as names and values; those without a value are left out. @param {{facts: [string, any][]}} props */
export function Facts({ facts }) {
  const told = facts.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  if (!told.length) return html`<p class="quiet">Nothing is known.</p>`;
  return html`<dl class="facts">${told.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
