/** Writes beside the built page what it is made of: VERSIONS.json and LICENSES.txt. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** Published without its licence text; the package named has it, from the same authors. */
const SAME_LICENSE = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};

/** Folders of the packages of which something is in the page or in one of its workers. */
const folders = new Set();

/** Notes what a bundle is made of; workers are bundles of their own. */
export function recordPackages() {
  return {
    name: "record-packages",
    generateBundle(_, bundle) {
      for (const { moduleIds, originalFileNames } of Object.values(bundle)) {
        for (const file of moduleIds ?? originalFileNames) {
          const [folder] = file.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/) ?? [];
          if (folder) folders.add(resolve(folder.replace("\0", "")));
        }
      }
    },
  };
}

/** Writes the records, once every other file of the page is there. */
export function writeRecord() {
  let page;
  return {
    name: "write-record",
    apply: "build",
    configResolved({ root, build }) {
      page = resolve(root, build.outDir);
    },
    closeBundle() {
      const packages = [...folders].sort().map(describe);
      writeFileSync(join(page, "LICENSES.txt"), packages.map(notice).join("\n"));
      const versions = packages.map(({ name, version }) => `${name}@${version}`);
      const record = { packages: [...new Set(versions)].sort(), files: hashes(page) };
      writeFileSync(join(page, "VERSIONS.json"), `${JSON.stringify(record, null, 2)}\n`);
    },
  };
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { folder, name, version, license };
}

function notice({ folder, name, version, license }) {
  const lender = SAME_LICENSE[name];
  const texts = licenses(lender ? join("node_modules", lender) : folder);
  if (!texts.length) throw new Error(`${name} has no licence text: say in SAME_LICENSE who has it`);
  const line = "=".repeat(80);
  return `${line}\n${name} ${version} (${license})\n${line}\n${texts.join("\n\n")}\n`;
}

function licenses(folder) {
  return readdirSync(folder)
    .filter((file) => /^(licen[sc]e|copying|notice|thirdpartynotices)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
}

function hashes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path !== "VERSIONS.json")
    .sort();
  return Object.fromEntries(files.map((path) => [path, sha256(readFileSync(join(folder, path)))]));
}

const sha256 = (content) => createHash("sha256").update(content).digest("hex");
