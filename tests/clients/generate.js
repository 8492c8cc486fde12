// Generates typed documents from schema.graphql as a partner's build would: the client preset.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { preset } from "@graphql-codegen/client-preset";
import { codegen } from "@graphql-codegen/core";
import { createNoopProfiler } from "@graphql-codegen/plugin-helpers";
import { buildASTSchema, parse } from "graphql";

const [, , folder, ...files] = process.argv;
const schema = parse(readFileSync("schema.graphql", "utf8"));
const documents = files.map((location) => {
  const rawSDL = readFileSync(location, "utf8");
  return { location, rawSDL, document: parse(rawSDL) };
});

const outputs = await preset.buildGeneratesSection({
  baseOutputDir: `${folder}/`,
  schema,
  schemaAst: buildASTSchema(schema),
  documents,
  config: {
    defaultScalarType: "string", // whatever a scalar of ours means, it is written as a string
    useTypeImports: true,
  },
  presetConfig: {},
  plugins: [],
  pluginMap: {},
  pluginContext: {},
  profiler: createNoopProfiler(),
  documentTransforms: [],
});
for (const output of outputs) {
  const text = await codegen({ ...output, cache: undefined });
  mkdirSync(dirname(output.filename), { recursive: true });
  writeFileSync(output.filename, text);
}
