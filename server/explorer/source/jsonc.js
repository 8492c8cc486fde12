/**
 * A prettier plugin for the variables pane, with the printer that GraphiQL has on board anyway:
 * prettier's own reads JSON with all of a JavaScript compiler (0.5 MB).
 */
import { applyEdits, format } from "jsonc-parser";

const STYLE = { insertSpaces: true, tabSize: 2 };

export const parsers = {
  jsonc: {
    astFormat: "jsonc",
    parse: (text) => ({ text: applyEdits(text, format(text, undefined, STYLE)) }),
    locStart: () => 0,
    locEnd: ({ text }) => text.length,
  },
};

export const printers = { jsonc: { print: ({ node }) => node.text } };
