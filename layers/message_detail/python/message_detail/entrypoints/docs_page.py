"""The documentation page: shows the OpenAPI document, and loads nothing from another host."""

from typing import Final

PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>message-detail</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --line: #d8d8d8; --back: #f3f4f6; --link: #06507a }
@media (prefers-color-scheme: dark) { :root { --line: #3a3d42; --back: #22252a; --link: #7cc4f0 } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem }
h1 { margin-bottom: 0 }
a, .method { color: var(--link) }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .75rem 0; padding: 0 1rem; overflow-x: auto }
details[open] { padding-bottom: 1rem }
summary { cursor: pointer; padding: .6rem 0 }
summary div { padding-left: 5.25rem }
code { font: .875em/1.45 ui-monospace, monospace; background: var(--back); padding: .1em .25em; border-radius: .25em }
summary code { background: none; overflow-wrap: anywhere }
.method { display: inline-block; width: 4rem; font-weight: 700 }
table { border-collapse: collapse; width: 100%; margin-top: 1rem }
td, th { text-align: left; vertical-align: top; border-top: 1px solid var(--line); padding: .3rem .5rem }
td { overflow-wrap: break-word }
td:first-child { white-space: nowrap }
@media (max-width: 40rem) {
  .method + code { display: block; padding: 0 }
  summary div, td:empty { padding: 0 }
  table, tr, td { display: block }
  tr:first-child { display: none }
  tr { border-top: 1px solid var(--line); padding: .3rem 0 }
  td { border: 0; padding: .1rem 0 }
  td:first-child { font-weight: 700 }
}
</style></head><body>
<h1>message-detail</h1>
<p><span id="about">Loading</span> For programs: <a href="openapi.json">openapi.json</a>.</p>
<main></main>
<script>
function el(tag, ...children) { const made = document.createElement(tag); made.append(...children); return made; }
function named(name, made) { made.className = name; return made; }

// What stands between backticks is code.
const words = text => (text || "").split("`").map((part, index) => index % 2 ? el("code", part) : part);
const between = (lists, mark) => lists.flatMap((list, index) => index ? [mark, ...list] : list);
const codes = values => between(values.map(value => [el("code", String(value))]), ", ");

function table(head, rows) {
  const line = (tag, cells) => el("tr", ...cells.map(cell => el(tag, ...[cell].flat())));
  return el("table", line("th", head), ...rows.map(cells => line("td", cells)));
}

function link(reference) {
  const name = reference.split("/").pop();
  const made = el("a", name);
  made.href = "#" + name;
  return made;
}

const BOUNDS = [
  ["minimum", "maximum", ""], ["minLength", "maxLength", " characters"], ["minItems", "maxItems", " entries"],
];

function bounds(schema) {
  const found = BOUNDS.filter(([low, high]) => low in schema || high in schema).map(([low, high, unit]) =>
    (!(high in schema) ? "at least " + schema[low] :
     !(low in schema) ? "at most " + schema[high] : schema[low] + " to " + schema[high]) + unit);
  return found.length ? [" (" + found.join(", ") + ")"] : [];
}

function kind(schema) {
  if (schema.$ref) return [link(schema.$ref)];
  if (schema.anyOf) return between(schema.anyOf.map(kind), " or ");
  if (schema.enum) return codes(schema.enum);
  if ("const" in schema) return codes([schema.const]);
  const values = schema.additionalProperties;
  const types = [schema.type || "any"].flat().map(type =>
    type === "array" && schema.items ? ["list of ", ...kind(schema.items)] :
    type === "object" && values instanceof Object ? ["object of ", ...kind(values)] :
    [schema.format && type === "string" ? schema.format : type]);
  const usual = "default" in schema ? [", default ", ...codes([schema.default])] : [];
  return [...between(types, " or "), ...bounds(schema), ...usual];
}

function body(content) {
  return Object.entries(content || {}).flatMap(([type, media]) =>
    [...kind(media.schema), type.endsWith("json") ? "" : " (" + type + ")"]);
}

function operation(path, method, op) {
  const verb = named("method", el("span", method.toUpperCase()));
  const box = el("details", el("summary", verb, el("code", path), el("div", op.summary)));
  if (op.description) box.append(el("p", ...words(op.description)));
  if (op.parameters.length) box.append(table(["parameter", "in", "is", ""], op.parameters.map(one =>
    [one.name + (one.required ? " *" : ""), one.in, kind(one.schema), words(one.description)])));
  if (op.requestBody) box.append(el("p", "Body: ", ...body(op.requestBody.content),
    op.requestBody.required ? "" : ", or none"));
  box.append(table(["answer", "body", "headers", ""], Object.entries(op.responses).map(([status, answer]) =>
    [status, body(answer.content), codes(Object.keys(answer.headers || {})), words(answer.description)])));
  return box;
}

function schema(name, one) {
  const box = el("details", el("summary", el("code", name)));
  box.id = name;
  if (one.description) box.append(el("p", ...words(one.description)));
  if (!one.properties) box.append(el("p", ...kind(one)));
  else box.append(table(["key", "is", ""], Object.entries(one.properties).map(([key, value]) =>
    [key + ((one.required || []).includes(key) ? " *" : ""), kind(value), words(value.description)])));
  return box;
}

function open() {
  const box = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (box) { box.open = true; box.scrollIntoView(); }
}

function show(api) {
  document.getElementById("about").textContent = api.info.description + " Version " + api.info.version + ".";
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, op]) => operation(path, method, op)));
  const schemas = Object.entries(api.components.schemas).map(([name, one]) => schema(name, one));
  document.querySelector("main").append(...routes, el("h2", "Bodies"), el("p", "* is always there."), ...schemas);
  addEventListener("hashchange", open);
  open();
}

fetch("openapi.json").then(answer => answer.json()).then(show).catch(error => {
  document.getElementById("about").textContent = "The document could not be loaded: " + error;
});
</script></body></html>
"""
