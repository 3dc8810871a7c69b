import type { Study } from './study.ts'
import type { ObjectivesOption, ResultOf, StudyOptions } from './study-options.ts'

/**
 * Opens a study: a new one, or the one that the journal holds, which then goes on.
 *
 * @throws AttuneError `study/config` with every mistake of the options; `study/changed` when the
 *   stored study differs and `acceptChanges` does not allow it; `study/capability` when the
 *   sampler or scheduler cannot do what the study asks.
 * @example
 * const study = await createStudy({ space: space({ x: float(-5, 5) }), objective: 'minimize' })
 * await study.optimize(({ params }) => (params.x - 1) ** 2, { trials: 50 })
 * console.log(study.best()?.params)
 */
export async function createStudy<
  P = Record<string, never>,
  const O extends ObjectivesOption = 'minimize',
>(options: StudyOptions<P, O> = {}): Promise<Study<P, ResultOf<O>>> {
  // A page that shows something first does not wait for the engine.
  const { openStudy } = await import('./open-study.ts')
  return openStudy(options)
}
