/**
 * What this browser tab keeps, in sessionStorage: it ends with the tab, and nothing outlives it.
 * A token never reaches localStorage.
 */
const TOKEN = "kickstand:token";
const ID = "kickstand:id";

export const token = () => sessionStorage.getItem(TOKEN) ?? "";
export const id = () => sessionStorage.getItem(ID) ?? "";
export const keepToken = (value) => sessionStorage.setItem(TOKEN, value);

/**
 * Takes `#token=…&id=…` out of the address, where a history or a neighbour would see it.
 * Tells whether there was something to take.
 */
export function takeFromAddress() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const taken = [["token", TOKEN], ["id", ID]].filter(([name]) => fragment.has(name));
  for (const [name, key] of taken) sessionStorage.setItem(key, fragment.get(name).trim());
  if (taken.length) history.replaceState(null, "", location.pathname + location.search);
  return taken.length > 0;
}

const TABS = ["graphiql:tabState", "graphiql:query", "graphiql:variables", "graphiql:headers"];
const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith("graphiql:"));

/** GraphiQL's own memory. Open tabs are not kept: they would hide the ready documents. */
export const storage = {
  getItem: (key) => (TABS.includes(key) ? null : sessionStorage.getItem(key)),
  setItem: (key, value) => TABS.includes(key) || sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
  clear: () => keys().forEach((key) => sessionStorage.removeItem(key)),
  get length() {
    return keys().length;
  },
};
