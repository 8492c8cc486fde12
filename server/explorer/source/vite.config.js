import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { recordPackages, writeRecord } from "./record.js";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  base: "./",
  // What graphql wants to see of a production build.
  define: { "globalThis.process": "true", "globalThis.process.env.NODE_ENV": '"production"' },
  resolve: {
    alias: {
      "monaco-editor/esm/vs/editor/edcore.main.js": here("monaco.js"),
      "prettier/parser-babel": here("jsonc.js"),
      "prettier/plugins/estree": here("jsonc.js"),
    },
  },
  build: {
    outDir: "../built",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    // Monaco is one program of some 2 MB, whatever the advice.
    chunkSizeWarningLimit: 3000,
    rolldownOptions: {
      onLog(level, log, report) {
        // "use client" and its like mean nothing in a page that no server renders.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
      },
    },
  },
  plugins: [recordPackages(), writeRecord()],
  worker: { format: "es", plugins: () => [recordPackages()] },
});
