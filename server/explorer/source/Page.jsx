import { explorerPlugin } from "@graphiql/plugin-explorer";
import { useGraphiQL } from "@graphiql/react";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useEffect, useMemo, useState } from "react";
import { ask, whyNoSchema } from "./ask.js";
import * as session from "./session.js";

const EXPLORER = explorerPlugin({ showAttribution: false });
const PLUGINS = [EXPLORER, HISTORY_PLUGIN];
const PAUSE_MS = 400;

/** GraphiQL with a place for the token. `problem` is what went wrong before, if anything. */
export function Page({ tabs, problem }) {
  const [token, setToken] = useState(session.token);
  const [notice, setNotice] = useState(null);
  const typed = usePause(token, PAUSE_MS);
  // A new fetcher makes GraphiQL fetch the schema again, as the new token sees it.
  const fetcher = useMemo(() => fetcherThatTells(setNotice), [typed]);

  const change = (value) => {
    session.keepToken(value);
    setToken(value);
  };
  return (
    <>
      <Notice>{problem}</Notice>
      <Notice>{notice}</Notice>
      <GraphiQL
        fetcher={fetcher}
        plugins={PLUGINS}
        visiblePlugin={EXPLORER}
        storage={session.storage}
        shouldPersistHeaders={false}
        defaultTabs={tabs}
        initialVariables={tabs?.[0].variables}
        defaultEditorToolsVisibility="variables"
      >
        <GraphiQL.Logo>
          <Token value={token} onChange={change} />
          <strong>Kickstand</strong>
        </GraphiQL.Logo>
        <StartInTheQuery />
      </GraphiQL>
    </>
  );
}

/** Where the hands begin; and the explorer takes the focus, and scrolls, if no text area has it. */
function StartInTheQuery() {
  const editor = useGraphiQL((state) => state.queryEditor);
  useEffect(() => editor?.focus(), [editor]);
  return null;
}

/** A text area that hides its text: no password manager keeps it, no explorer takes the focus. */
function Token({ value, onChange }) {
  const [shown, setShown] = useState(false);
  return (
    <span className="token">
      <label htmlFor="token">Token</label>
      <textarea
        id="token"
        className={shown ? "" : "hidden"}
        rows={1}
        value={value}
        onChange={(event) => onChange(event.target.value.replaceAll(/\s/g, ""))}
        placeholder="operator, rider or partner key"
        autoComplete="off"
        spellCheck={false}
      />
      <button type="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? "Hide" : "Show"}
      </button>
    </span>
  );
}

const Notice = ({ children }) => children && <p className="notice" role="alert">{children}</p>;

/** Reads the token at each request: the play button never waits for a pause in typing. */
function fetcherThatTells(setNotice) {
  return async (request, { headers } = {}) => {
    const token = session.token();
    const answer = await ask(request, token, headers);
    const stale = token !== session.token();
    if (request.operationName === "IntrospectionQuery" && !stale) {
      setNotice(whyNoSchema(answer, token));
    }
    return answer.body;
  };
}

function usePause(value, milliseconds) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
