import type { Sampler } from '@attune/core'
import { createStudy, forest, memoryJournal, random, sobol, tpe } from '@attune/core'
import { mixedSpace, mixedValue, studyEvents } from './problem.ts'

export interface SuggestionCost {
  readonly sampler: string
  readonly trials: number
  /** Mean CPU milliseconds of ask + tell. */
  readonly cpuMs: number
}

const samplers: Readonly<Record<string, () => Sampler>> = { forest, random, sobol, tpe }

/**
 * CPU time of one trial (ask + tell, in memory) when the history has `trials` trials. The code is
 * warm: V8 has had 10,000 trials (100 of TPE and the forest) to compile it; the first thousand of a process cost about
 * three times as much.
 */
export async function suggestionCost(name: string, trials: number): Promise<SuggestionCost> {
  const cheap = name !== 'tpe' && name !== 'forest'
  await measure(name, trials, cheap ? 10_000 : 100)
  const rounds = cheap ? 41 : 7
  const costs = []
  for (let round = 0; round < rounds; round++) {
    costs.push(await measure(name, trials, cheap ? 500 : 40))
  }
  const cpuMs = costs.sort((a, b) => a - b)[Math.floor(rounds / 2)] as number
  return { sampler: name, trials, cpuMs }
}

async function measure(name: string, trials: number, count: number): Promise<number> {
  const sampler = (samplers[name] as () => Sampler)()
  const described = {
    name: sampler.name,
    ...(sampler.options === undefined ? {} : { options: sampler.options }),
  }
  const log = [
    ...studyEvents(mixedSpace, mixedValue, { name: 'bench', trials, sampler: described }),
  ]
  await using study = await createStudy({
    name: 'bench',
    space: mixedSpace,
    sampler,
    journal: memoryJournal(log.flat()),
  })
  const ask = async (): Promise<void> => {
    const trial = await study.ask()
    await study.tell(trial, mixedValue(trial.values))
  }
  // What is worked out once for a study, such as the order of its trials, is not a trial's cost.
  for (let i = 0; i < 10; i++) await ask()
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) await ask()
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 1000 / count
}
