// An esbuild plugin: `import source from "worklet:name"` gives the bundled text of src/worklets/name.ts, "worker:name"
// that of src/workers/name.ts, to be loaded from a Blob URL. (A bundle inside a notebook has no files beside it.)
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const target = "es2022";

export const threads = {
  name: "threads",
  setup(build_) {
    build_.onResolve({ filter: /^(worklet|worker):/ }, ({ path }) => ({
      path: path.replace(":", "s/"),
      namespace: "thread",
    }));
    build_.onLoad({ filter: /.*/, namespace: "thread" }, async ({ path }) => {
      const { outputFiles } = await build({
        absWorkingDir: dirname(fileURLToPath(import.meta.url)),
        entryPoints: [`src/${path}.ts`],
        bundle: true,
        write: false,
        format: "iife",
        target,
      });
      return { contents: outputFiles[0].text, loader: "text" };
    });
  },
};
