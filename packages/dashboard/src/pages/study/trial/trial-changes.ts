import { promptBox } from '../../../app/confirm.ts'
import type { OpenedStudy } from '../../../data/engine.ts'
import { act } from '../../../steer/commands.ts'
import { countOf } from '../../../ui/format.ts'

/** Ends an open trial as pruned, wherever it runs. */
export async function skipTrial(study: OpenedStudy, trial: number): Promise<void> {
  const why = await promptBox({
    title: `Skip trial ${trial}?`,
    text: 'It ends as pruned, wherever it runs; what it reported still guides the search. This cannot be undone.',
    yes: 'Skip it',
    input: { label: 'Why', value: '', optional: true },
  })
  if (why === undefined) return
  await act(study, { kind: 'skip', trial, ...given(why) }, { text: `Trial ${trial} is skipped.` })
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
  await act(
    study,
    { kind: 'fail', trial, ...given(why) },
    { text: `Trial ${trial} counts as failed.` },
  )
}

/** Takes trials out of search, best result, analysis and charts, or back in. */
export async function excludeTrials(
  study: OpenedStudy,
  trials: readonly number[],
  excluded: boolean,
): Promise<void> {
  const which = trials.length === 1 ? `trial ${trials[0]}` : countOf(trials.length, 'trial')
  const why = excluded
    ? await promptBox({
        title: `Exclude ${which}?`,
        text: 'Samplers, the best result, analysis and charts pass over what is excluded, until it is taken back in. Nothing is deleted.',
        yes: 'Exclude',
        input: { label: 'Why', value: '', optional: true },
      })
    : ''
  if (why === undefined) return
  const commands = (out: boolean) =>
    trials.map((trial) => ({ kind: 'annotate', trial, excluded: out, ...given(why) }) as const)
  const text = `${which} ${trials.length === 1 ? 'is' : 'are'} ${excluded ? 'excluded' : 'back in'}.`
  await act(study, commands(excluded), {
    text: text.charAt(0).toUpperCase() + text.slice(1),
    undo: commands(!excluded),
  })
}

const given = (why: string): { readonly why?: string } => (why === '' ? {} : { why })
