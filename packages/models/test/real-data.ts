import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const beside = fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** Real data, which is no part of the repository: `ATTUNE_DATA`, else `../shared/data` beside it. */
export const dataFolder: string = process.env['ATTUNE_DATA'] || beside

/** Whether all of these are in the folder; if not, says why tests are skipped. */
export function isThere(...names: readonly string[]): boolean {
  const absent = names.map((name) => join(dataFolder, name)).filter((path) => !existsSync(path))
  if (absent.length === 0) return true
  console.warn(
    `Skipped: there is no ${absent.join(' and no ')}. Set ATTUNE_DATA to the folder of the real data.`,
  )
  return false
}
