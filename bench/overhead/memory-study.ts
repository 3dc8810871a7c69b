// The process of which memory.ts measures the memory. Prints the resident megabytes before the study
// and at the most, as JSON.
import type { Values } from '@attune/core'
import { createStudy } from '@attune/core'
import { mixedSpace, mixedValue } from './problem.ts'

const trials = Number(process.argv[2])
// Not maxRSS of resourceUsage: on Linux that begins with what the parent process had.
const base = process.memoryUsage.rss()
let peak = base
const look = (): void => {
  peak = Math.max(peak, process.memoryUsage.rss())
}
await using study = await createStudy({ name: 'bench', space: mixedSpace, seed: 0 })
const objective = ({ values }: { readonly values: Values }): number => {
  look()
  return mixedValue(values)
}
await study.optimize(objective, { trials })
look()
if (study.trials({ state: 'complete' }).length !== trials) throw new Error('trials are missing')
process.stdout.write(JSON.stringify({ base: base / 1e6, peak: peak / 1e6 }))
