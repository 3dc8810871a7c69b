/** A value that survives JSON. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** Every reason for which attune refuses or fails; the part before the slash names the room. */
export type ErrorCode =
  | 'expression/syntax'
  | 'expression/unknown-name'
  | 'expression/type'
  | 'space/problems'
  | 'space/infeasible'
  | 'space/values'
  | 'space/suggest'
  | 'study/config'
  | 'study/changed'
  | 'study/exists'
  | 'study/not-found'
  | 'study/capability'
  | 'study/no-trial'
  | 'trial/state'
  | 'trial/result'
  | 'journal/busy'
  | 'journal/corrupt'
  | 'journal/foreign'
  | 'journal/locked'
  | 'journal/read-only'
  | 'journal/version'
  | 'journal/closed'
  | 'sampler/options'
  | 'scheduler/options'
  | 'executor/failed'
  | 'command/not-found'
  | 'command/template'
  | 'command/metric'
  | 'file/problems'
  | 'data/format'
  | 'data/missing'
  | 'models/data'
  | 'models/options'
  | 'models/impossible'
  | 'models/engine'
  | 'usage'

/** One of several mistakes found together, for example in a space or a study file. */
export interface Problem {
  /** Where: a path such as `space.lr` or `layers.of.units`. */
  readonly path: string
  /** Which rule is broken, with the value given and how to mend it, in one or two sentences. */
  readonly message: string
}

/** The root of all errors attune throws: a code and details for machines, a sentence for people. */
export class AttuneError extends Error {
  override readonly name: string = 'AttuneError'
  readonly code: ErrorCode
  readonly details: Json

  constructor(code: ErrorCode, message: string, options?: { details?: Json; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options?.details ?? null
  }
}

/** Throws all problems as one error; does nothing when there are none. */
export function refuseProblems(
  code: ErrorCode,
  subject: string,
  problems: readonly Problem[],
): void {
  if (problems.length === 0) return
  const lines = problems.map((p) =>
    p.path === '' ? `  ${p.message}` : `  ${p.path}: ${p.message}`,
  )
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  throw new AttuneError(code, `${subject}: ${count}\n${lines.join('\n')}`, {
    details: problems.map((p) => ({ path: p.path, message: p.message })),
  })
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
