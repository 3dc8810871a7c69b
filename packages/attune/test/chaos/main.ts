// The chaos suite: npm run chaos [-- --trials N --kills N --seed S --workers N]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runChaos } from './chaos.ts'

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '205' },
    workers: { type: 'string', default: '4' },
    seed: { type: 'string', default: 'night' },
    keep: { type: 'boolean', default: false },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'attune-chaos-'))
const trials = Number(values.trials)
const report = await runChaos({
  folder,
  trials,
  kills: Number(values.kills),
  workers: Number(values.workers),
  seed: values.seed,
  onKill: (kill, finished) => {
    if (kill % 10 === 0) console.log(`kill ${kill}, about ${finished} of ${trials} trials`)
  },
})
console.log(report)
const { first, last } = report.regionShares
const wrong = [
  report.lostResults.length > 0 && 'results were lost',
  report.doubled.length > 0 && 'trials were counted twice',
  report.longestOrphan > 5 && 'orphans lived longer than 5 s',
  report.leftProcesses > 0 && 'processes were left',
  report.leftGroups.length > 0 && 'control groups were left',
  report.finished !== trials && 'the study did not complete its budget',
  report.trials !== trials && 'the study opened too many trials',
  report.smallestFreeBytes < 200e6 && 'the memory of the machine was exhausted',
  last >= first / 2 && 'the failing region was not left',
].filter((one) => one !== false)
if (values.keep) console.log(`kept in ${folder}`)
else rmSync(folder, { recursive: true, force: true })
console.log(wrong.length === 0 ? 'chaos: all held' : `chaos: ${wrong.join('; ')}`)
process.exitCode = wrong.length === 0 ? 0 : 1
