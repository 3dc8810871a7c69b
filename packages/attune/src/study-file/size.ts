/** A number of bytes, or a number with its unit. */
export const sizePattern: RegExp = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*((?:[kKmMgGtT][iI]?)?[bB])?\s*$/

/** Smaller sizes are mistakes, such as a forgotten unit. */
export const smallestSize = 1000

/** What a size looks like, for messages. */
export const sizeExpected =
  'a size of at least 1kB such as 512MB, 2GB or 1.5GiB (kB, MB, GB, TB count in thousands, KiB, MiB, GiB, TiB in 1024s)'

/**
 * The bytes of `512MB`, `2 GB`, `1.5GiB` or `4096`, rounded to whole ones; `undefined` for anything else,
 * and for less than a kilobyte. Units may be written in small or capital letters.
 */
export function parseSize(text: string): number | undefined {
  const [, amount, unit = 'b'] = sizePattern.exec(text) ?? []
  if (amount === undefined) return undefined
  const power = 'bkmgt'.indexOf(unit[0]?.toLowerCase() as string)
  const base = unit.length === 3 ? 1024 : 1000
  const bytes = Math.round(Number(amount) * base ** power)
  return Number.isSafeInteger(bytes) && bytes >= smallestSize ? bytes : undefined
}

/** The bytes of a number of bytes, or of a text that is a size. */
export function bytesOf(given: number | string): number | undefined {
  return parseSize(String(given))
}
