import type { Constants } from './constants.ts'
import { readJson } from './files.ts'

interface Stored {
  readonly best_L?: number
  readonly median_L?: number
  readonly p99_L?: number
}
interface CheckFile {
  readonly tasks: Readonly<Record<string, { readonly constants: Stored }>>
}

let file: CheckFile | undefined

/** The constants of a task as they were handed down; undefined for tasks of other tables. */
export function knownConstants(task: string): Constants | undefined {
  file ??= readJson(import.meta.dirname, '../../peers/tab_check.json') as CheckFile
  const { best_L: best, median_L: median, p99_L: top } = file.tasks[task]?.constants ?? {}
  if (best === undefined || median === undefined || top === undefined) return undefined
  return { best, median, top }
}
