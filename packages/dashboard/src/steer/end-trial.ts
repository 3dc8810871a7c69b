import { promptBox } from '../app/confirm.ts'
import type { OpenedStudy } from '../data/engine.ts'
import { act } from './commands.ts'

/** Ends an open trial as pruned, wherever it runs. */
export async function skipTrial(study: OpenedStudy, trial: number): Promise<void> {
  const why = await promptBox({
    title: `Skip trial ${trial}?`,
    text: 'It ends as pruned, wherever it runs; what it reported still guides the search. This cannot be undone.',
    yes: 'Skip it',
    input: { label: 'Why', value: '', optional: true },
  })
  if (why === undefined) return
  const command = { kind: 'skip', trial, ...(why === '' ? {} : { why }) } as const
  await act(study, command, { text: `Trial ${trial} is skipped.` })
}

/** Ends an open trial as failed, wherever it runs. */
export async function failTrial(study: OpenedStudy, trial: number): Promise<void> {
  const why = await promptBox({
    title: `Mark trial ${trial} as failed?`,
    text: 'It ends here, and whatever its program still reports is passed over. This cannot be undone.',
    yes: 'Mark as failed',
    isDangerous: true,
    input: { label: 'Why', value: '', optional: true },
  })
  if (why === undefined) return
  const command = { kind: 'fail', trial, ...(why === '' ? {} : { why }) } as const
  await act(study, command, { text: `Trial ${trial} counts as failed.` })
}

/**
 * Takes trials out of search, best, analysis and charts, or back in. Asks for a reason when some are
 * taken out.
 */
export async function exclude(
  study: OpenedStudy,
  trials: readonly number[],
  excluded: boolean,
): Promise<void> {
  const which = trials.length === 1 ? `trial ${trials[0]}` : `${trials.length} trials`
  const why = excluded
    ? await promptBox({
        title: `Exclude ${which}?`,
        text: 'Samplers, the best result, analysis and charts pass over what is excluded, until it is taken back in. Nothing is deleted.',
        yes: 'Exclude',
        input: { label: 'Why', value: '', optional: true },
      })
    : ''
  if (why === undefined) return
  const reason = why === '' ? {} : { why }
  const is = trials.length === 1 ? 'is' : 'are'
  const commands = (given: boolean) =>
    trials.map((trial) => ({ kind: 'annotate', trial, excluded: given, ...reason }) as const)
  const text = `${which} ${is} ${excluded ? 'excluded' : 'back in'}.`
  await act(study, commands(excluded), {
    text: text.charAt(0).toUpperCase() + text.slice(1),
    undo: commands(!excluded),
  })
}
