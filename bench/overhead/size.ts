import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

export interface BundleSize {
  readonly imports: string
  /** What the import itself costs a page, and all that is loaded by the time a study has run. */
  readonly importKb: number
  readonly runKb: number
}

/** The part that a first study loads when createStudy is called. */
const loadedByRunning = ['open-study']

/** Minified and gzipped kilobytes (1,000 bytes) of the engine, as a bundler with chunks cuts it. */
export async function bundleSize(imports: string): Promise<BundleSize> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-size-'))
  try {
    const entry = join(folder, 'entry.js')
    const core = resolve(import.meta.dirname, '../../packages/core/dist/index.js')
    writeFileSync(entry, `export { ${imports} } from ${JSON.stringify(core)}\n`)
    const bundle = await rolldown({ input: entry, platform: 'browser' })
    const { output } = await bundle.generate({ minify: true, format: 'esm' })
    const chunks = new Map(
      output.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one] as const] : [])),
    )
    const loaded = new Set<string>()
    const load = (name: string): void => {
      if (loaded.has(name)) return
      loaded.add(name)
      for (const other of chunks.get(name)?.imports ?? []) load(other)
    }
    const kilobytes = (): number => {
      const code = [...loaded].map((name) => chunks.get(name)?.code ?? '').join('\n')
      return gzipSync(code, { level: 9 }).length / 1000
    }
    load('entry.js')
    const importKb = kilobytes()
    for (const name of chunks.keys()) {
      if (loadedByRunning.some((start) => name.startsWith(start))) load(name)
    }
    return { imports, importKb, runKb: kilobytes() }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
