import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'

import type { Compressible, Encoding } from './compressed.ts'
import { compressible } from './compressed.ts'

/** A file of the page, ready to be sent. */
export interface AppFile {
  readonly type: string
  readonly etag: string
  /** Whether its name changes with its content. */
  readonly isHashed: boolean
  as(encoding: Encoding): ReturnType<Compressible['as']>
}

/** The files of the built page. */
export interface AppFiles {
  /**
   * The page itself, told under which path it is served; undefined when it is not built. That of a study
   * names the files it needs for its first view.
   */
  page(view: 'index' | 'study'): AppFile | undefined
  /** A file under `assets/`. */
  asset(name: string): AppFile | undefined
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** One segment, of letters that mean nothing to a file system. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/

/**
 * @param folder `index.html` and `assets/`, as Vite builds them
 * @param base the path under which the page is served, with a slash at both ends
 */
export function createAppFiles(folder: string, base: string): AppFiles {
  const cache = new Map<string, { readonly changedAt: number; readonly file: AppFile }>()
  const kept = (path: string, make: (bytes: Buffer) => AppFile): AppFile | undefined => {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats?.isFile() !== true) return undefined
    // The page may be built anew while the server runs.
    const found = cache.get(path)
    if (found?.changedAt === stats.mtimeMs) return found.file
    const file = make(readFileSync(path))
    cache.set(path, { changedAt: stats.mtimeMs, file })
    return file
  }
  return {
    page: (view) =>
      kept(join(folder, `${view}.html`), (bytes) =>
        ready(Buffer.from(based(bytes.toString('utf8'), base)), 'text/html; charset=utf-8', false),
      ),
    asset(name) {
      if (!plainName.test(name)) return undefined
      const type = types[extname(name)]
      if (type === undefined) return undefined
      const path = join(folder, 'assets', name)
      return kept(path, (bytes) => ready(bytes, type, true, path))
    },
  }
}

/** The page with its links, and what it is told of its place, for this path. */
export function based(html: string, base: string): string {
  return html
    .replaceAll(/((?:src|href)=")(?:\.?\/)(?=assets\/)/g, (_, start: string) => `${start}${base}`)
    .replace(
      /(<meta name="attune-base" content=")[^"]*/,
      (_, start: string) => `${start}${base.replaceAll('"', '&quot;')}`,
    )
}

function ready(bytes: Buffer, type: string, isHashed: boolean, path?: string): AppFile {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 20)}"`
  const here = compressible(bytes)
  const isText = /^(text|application\/(json|wasm)|image\/svg)/.test(type)
  return {
    type,
    etag,
    isHashed,
    async as(encoding) {
      if (!isText || encoding === 'identity') return here.as('identity')
      // What the build compressed is smaller than what is compressed in a hurry.
      const beside = `${path}${encoding === 'br' ? '.br' : '.gz'}`
      if (path !== undefined && existsSync(beside)) {
        return { bytes: readFileSync(beside), encoding }
      }
      return here.as(encoding)
    },
  }
}
