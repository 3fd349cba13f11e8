// Build what src/bacasable/ui/static/ui/ and programme/static/ vendor: `npm ci && npm run build` in this folder.
import { copyFile, mkdir, writeFile, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import * as sass from "sass"

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, "node_modules")
const out = join(here, "..", "src", "bacasable", "ui", "static", "ui")
await mkdir(join(out, "fonts"), { recursive: true })

const version = async name => JSON.parse(await readFile(join(modules, name, "package.json"))).version
const govuk = await version("govuk-frontend")
const banner =
  `/*! bacasable, EUPL-1.2; contains govuk-frontend ${govuk}, MIT, (C) Crown Copyright (Government Digital Service). ` +
  "Built from frontend/: do not edit. */\n"

const css = sass.compile(join(here, "scss", "ui.scss"), {
  style: "compressed",
  loadPaths: [modules],
  quietDeps: true,
  charset: false
})
await writeFile(join(out, "ui.css"), banner + css.css + "\n")

await build({
  entryPoints: [join(here, "ui.mjs")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  banner: { js: banner },
  outfile: join(out, "ui.js")
})

// Not minified: who verifies evidence may want to read what verifies it.
const noble = await version("@noble/ed25519")
await build({
  entryPoints: [join(here, "verify-evidence.mjs")],
  bundle: true,
  format: "esm",
  target: "es2020",
  charset: "utf8",
  legalComments: "inline",
  banner: {
    js:
      `/*! bacasable, EUPL-1.2; contains @noble/ed25519 ${noble}, MIT, (C) 2019 Paul Miller (paulmillr.com). ` +
      "Built from frontend/: do not edit. */"
  },
  outfile: join(here, "..", "src", "bacasable", "programme", "static", "programme", "verify-evidence.js")
})

const fonts = join(modules, "@fontsource-variable", "atkinson-hyperlegible-next", "files")
for (const subset of ["latin", "latin-ext"]) {
  for (const style of ["normal", "italic"]) {
    const name = `atkinson-${subset}${style === "italic" ? "-italic" : ""}.woff2`
    await copyFile(join(fonts, `atkinson-hyperlegible-next-${subset}-wght-${style}.woff2`), join(out, "fonts", name))
  }
}
await copyFile(join(modules, "htmx.org", "dist", "htmx.min.js"), join(out, "htmx.min.js"))
await copyFile(join(modules, "axe-core", "axe.min.js"), join(here, "..", "tests", "browser", "axe.min.js"))
