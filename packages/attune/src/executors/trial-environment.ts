import type { Trial } from '@attune/core'

/** What a program is told of its trial; without `resume` that it starts at the start. */
type ToldTrial = Pick<Trial, 'number' | 'epoch' | 'seed' | 'params' | 'values'> &
  Partial<Pick<Trial, 'resume'>>

/** The variables by which a program learns about its trial. */
export function trialEnvironment(
  trial: ToldTrial,
  study: string,
  dir: string,
): Record<string, string> {
  const env: Record<string, string> = {
    ATTUNE_STUDY: study,
    ATTUNE_TRIAL: String(trial.number),
    ATTUNE_ATTEMPT: String(trial.epoch + 1),
    ATTUNE_SEED: String(trial.seed),
    ATTUNE_DIR: dir,
    ATTUNE_RESULT: resultFile(dir),
    ATTUNE_PARAMS: JSON.stringify(trial.params),
    ATTUNE_PARAMS_FLAT: JSON.stringify(trial.values),
    // Python buffers what it prints into a pipe, so that no report would come in time.
    PYTHONUNBUFFERED: '1',
  }
  if (trial.resume !== undefined) {
    env['ATTUNE_RESUME'] = String(trial.resume.step)
    env['ATTUNE_RESUME_FROM'] = String(trial.resume.from)
  }
  for (const [name, value] of Object.entries(trial.values)) {
    env[`ATTUNE_PARAM_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`] = String(value)
  }
  return env
}

/** Whether a variable tells what not every trial has: what is left of another trial would be taken for it. */
export const isOfSomeTrials = (name: string): boolean => /^ATTUNE_(PARAM_|RESUME)/.test(name)

/** An environment without what it may say of another trial. */
export function withoutTrial(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOfSomeTrials(name)))
}

/** Where a program may leave its result instead of printing it. */
export function resultFile(dir: string): string {
  return `${dir}/result.json`
}
