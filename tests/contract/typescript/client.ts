// What somebody writes who has the types that openapi-typescript makes of our document: it must pass the compiler.
import type { components, paths } from "./api";

type Message = components["schemas"]["Message"];
type Listed = paths["/v1/messages"]["get"]["responses"]["200"]["content"]["application/json"];
type Query = NonNullable<paths["/v1/messages"]["get"]["parameters"]["query"]>;

const query: Query = { status: "failed,bounced", limit: 5 };

export function told(page: Listed): string[] {
  return page.items.map((message: Message) => `${message.id} ${message.status} ${message.from?.address ?? "?"}`);
}

// @ts-expect-error: a word that is no outcome
const wrong: Query = { outcome: "perhaps" };

export { query, wrong };
