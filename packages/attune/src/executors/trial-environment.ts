import type { Trial } from '@attune/core'

/** The variables by which a program learns about its trial. */
export function trialEnvironment(
  trial: Pick<Trial, 'number' | 'epoch' | 'seed' | 'params' | 'values'>,
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
  for (const [name, value] of Object.entries(trial.values)) {
    env[`ATTUNE_PARAM_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`] = String(value)
  }
  return env
}

/** Where a program may leave its result instead of printing it. */
export function resultFile(dir: string): string {
  return `${dir}/result.json`
}
