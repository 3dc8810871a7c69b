import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { indexPage } from './index-page.ts'
import type { Result } from './page.ts'
import { documentPage } from './page.ts'
import type { Profile } from './reproduction.ts'

/** Where the results of a document go, without the ending. */
export interface Places {
  of(name: string): string
  /** The page over all documents. */
  readonly index: string
}

/**
 * The full profile writes beside the reproductions, where results are kept; the short one into the
 * folder of runs.
 * @param out a folder that takes everything instead
 */
export function placesIn(root: string, profile: Profile, out: string | undefined): Places {
  if (out !== undefined)
    return { of: (name) => join(out, `${name}-${profile}`), index: join(out, 'index.html') }
  if (profile === 'short') {
    const runs = join(root, 'runs')
    return { of: (name) => join(runs, `${name}-short`), index: join(runs, 'index.html') }
  }
  return { of: (name) => join(root, name, 'results', 'full'), index: join(root, 'index.html') }
}

/** Writes the page and the JSON of a document; gives the page's file. */
export async function writeResult(result: Result, places: Places): Promise<string> {
  const base = places.of(result.document.name)
  await mkdir(dirname(base), { recursive: true })
  await replace(`${base}.html`, await documentPage(result))
  await replace(`${base}.json`, `${JSON.stringify(result, null, 1)}\n`)
  return `${base}.html`
}

/** Writes the page over all documents whose results are there. */
export async function writeIndex(names: readonly string[], places: Places): Promise<void> {
  const entries: { result: Result; href: string }[] = []
  for (const name of names) {
    const base = places.of(name)
    if (!existsSync(`${base}.json`)) continue
    const result = JSON.parse(await readFile(`${base}.json`, 'utf8')) as Result
    entries.push({ result, href: relative(dirname(places.index), `${base}.html`) })
  }
  await replace(places.index, indexPage(entries))
}

/** A file appears whole or not at all. */
async function replace(file: string, content: string): Promise<void> {
  await writeFile(`${file}.draft`, content)
  await rename(`${file}.draft`, file)
}
