import { AttuneError } from '../errors.ts'
import type { Discovered } from '../journal/event.ts'
import { createRng } from '../math/rng.ts'
import type { NumberOptions, Param } from '../space/builders.ts'
import { choice, float, int } from '../space/builders.ts'
import { compileShape } from '../space/compile.ts'
import type { Distribution, Label } from '../space/distribution.ts'
import { contains, describeDistribution, sameDistribution } from '../space/distribution.ts'
import { codecOf } from '../space/encode.ts'
import type { Values } from '../space/space.ts'
import type { Decision } from './decision.ts'
import type { Problem } from '../errors.ts'
import { refuseProblems } from '../errors.ts'

/** A running trial, as its objective sees it. */
export interface Trial<P = unknown> {
  readonly number: number
  /** The configuration, nested and typed as the space declares it. */
  readonly params: P
  /** The same by flat name, with what was suggested while running. */
  readonly values: Values
  /** A seed of its own for the objective, the same whenever the trial is run again. */
  readonly seed: number
  /** How often it was re-queued or promoted before this run. */
  readonly epoch: number
  /** Which run of the trial this is, counted from 1: interrupted, lost, failed and paused ones count. */
  readonly attempt: number
  /**
   * Where it goes on: `step` was the last one reported, by trial `from`, which is this one after a
   * pause. What that trial left in its folder is in the folder of this one. Undefined: at the start.
   */
  readonly resume: Resumption | undefined
  /** Aborts when the trial must end: Ctrl-C, timeout, time over, or taken over by another worker. */
  readonly signal: AbortSignal
  /**
   * A parameter met while running (define-by-run): the value the sampler proposed for this name if
   * it lies in the given range, else a draw that depends only on the seed, the trial and the name.
   */
  suggestFloat(name: string, low: number, high: number, options?: NumberOptions): number
  suggestInt(name: string, low: number, high: number, options?: NumberOptions): number
  suggestChoice<const C extends readonly Label[]>(name: string, choices: C): C[number]
  /**
   * Reports metrics at a step (default: one after the last). A plain number is the first
   * objective. When the decision's kind is `stop`, return early: the trial counts as pruned, or has
   * paused. Keep what is needed to go on before you report the step.
   */
  report(
    values: number | Readonly<Record<string, number>>,
    options?: { readonly step?: number },
  ): Promise<Decision>
  /** For executors: what another process needs to make this trial there. */
  readonly data: TrialData<P>
  /** For executors: takes over what was discovered there; it is stored with the next event. */
  adopt(discovered: readonly Discovered[]): void
}

/** The trial whose checkpoint a trial goes on from, and the last step that one reported. */
export interface Resumption {
  readonly from: number
  readonly step: number
}

/** Everything that makes a trial, as plain data that can be sent to another process. */
export interface TrialData<P = unknown> {
  readonly number: number
  readonly params: P
  readonly values: Values
  readonly seed: number
  readonly epoch: number
  readonly resume?: Resumption
  readonly studySeed: number
  /** The first objective: what a plain number in a report is. */
  readonly objective: string
  /** Values proposed for parameters that are not declared. */
  readonly proposed: Values
  /** Parameters the space declares: a suggestion under such a name gives the declared value. */
  readonly declared: Readonly<Record<string, Distribution>>
}

/** How a live trial reaches the study; `send` stores a report and brings the decision. */
export interface TrialLine {
  /** The same signal each time; it may be made when it is first asked for. */
  signal(): AbortSignal
  send(
    step: number,
    values: Readonly<Record<string, number>>,
    discovered: readonly Discovered[],
  ): Promise<Decision>
}

/** A trial handle together with what its objective discovered and did not report yet. */
export interface LiveTrial<P = unknown> extends Trial<P> {
  takeDiscovered(): readonly Discovered[]
}

/** The value of a parameter met while running: the proposed one if it is in range, else a draw. */
export function metValue(
  { number, studySeed, proposed }: Pick<TrialData, 'number' | 'studySeed' | 'proposed'>,
  name: string,
  distribution: Distribution,
): Label {
  const given = proposed[name]
  if (given !== undefined && contains(distribution, given)) return given
  return codecOf(distribution).decode(createRng(studySeed, 'discover', number, name).next())
}

