// Modules of ours that need bpmn.io, as the pages get them: bundled, for node can not find their parts.

import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/**
 * What `source`, a module that stands in this folder, exports.
 *
 * @param {string} source
 */
export async function bundled(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
}
