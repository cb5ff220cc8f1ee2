// Builds static/dist: one script (and style sheet) per entry with a content hash in its name, and
// manifest.json that tells the server which file "inbox.js" is now. No request leaves the machine.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DIST = join(HERE, "dist");
const ICONS = join(HERE, "..", "node_modules", "@tabler", "icons", "icons");

const ENTRIES = {
  app: "src/app/index.js",
  task: "src/task/index.js",
  viewer: "src/viewer/index.js",
  inbox: "src/inbox/index.js",
  desk: "src/desk/index.js",
  modeler: "src/modeler/index.js",
  form_editor: "src/form_editor/index.js",
  decision_editor: "src/decision_editor/index.js",
  project: "src/project/index.js",
  style: "css/app.css",
  designer: "src/designer/designer.css",
};

// The style sheet of every page is asked for as "app.css", beside "app.js".
const PUBLIC_NAMES = { "style.css": "app.css" };

/** Panels of other engines that a library brings along: without the line that names what they need, nothing keeps them. */
const OTHERS_PANELS = /^(?:Zeebe|CamundaPlatform|Camunda)PropertiesProvider\$?\d*\.\$inject = .*$/gm;

const withoutOthersPanels = {
  name: "without-others-panels",
  setup({ onLoad }) {
    onLoad({ filter: /(?:bpmn|dmn)-js-properties-panel[/\\]dist[/\\]index\.esm\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, "utf8");
      return { contents: contents.replace(OTHERS_PANELS, ""), loader: "js" };
    });
  },
};

async function build() {
  const started = performance.now();
  const { metafile } = await esbuild.build({
    absWorkingDir: HERE,
    entryPoints: ENTRIES,
    outdir: DIST,
    entryNames: "[name]-[hash]",
    assetNames: "files/[name]-[hash]",
    bundle: true,
    minify: true,
    // A plain script keeps its names to itself, whatever else the page loads.
    format: "iife",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [withoutOthersPanels],
    alias: { "@bpmn-io/cm-theme": "./src/lib/feel_theme.js" },
    loader: {
      ".woff": "file",
      ".woff2": "file",
      ".ttf": "file",
      ".eot": "file",
      ".svg": "file",
      ".bpmn": "text",
    },
    legalComments: "linked",
    logLevel: "warning",
    metafile: true,
  });

  const manifest = { ...named(metafile), ...(await copyIcons()) };
  await writeFile(join(DIST, "manifest.json"), JSON.stringify(manifest, null, 2));
  await removeStale(metafile);
  const seconds = (performance.now() - started) / 1000;
  console.log(`static/dist built in ${seconds.toFixed(1)} s`);
}

/** Public name → file of every entry: {"app.js": "app-4F2A.js", "viewer.css": …}. */
function named(metafile) {
  const manifest = {};
  const scripts = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
  for (const [path, output] of scripts) {
    for (const file of [path, output.cssBundle].filter(Boolean)) {
      const name = basename(file).replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1");
      manifest[PUBLIC_NAMES[name] ?? name] = basename(file);
    }
  }
  return manifest;
}

/** The icons of src/icons.json ("check", "filled/star"), as dist/icons/<name>.svg. */
async function copyIcons() {
  const names = JSON.parse(await readFile(join(HERE, "src", "icons.json"), "utf8"));
  await mkdir(join(DIST, "icons"), { recursive: true });
  const digest = createHash("sha256");
  for (const name of names) {
    const [style, icon] = name.includes("/") ? name.split("/") : ["outline", name];
    const svg = await readFile(join(ICONS, style, `${icon}.svg`), "utf8");
    await writeFile(join(DIST, "icons", `${basename(name)}.svg`), svg);
    digest.update(svg);
  }
  return { icons: digest.digest("hex").slice(0, 8) };
}

/** What an earlier build left goes only after the new files are there. */
async function removeStale(metafile) {
  const fresh = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const folder of [DIST, join(DIST, "files")]) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const kept = fresh.has(entry.name) || entry.name === "manifest.json";
      if (entry.isFile() && !kept) await rm(join(folder, entry.name));
    }
  }
}

await build();
