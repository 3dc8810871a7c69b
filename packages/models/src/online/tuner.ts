import type { Json } from '@attune/core'
import { AttuneError } from '@attune/core'
import type { ScopedTunableOptions, TunableName } from './options.ts'
import { tunableDefaults } from './options.ts'

/** A number that is tuned, with everything that holds for it. */
export interface TunedNumber {
  /** Such as `l2`, or `l2.layers.0` where every layer has its own. */
  readonly name: string
  /** Whether its optimiser moves the number or its decimal logarithm. */
  readonly scale: 'log' | 'linear'
  readonly start: number
  readonly min: number
  readonly max: number
  /** In decades of a log scale, else in the unit of the number. */
  readonly rate: number
  readonly trust: number
  readonly optimizer: 'adam' | 'sgd'
}

/** Moves numbers against their hypergradients; its state is plain data. */
export interface ValueTuner {
  readonly numbers: readonly TunedNumber[]
  /** By name, as they are now. */
  readonly values: Readonly<Record<string, number>>
  /** Steps so far, and hypergradients that were no finite numbers, which moved nothing. */
  readonly steps: number
  readonly dropped: number
  /**
   * One step. A number without a hypergradient, or with one that is not finite, stays where it is.
   * @param hypergradients dC₂/dλ by name, by the number itself also where its logarithm is tuned
   */
  step(hypergradients: Readonly<Record<string, number>>): void
  toJSON(): Json
  /** @throws AttuneError `data/format` for a state of numbers of other names, starts or bounds */
  restore(state: Json): void
}

/** What a tunable becomes with its defaults, within its bounds. */
export function tunedNumber(
  kind: TunableName,
  name: string,
  options: ScopedTunableOptions,
  start: number,
): TunedNumber {
  const { scale, ...defaults } = tunableDefaults[kind]
  const { min = defaults.min, max = defaults.max, optimizer = 'adam' } = options
  const log = scale === 'log'
  const { rate = log ? 0.02 : 0.005 * (max - min), trust = log ? 0.1 : 0.02 * (max - min) } =
    options
  const inside = Math.min(Math.max(start, min), max)
  return { name, scale, start: inside, min, max, rate, trust, optimizer }
}

/** Where a number stands: itself or its logarithm, and the moments of Adam. */
interface Place {
  at: number
  first: number
  second: number
  /** Hypergradients that moved it. */
  steps: number
}

const beta1 = 0.9
const beta2 = 0.999
const epsilon = 1e-8

/**
 * @param clip limit of a hypergradient by the parameter in which a number is tuned
 * @param raw hypergradients are by that parameter already, so no chain rule is applied
 */
export function createValueTuner(
  numbers: readonly TunedNumber[],
  clip: number,
  raw: boolean = false,
): ValueTuner {
  const places = numbers.map((number): Place => ({ at: parameterOf(number), ...beginning }))
  const values: Record<string, number> = {}
  let steps = 0
  let dropped = 0
  const show = (): void => {
    for (const [i, number] of numbers.entries())
      values[number.name] = valueAt(number, places[i]!.at)
  }
  show()
  return {
    numbers,
    values,
    get steps() {
      return steps
    },
    get dropped() {
      return dropped
    },
    step(hypergradients) {
      steps++
      for (const [i, number] of numbers.entries()) {
        const given = hypergradients[number.name]
        if (given === undefined) continue
        const chain = raw || number.scale === 'linear' ? 1 : Math.LN10 * values[number.name]!
        const slope = given * chain
        if (Number.isFinite(slope)) move(number, places[i]!, Math.min(Math.max(slope, -clip), clip))
        else dropped++
      }
      show()
    },
    toJSON: () => ({
      ...{ steps, dropped },
      numbers: numbers.map(({ name, start, min, max }, i) => ({
        ...{ name, start, min, max },
        ...places[i]!,
      })),
    }),
    restore(state) {
      if (!isStateOf({ numbers }, state)) throw otherNumbers(numbers)
      const stored = state as unknown as Stored
      stored.numbers.forEach(({ at, first, second, steps: moved }, i) => {
        places[i] = { at, first, second, steps: moved }
      })
      steps = stored.steps
      dropped = stored.dropped
      show()
    },
  }
}

interface Stored {
  readonly steps: number
  readonly dropped: number
  readonly numbers: readonly (Place & Bounds)[]
}

type Bounds = Pick<TunedNumber, 'name' | 'start' | 'min' | 'max'>

/** Whether a state is of numbers of these names, starts and bounds. */
export function isStateOf(
  { numbers }: Pick<ValueTuner, 'numbers'>,
  state: Json | undefined,
): state is Json {
  const stored = state as unknown as Partial<Stored> | null | undefined
  return (
    stored?.numbers?.length === numbers.length &&
    stored.numbers.every((old, i) => {
      const { name, start, min, max } = numbers[i]!
      return old.name === name && old.start === start && old.min === min && old.max === max
    })
  )
}

const beginning = { first: 0, second: 0, steps: 0 }

const parameterOf = ({ scale, start }: TunedNumber): number =>
  scale === 'log' ? Math.log10(start) : start

/** The logarithm loses the last bits of a bound and of the start, which are to be met exactly. */
function valueAt(number: TunedNumber, at: number): number {
  if (number.scale === 'linear') return at
  if (at === parameterOf(number)) return number.start
  return Math.min(Math.max(10 ** at, number.min), number.max)
}

/** One step of the number's own optimiser, no longer than trust allows, within the bounds. */
function move(number: TunedNumber, place: Place, slope: number): void {
  place.steps++
  const { rate, trust, scale } = number
  const change = rate * (number.optimizer === 'sgd' ? slope : adamDirection(place, slope))
  const low = scale === 'log' ? Math.log10(number.min) : number.min
  const high = scale === 'log' ? Math.log10(number.max) : number.max
  const moved = place.at - Math.min(Math.max(change, -trust), trust)
  place.at = Math.min(Math.max(moved, low), high)
}

/** Kingma and Ba (2015), algorithm 1, of one number. */
function adamDirection(place: Place, slope: number): number {
  place.first = beta1 * place.first + (1 - beta1) * slope
  place.second = beta2 * place.second + (1 - beta2) * slope * slope
  const mean = place.first / (1 - beta1 ** place.steps)
  const power = place.second / (1 - beta2 ** place.steps)
  return mean / (Math.sqrt(power) + epsilon)
}

function otherNumbers(numbers: readonly TunedNumber[]): AttuneError {
  const names = numbers.map(({ name }) => name).join(', ')
  return new AttuneError(
    'data/format',
    `The state is not of a tuner of ${names}: restore it into a tuner that was made alike.`,
  )
}
