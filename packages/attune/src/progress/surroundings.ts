import type { ProgressMode } from './progress-contract.ts'

/** What decides how progress is shown. */
export interface Surroundings {
  readonly stdoutIsTty: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * JSON lines when asked for; the screen on a terminal that can redraw; else a line a trial, also in
 * CI, where a terminal is only a log.
 */
export function chooseMode({
  json,
  stdoutIsTty,
  env,
}: Surroundings & { readonly json: boolean }): ProgressMode {
  if (json) return 'json'
  return stdoutIsTty && env['TERM'] !== 'dumb' && !isSet(env['CI']) ? 'screen' : 'lines'
}

/** Colours on terminals, unless `NO_COLOR` is set; `FORCE_COLOR` asks for them anywhere. */
export function chooseColor({ stdoutIsTty, env }: Surroundings): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  return isSet(env['FORCE_COLOR']) || (stdoutIsTty && env['TERM'] !== 'dumb')
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && !['', '0', 'false'].includes(value)
