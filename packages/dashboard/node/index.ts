import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)
const inPackage = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** The folder of the built page, as `attune ui` serves it: `index.html` and `assets/`. */
export const appFolder: string = inPackage('app')

/** The page in one file and without a study: it opens journals of JSON lines that are dropped on it. */
export const staticPage: string = inPackage('static/index.html')

/**
 * A study as one file of HTML: the page with all it needs, which opens from a disk without a network.
 * Its content security policy permits what stands in it and nothing else.
 *
 * @param packed a study in core's packed form
 * @param name what the window is called
 */
export async function pageOf(packed: Uint8Array, name: string): Promise<string> {
  const [page, data] = await Promise.all([
    readFile(staticPage, 'utf8'),
    compress(packed, { level: 9 }),
  ])
  // Functions, since a dollar sign in a replacement has a meaning.
  return page
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeText(name)} · attune</title>`)
    .replace(
      '<!--data-->',
      () =>
        `<script type="application/octet-stream" id="attune-data">${data.toString('base64')}</script>`,
    )
}

const escapeText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
