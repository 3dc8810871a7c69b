// Builds the dashboard: dist/app, which `attune ui` serves, with compressed files beside what is
// compressed well, and dist/static/index.html, the same in one file. Does nothing when no source of it
// has changed since.
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'
import { between, licencesOf } from './licences.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'packages/dashboard/dist')
const stamp = join(dist, 'sources.txt')

const sources = hashOfSources()
const isDone =
  existsSync(join(dist, 'app/index.html')) &&
  existsSync(join(dist, 'static/index.html')) &&
  existsSync(stamp) &&
  readFileSync(stamp, 'utf8') === sources
if (!isDone) await make()

/** Both are made before either takes its place, so that a mistake leaves what was there. */
async function make() {
  try {
    const made = [await buildApp(), await buildPage()]
    for (const put of made) put()
    writeFileSync(stamp, sources)
  } finally {
    for (const name of ['app', 'static']) freshFolder(name)
  }
}

function hashOfSources() {
  const files = [
    ...globSync('packages/{dashboard,core}/src/**/*.{ts,tsx,css}', { cwd: root }),
    'packages/dashboard/index.html',
    'packages/dashboard/vite.config.ts',
    'scripts/build-dashboard.mjs',
    ...['vite', 'preact', '@preact/signals'].map((name) => `node_modules/${name}/package.json`),
  ].sort()
  const hash = createHash('sha256')
  for (const file of files) {
    hash.update(`${file}\n`)
    hash.update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** The files of a build with vite, by name. */
async function bundle(options) {
  const { output } = await build({
    configFile: join(root, 'packages/dashboard/vite.config.ts'),
    logLevel: 'warn',
    ...options,
    build: { write: false, ...options.build },
  })
  return output
}

function fromRoot(html) {
  return html
    .replaceAll('="./assets/', '="/assets/')
    .replace('<script type="module"', '<script type="module" blocking="render"')
}

function contentOf(file) {
  return file.type === 'chunk' ? file.code : file.source
}

function modulesOf(output) {
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
}

async function buildApp() {
  const output = await bundle({})
  const next = freshFolder('app')
  for (const file of output) {
    const content = contentOf(file)
    // Pages of studies have longer paths; a server below a path puts it before these.
    write(next, file.fileName, file.fileName === 'index.html' ? fromRoot(content) : content)
  }
  const index = contentOf(output.find(({ fileName }) => fileName === 'index.html'))
  write(next, 'study.html', withParts(fromRoot(index), studyParts(output)))
  const notices = `The files in this folder contain parts of the following programs.\n\n${licencesOf(modulesOf(output)).join(between)}`
  write(next, 'licences.txt', notices)
  return () => replaceFolder('app', next)
}

/** The files of the page of a study with its first view, which otherwise are asked for one after the other. */
function studyParts(output) {
  const chunks = new Map(
    output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
  )
  const parts = new Set()
  const add = (name) => {
    const chunk = chunks.get(name)
    if (chunk === undefined || parts.has(name)) return
    parts.add(name)
    for (const style of chunk.viteMetadata?.importedCss ?? []) parts.add(style)
    chunk.imports.forEach(add)
  }
  const start = 'pages/study/study-page.tsx'
  const found = [...chunks.values()].find(({ moduleIds }) =>
    moduleIds.some((id) => id.endsWith(start)),
  )
  if (found === undefined) throw new Error(`No part of the page holds ${start}.`)
  add(found.fileName)
  return [...parts]
}

function withParts(html, parts) {
  const links = parts
    .filter((name) => !html.includes(name))
    .map((name) =>
      name.endsWith('.css')
        ? `<link rel="preload" as="style" crossorigin href="/${name}">`
        : `<link rel="modulepreload" crossorigin href="/${name}">`,
    )
  return html.replace('</head>', `${links.join('\n    ')}\n  </head>`)
}

/** A page that carries its script, its style and the source of its worker. */
async function buildPage() {
  const output = await bundle({
    worker: { format: 'iife' },
    build: { cssCodeSplit: false, rolldownOptions: { output: { codeSplitting: false } } },
  })
  const chunks = output.filter((file) => file.type === 'chunk')
  if (chunks.length !== 1) throw new Error(`One script was expected, not ${chunks.length}.`)
  const script = inert(chunks[0].code)
  const style = textOf(output, (name) => name.endsWith('.css'))
  const source = textOf(output, (name) => /worker.*\.js$/.test(name) && name !== chunks[0].fileName)
  const worker = gzipSync(source, { level: 9 }).toString('base64')
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'worker-src blob:',
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const notices = licencesOf(modulesOf(output)).join(between).replaceAll('--', '==')
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="attune-base" content="file">
<title>attune</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This page shows a study of attune and needs JavaScript.</noscript>
<script type="application/octet-stream" id="attune-worker">${worker}</script>
<!--data-->
<script type="module">${script}</script>
<!-- Parts of this page come from the following programs.

${notices}-->
</body>
</html>
`
  const next = freshFolder('static')
  write(next, 'index.html', html)
  return () => replaceFolder('static', next)
}

function textOf(output, matches) {
  const found = output.filter((file) => matches(file.fileName))
  if (found.length !== 1)
    throw new Error(
      `One file was expected, not ${found.length}: ${found.map((file) => file.fileName)}.`,
    )
  return String(contentOf(found[0]))
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** A script as it may stand in a script element: what would end the element is written otherwise. */
function inert(code) {
  if (code.includes('\r')) throw new Error('HTML reads a carriage return as another sign.')
  return code.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--')
}

function freshFolder(name) {
  const folder = join(dist, `.${name}-${process.pid}`)
  rmSync(folder, { recursive: true, force: true })
  return folder
}

function replaceFolder(name, next) {
  const folder = join(dist, name)
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  renameSync(next, folder)
}

/** Text is compressed too, as well as it can be: it is done once. */
function write(folder, name, content) {
  const file = join(folder, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, content)
  if (!/\.(js|css|html|svg)$/.test(name) || statSync(file).size < 1024) return
  const bytes = Buffer.from(content)
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
}
