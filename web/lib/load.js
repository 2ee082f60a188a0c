// Data of the API in a part of the page: loading, there, or a problem; never an answer to an earlier question.
import { useCallback, useEffect, useRef, useState } from "./html.js";
import { Problem } from "./api.js";

/**
 * @template T
 * @param {string} key what is asked: another key is another question, and what it showed goes away
 * @param {(signal: AbortSignal) => Promise<T>} ask
 * @returns {{data: T | undefined, problem: any, busy: boolean, reload: () => void}} while it loads again, what was there stays
 */
export function useLoad(key, ask) {
  const [state, set] = useState(/** @type {{key: string, data: any, problem: any, busy: boolean}} */ ({ key, data: undefined, problem: undefined, busy: true }));
  const [turn, again] = useState(0);
  const asked = useRef(ask);
  asked.current = ask;
  useEffect(() => {
    const control = new AbortController();
    set((/** @type {any} */ old) => (old.key === key ? { ...old, busy: true } : { key, data: undefined, problem: undefined, busy: true }));
    asked.current(control.signal).then(
      (/** @type {any} */ data) => control.signal.aborted || set({ key, data, problem: undefined, busy: false }),
      (/** @type {unknown} */ error) => control.signal.aborted || set((/** @type {any} */ old) => ({ ...old, problem: asProblem(error), busy: false })),
    );
    return () => control.abort();
  }, [key, turn]);
  const reload = useCallback(() => again((/** @type {number} */ count) => count + 1), []);
  return state.key === key ? { ...state, reload } : { data: undefined, problem: undefined, busy: true, reload };
}

/** @param {unknown} error */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem({ code: "page_error", title: "This page made a mistake", detail: "Load it again; if that does not help, tell who runs it." });
}
