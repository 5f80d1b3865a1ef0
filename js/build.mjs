// Bundles js/src into rt_notebook/static. The output depends on the sources alone: same bytes in any folder, on any
// machine. `source-hash` in the banner lets a test tell a stale bundle without Node (see tests/test_bundle.py).
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { target, threads } from "./threads.mjs";

const root = dirname(fileURLToPath(import.meta.url));

/** SHA-256 over the path and bytes of what builds and of everything below src, in the order of the paths. */
function sourceHash() {
  const below = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
  const hash = createHash("sha256");
  for (const path of [...below, "build.mjs", "threads.mjs"].sort()) {
    hash.update(`${path}\0`).update(readFileSync(join(root, path))).update("\0");
  }
  return hash.digest("hex");
}

await build({
  absWorkingDir: root,
  entryPoints: ["panel", "inspector", "page"].flatMap((name) => [`src/${name}.ts`, `src/${name}.css`]),
  bundle: true,
  format: "esm",
  target,
  charset: "utf8",
  outdir: "../rt_notebook/static",
  banner: Object.fromEntries(["js", "css"].map((kind) => [kind, `/* Built from js/src; source-hash: ${sourceHash()} */`])),
  plugins: [threads],
  logLevel: "info",
});
