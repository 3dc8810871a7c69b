import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

import { AttuneError } from '@attune/core'

/** What of sharp is used here. */
type Sharp = (
  svg: Uint8Array,
  options: { readonly density: number },
) => {
  resize(width: number): { png(): { toBuffer(): Promise<Uint8Array> } }
}

/** A screen with two dots a pixel shows it sharply. */
const dotsPerPixel = 2

/**
 * An SVG picture as PNG, twice as wide in dots as the picture is in pixels.
 * @throws AttuneError `usage` where sharp, which `@attune/models` brings, is not installed
 */
export async function rasterize(
  svg: string,
  { width, columns }: { readonly width: number; readonly columns: number },
): Promise<Uint8Array> {
  const sharp = await findSharp()
  // The picture says no size of its own, so that it is drawn for the width that is asked for.
  const size = width * columns
  const sized = svg.replace(' width="100%"', ` width="${size}"`)
  return sharp(new TextEncoder().encode(sized), { density: 72 * dotsPerPixel })
    .resize(size * dotsPerPixel)
    .png()
    .toBuffer()
}

/** sharp as it can be found from here, or beside `@attune/models`. */
async function findSharp(): Promise<Sharp> {
  const places = [() => import.meta.url, () => import.meta.resolve('@attune/models')]
  for (const place of places) {
    try {
      const found = createRequire(place()).resolve('sharp')
      const module = (await import(pathToFileURL(found).href)) as { default: Sharp }
      return module.default
    } catch {
      // The next place may have it.
    }
  }
  throw new AttuneError(
    'usage',
    'A PNG is drawn by sharp, which is not installed. Install it beside attune (npm install sharp, or npm install @attune/models, which brings it), or take .svg, which needs nothing.',
  )
}
