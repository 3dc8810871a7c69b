import type { Sampler } from '@attune/core'
import { createStudy, memoryJournal, random, sobol, tpe } from '@attune/core'
import { mixedSpace, mixedValue, studyEvents } from './problem.ts'

export interface SuggestionCost {
  readonly sampler: string
  readonly trials: number
  /** Mean CPU milliseconds of ask + tell. */
  readonly cpuMs: number
}

const samplers: Readonly<Record<string, () => Sampler>> = { random, sobol, tpe }

/** CPU time of one trial (ask + tell, in memory) when the history has `trials` trials. */
export async function suggestionCost(name: string, trials: number): Promise<SuggestionCost> {
  const sampler = (samplers[name] as () => Sampler)()
  const described = { name: sampler.name, ...(sampler.options === undefined ? {} : { options: sampler.options }) }
  const log = [...studyEvents(mixedSpace, mixedValue, { name: 'bench', trials, sampler: described })]
  const study = await createStudy({ name: 'bench', space: mixedSpace, sampler, journal: memoryJournal(log.flat()) })
  const ask = async (): Promise<void> => {
    const trial = await study.ask()
    await study.tell(trial, mixedValue(trial.values))
  }
  for (let i = 0; i < 30; i++) await ask()
  const rounds = 5
  const count = name === 'tpe' ? 40 : 400
  const costs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    for (let i = 0; i < count; i++) await ask()
    const used = process.cpuUsage(before)
    costs.push((used.user + used.system) / 1000 / count)
  }
  await study.close()
  const cpuMs = costs.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number
  return { sampler: name, trials, cpuMs }
}
