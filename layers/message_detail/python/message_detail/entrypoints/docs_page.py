"""The documentation page: shows the OpenAPI document, and loads nothing from another host."""

from typing import Final

PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>message-detail</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{margin-bottom:0}section{border:1px solid #d8d8d8;border-radius:.5rem;margin:1rem 0;padding:.25rem 1rem}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{overflow:auto;background:#f6f6f6;padding:.75rem;border-radius:.4rem}
.method{display:inline-block;min-width:3.5rem;font-weight:700;color:#06507a}summary{cursor:pointer;padding:.5rem 0}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;border-top:1px solid #e4e4e4;padding:.3rem .5rem}
@media (prefers-color-scheme:dark){body{color:#e8e8e8;background:#16181b}section{border-color:#3a3d42}
pre{background:#22252a}.method{color:#7cc4f0}td,th{border-color:#3a3d42}}
</style></head><body>
<h1>message-detail</h1><p id="about">Loading <a href="openapi.json">openapi.json</a> &hellip;</p><main></main>
<script>
const el = (tag, text, cls) => { const e = document.createElement(tag); if (text) e.textContent = text; if (cls) e.className = cls; return e; };
const row = (cells, tag) => { const r = el("tr"); for (const c of cells) r.append(el(tag || "td", String(c))); return r; };
function table(head, rows) { const t = el("table"); t.append(row(head, "th")); rows.forEach(r => t.append(row(r))); return t; }
const schemas = {};
const whole = s => s.$ref ? schemas[s.$ref.split("/").pop()] : s;
function operation(path, method, op) {
  const box = el("section"), d = el("details"), s = el("summary");
  s.append(el("span", method.toUpperCase(), "method"), el("code", path), el("div", op.summary));
  d.append(s); if (op.description) d.append(el("p", op.description));
  if ((op.parameters || []).length) d.append(table(["parameter", "in", "schema", ""],
    op.parameters.map(p => [p.name + (p.required ? " *" : ""), p.in, JSON.stringify(p.schema), p.description || ""])));
  if (op.requestBody) { d.append(el("p", "Body")); d.append(el("pre", JSON.stringify(whole(op.requestBody.content["application/json"].schema), null, 2))); }
  d.append(table(["answer", "", "body"], Object.entries(op.responses).map(([code, r]) => {
    const [type, content] = Object.entries(r.content || {})[0] || ["", null];
    return [code, r.description, content ? type + " " + (content.schema.$ref || "").replace(/.*[/]/, "") : ""]; })));
  box.append(d); return box;
}
fetch("openapi.json").then(r => r.json()).then(api => {
  document.getElementById("about").textContent = api.info.description + " Version " + api.info.version + ".";
  Object.assign(schemas, api.components.schemas);
  const main = document.querySelector("main");
  for (const [path, ops] of Object.entries(api.paths)) for (const [method, op] of Object.entries(ops)) main.append(operation(path, method, op));
  main.append(el("h2", "Schemas"));
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    const box = el("section"), d = el("details"); d.append(el("summary", name)); d.append(el("pre", JSON.stringify(schema, null, 2))); box.append(d); main.append(box); }
}).catch(error => { document.getElementById("about").textContent = "The document could not be loaded: " + error; });
</script></body></html>
"""
