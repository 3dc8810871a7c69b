import type { Outcome } from '../trial/outcome.ts'
import type { Trial } from '../trial/trial.ts'

/**
 * Runs the trials of one objective. `run` settles with an outcome for everything that can happen
 * to a trial; it rejects only when no trial can be run at all (the program does not exist). When
 * the trial's signal aborts it ends the run and answers `interrupted`. At most `slots` runs go on
 * at the same time.
 */
export interface Executor<P = unknown> extends AsyncDisposable {
  readonly name: string
  readonly slots: number
  run(trial: Trial<P>): Promise<Outcome>
}