const namePattern = /^[\p{L}_][\p{L}\p{N}_-]*(\.[\p{L}\p{N}_-]+)*$/u

export function createTrial<P>(data: TrialData<P>, line: TrialLine): LiveTrial<P> {
  const values: Record<string, Label> = { ...data.values }
  // Most trials meet no parameter while they run.
  let met: Map<string, Distribution> | undefined
  let pending: Discovered[] = []
  let lastStep = 0

  const suggest = (name: string, param: Param<unknown>): Label => {
    const distribution = compileSuggestion(name, param)
    const known = met?.get(name) ?? data.declared[name]
    if (known !== undefined && !sameDistribution(known, distribution)) {
      throw new AttuneError(
        'space/suggest',
        `Parameter "${name}": a trial must ask for it with one range, got ${describeDistribution(distribution)} after ${describeDistribution(known)}. Use another name.`,
      )
    }
    const given = values[name]
    if (given !== undefined) return given
    if (data.declared[name] !== undefined) {
      throw new AttuneError(
        'space/suggest',
        `Parameter "${name}" is declared, but inactive in this trial. Ask for it only where it is active, or use another name.`,
      )
    }
    const value = metValue(data, name, distribution)
    met = (met ?? new Map()).set(name, distribution)
    values[name] = value
    pending.push({ param: { name, distribution, when: [] }, value })
    return value
  }
  const takeDiscovered = (): readonly Discovered[] => {
    const taken = pending
    pending = []
    return taken
  }

  const handle: Omit<LiveTrial<P>, 'signal'> = {
    number: data.number,
    params: data.params,
    values,
    seed: data.seed,
    epoch: data.epoch,
    attempt: data.epoch + 1,
    resume: data.resume,
    suggestFloat: (name, low, high, options) => suggest(name, float(low, high, options)) as number,
    suggestInt: (name, low, high, options) => suggest(name, int(low, high, options)) as number,
    suggestChoice: <const C extends readonly Label[]>(name: string, choices: C): C[number] =>
      suggest(name, choice(choices)),
    report(given, { step = lastStep + 1 } = {}) {
      if (!Number.isFinite(step) || step < 0) {
        throw new AttuneError(
          'trial/result',
          `Trial ${data.number}: a step is a number >= 0, got ${step}.`,
        )
      }
      lastStep = Math.max(lastStep, step)
      const metrics = typeof given === 'number' ? { [data.objective]: given } : given
      return line.send(step, metrics, takeDiscovered())
    },
    data,
    adopt(discovered) {
      for (const { param, value } of discovered) {
        met = (met ?? new Map()).set(param.name, param.distribution)
        values[param.name] = value
      }
      pending.push(...discovered)
    },
    takeDiscovered,
  }
  return Object.assign(new Asked(line), handle)
}

/**
 * The signal of a trial, made when somebody asks. A class, for V8 gives every object literal with a
 * getter a hidden class of its own and keeps it, with all that the getter refers to, until it next
 * collects the whole memory.
 */
class Asked {
  readonly #line: TrialLine

  constructor(line: TrialLine) {
    this.#line = line
  }

  get signal(): AbortSignal {
    return this.#line.signal()
  }
}

function compileSuggestion(name: string, param: Param<unknown>): Distribution {
  const problems: Problem[] = []
  if (name in Object.prototype) {
    problems.push({
      path: name,
      message: `"${name}" is a name that every object has already. Choose another name.`,
    })
  } else if (!namePattern.test(name)) {
    problems.push({
      path: name,
      message: 'a name is made of letters, digits, _ and -, with dots between parts. Rename it.',
    })
  }
  const { params } = compileShape({ x: param }, problems)
  refuseProblems('space/suggest', `Parameter "${name}"`, problems)
  return (params[0] as { distribution: Distribution }).distribution
}
