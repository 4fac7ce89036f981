// Bundles the entry script and the entry style sheet into static/dist, under names that carry a hash of the content,
// and writes manifest.json, which tells the pages those names. Old files go last, so a running server never misses one.
import { build } from "esbuild";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

const target = "static/dist";
const entries = ["static/js/app.js", "static/css/app.css", "static/icons.svg", "static/icon.svg"];

const result = await build({
  entryPoints: entries,
  outdir: target,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  splitting: true, // what is imported on demand travels on demand
  format: "esm",
  target: "es2022",
  charset: "utf8",
  loader: { ".svg": "copy", ".png": "file", ".woff2": "file" },
  legalComments: "linked", // the licences of what is bundled, beside it
  metafile: true,
  logLevel: "warning",
}).catch(() => process.exit(1)); // the message is on the screen already

const outputs = Object.entries(result.metafile.outputs);
const manifest = Object.fromEntries(
  outputs
    .filter(([, output]) => entries.includes(output.entryPoint))
    .map(([path, output]) => [basename(output.entryPoint), basename(path)]),
);
await writeFile(join(target, "manifest.new"), JSON.stringify(manifest, null, 2) + "\n");
await rename(join(target, "manifest.new"), join(target, "manifest.json"));

const current = new Set(["manifest.json", ...outputs.map(([path]) => basename(path))]);
for (const name of await readdir(target)) {
  if (!current.has(name)) await rm(join(target, name), { recursive: true });
}
