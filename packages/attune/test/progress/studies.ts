import type {
  ObjectivesOption,
  SearchSpace,
  SimulatedClock,
  Study,
  StudyOptions,
} from '@attune/core'
import { choice, createStudy, float, random, simulatedClock, space } from '@attune/core'

export const clockStart = Date.UTC(2026, 0, 1)

type Result = number | readonly number[] | Readonly<Record<string, number>>
export type TestStudy = Study<unknown, Result>

const digits = space({ lr: float(1e-4, 1, { scale: 'log' }), act: choice(['relu', 'tanh']) })

/** A study in memory on a clock that the test sets, to be driven with `ask` and `tell`. */
export async function openStudy(
  options: Omit<StudyOptions<unknown, ObjectivesOption>, 'clock'> = {},
): Promise<{ study: TestStudy; clock: SimulatedClock }> {
  const clock = simulatedClock({ start: clockStart })
  const study = await createStudy({
    name: 'digits',
    space: digits as SearchSpace,
    objective: { maximize: 'accuracy' } as ObjectivesOption,
    sampler: random(),
    seed: 1,
    ...options,
    clock,
  })
  return { study: study as unknown as TestStudy, clock }
}

/** Runs one trial to its end, so many seconds long. */
export async function runTrial(
  { study, clock }: { study: TestStudy; clock: SimulatedClock },
  result: Result | 'pruned' | Error,
  { seconds = 1, params }: { seconds?: number; params?: object } = {},
): Promise<number> {
  if (params !== undefined) await study.enqueue(params)
  const trial = await study.ask()
  await clock.advance(seconds * 1000)
  await study.tell(trial, result)
  return trial.number
}

/** Progress output of one kind, as text, with the `now` of a study's clock. */
export function captured(clock: SimulatedClock) {
  let text = ''
  return {
    write: (more: string): void => void (text += more),
    columns: () => 80,
    rows: () => 24,
    color: false,
    now: () => clock.now(),
    lines: (): string[] => text.split('\n').slice(0, -1),
    text: (): string => text,
  }
}
