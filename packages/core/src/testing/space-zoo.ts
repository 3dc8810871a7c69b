import { AttuneError } from '../errors.ts'
import { formatName } from '../expression/index.ts'
import type { Rng } from '../math/rng.ts'
import { createRng } from '../math/rng.ts'
import type { Param, Shape, ShapeNode } from '../space/builders.ts'
import { choice, constant, flag, float, int, list, variant } from '../space/builders.ts'
import { countValues } from '../space/distribution.ts'
import type { Label } from '../space/distribution.ts'
import { codecOf } from '../space/encode.ts'
import type { SearchSpace } from '../space/space.ts'
import { space } from '../space/space.ts'

/** A space of the zoo, named after what is special about it. */
export interface ZooSpace {
  readonly name: string
  readonly space: SearchSpace
}

const layer = { units: int(8, 512, { scale: 'log' }), dropout: float(0, 0.5, { step: 0.1 }) }
const optimizers = {
  sgd: { momentum: float(0, 0.99), nesterov: flag() },
  adam: { beta1: float(0.8, 0.999), beta2: float(1e-4, 0.2, { scale: 'log' }) },
  none: {},
}

/** Spaces that every sampler and journal must cope with: each kind, each edge, each nesting. */
export function spaceZoo(): readonly ZooSpace[] {
  const zoo: Record<string, SearchSpace> = {
    float: space({ x: float(-5, 5) }),
    'log float': space({ x: float(1e-300, 1e300, { scale: 'log' }) }),
    'stepped float': space({ x: float(-0.3, 0.9, { step: 0.1 }) }),
    int: space({ x: int(-3, 12) }),
    'log int': space({ x: int(1, 1_000_000, { scale: 'log' }) }),
    'stepped int': space({ x: int(5, 50, { step: 5 }), y: int(8, 64, { step: 8, scale: 'log' }) }),
    choice: space({ x: choice(['a', 2, true, null]), y: choice([0.5, 1, 2], { ordered: true }) }),
    'flags and constants': space({ x: flag(), y: constant('fixed'), z: constant(0) }),
    'huge ranges': space({ x: float(-1e308, 1e308), y: int(-(2 ** 40), 2 ** 40) }),
    'single values': space({ x: float(3, 3), y: int(7, 7), z: choice(['only']), w: flag() }),
    'nested shapes': space({ a: { b: { c: float(0, 1), d: int(1, 4) } }, e: { f: flag() } }),
    variant: space({ lr: float(1e-5, 1, { scale: 'log' }), optimizer: variant(optimizers) }),
    list: space({ lr: float(1e-5, 1, { scale: 'log' }), layers: list(1, 4, layer) }),
    'list that may be empty': space({ layers: list(0, 3, float(0, 1)) }),
    'list of variants': space({ stages: list(1, 3, variant(optimizers)) }),
    'variant of lists': space({
      model: variant({ mlp: { layers: list(1, 3, layer) }, linear: { l2: float(0, 1) } }),
    }),
    'list of lists': space({ blocks: list(1, 2, list(0, 2, { k: choice([3, 5, 7]) })) }),
    'variant of variants': space({
      a: variant({ p: { b: variant({ q: { x: float(0, 1) }, r: {} }) }, s: { y: int(1, 9) } }),
    }),
    constrained: space(
      { lr: float(1e-5, 1e-1, { scale: 'log' }), batch: int(8, 512, { scale: 'log' }) },
      { require: ['lr * batch < 4', 'batch >= 16'] },
    ),
    'constrained conditionals': space(
      { layers: list(1, 4, layer), optimizer: variant(optimizers), lr: float(0, 1) },
      {
        require: [
          'layers.length <= 3',
          'optimizer == "sgd" or lr < 0.5',
          'max(layers.units) < 400',
        ],
      },
    ),
    'constrained by a sum over a list': space(
      { layers: list(1, 4, { units: int(1, 10) }) },
      { require: ['sum(layers.units) >= 12', 'mean(layers.units) < 9'] },
    ),
    empty: space({}),
  }
  return Object.entries(zoo).map(([name, it]) => ({ name, space: it }))
}

/** Conditional and constrained spaces with few configurations. */
export function finiteZoo(): readonly ZooSpace[] {
  const small = { k: choice([3, 5]), skip: flag() }
  const zoo: Record<string, SearchSpace> = {
    plain: space({ x: int(1, 3), y: flag(), z: float(0, 1, { step: 0.25 }) }),
    variant: space({ v: variant({ a: { x: int(1, 3) }, b: { y: flag(), z: flag() }, c: {} }) }),
    list: space({ l: list(0, 3, int(1, 3)), f: flag() }),
    'list of variants': space({ l: list(1, 2, variant({ a: small, b: {} })) }),
    'list of lists': space({ l: list(0, 2, list(1, 2, flag())) }),
    'variant of lists': space({
      v: variant({ a: { l: list(1, 3, flag()) }, b: { x: int(0, 4) } }),
    }),
    constrained: space({ x: int(1, 6), y: int(1, 6) }, { require: ['x + y <= 6', 'x != y'] }),
    'single value': space({ x: constant(1) }),
    empty: space({}),
  }
  return Object.entries(zoo).map(([name, it]) => ({ name, space: it }))
}

/** How a random space is made. */
export interface RandomSpaceOptions {
  /** About how many parameters it has before lists multiply them; default 6. */
  readonly size?: number
  /** Without continuous parameters and with few values each; default false. */
  readonly finite?: boolean
}

/**
 * A space drawn at random from everything a space may hold, the same for the same seed: all kinds
 * and scales, edges of the ranges, nested variants and lists in any order, constraints, defaults.
 */
export function randomSpace(seed: number, options: RandomSpaceOptions = {}): SearchSpace {
  const { size = 6, finite = false } = options
  const rng = createRng(seed, 'random space')
  const shape = randomShape({ rng, finite, left: size }, 3)
  const bare = space(shape)
  const require = rng.int(2) === 0 ? [] : randomConstraints(bare, rng)
  try {
    return space(shape, { require })
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'space/infeasible') return bare
    throw error
  }
}

interface Maker {
  readonly rng: Rng
  readonly finite: boolean
  left: number
}

const keys = [
  'lr',
  'x',
  'β1',
  '_hidden',
  'weight-decay',
  'n2',
  'Größe',
  'in',
  'kind2',
  'of',
  'a',
] as const

function randomShape(maker: Maker, depth: number, least = 0): Shape {
  const count = Math.max(least, maker.rng.int(4))
  const names = [...keys]
  maker.rng.shuffle(names)
  return Object.fromEntries(names.slice(0, count).map((name) => [name, randomNode(maker, depth)]))
}

function randomNode(maker: Maker, depth: number): ShapeNode {
  const { rng } = maker
  maker.left--
  if (depth > 0 && maker.left > 0) {
    const nesting = rng.int(6)
    if (nesting === 0) return randomShape(maker, depth - 1)
    if (nesting === 1) {
      const min = rng.int(3)
      const max = Math.max(1, min + rng.int(3))
      return list(
        min,
        max,
        randomNode(maker, depth - 1),
        withDefault(rng, min + rng.int(max - min + 1)),
      )
    }
    if (nesting === 2) {
      const labels = ['p', 'q', 'r'].slice(0, 1 + rng.int(3))
      const options = Object.fromEntries(labels.map((l) => [l, randomShape(maker, depth - 1)]))
      return variant(options, withDefault(rng, labels[rng.int(labels.length)] as string))
    }
  }
  return randomParam(maker)
}

function withDefault<T>(rng: Rng, value: T): { readonly default?: T } {
  return rng.int(3) === 0 ? { default: value } : {}
}

function randomParam({ rng, finite }: Maker): Param<unknown> {
  const param = randomRange(rng, finite)
  if (rng.int(3) !== 0) return param
  const { params } = space({ x: param })
  const value = codecOf((params[0] as SearchSpace['params'][number]).distribution).decode(
    rng.next(),
  )
  return { ...param, default: value }
}

function randomRange(rng: Rng, finite: boolean): Param<unknown> {
  const labels: Label[] = ['a', 'b', 'true', '1', 1, -2.5, 1e300, true, false, null, '']
  switch (rng.int(finite ? 4 : 8)) {
    case 0:
      return flag()
    case 1:
      return constant(labels[rng.int(labels.length)] as Label)
    case 2:
      rng.shuffle(labels)
      return choice(labels.slice(0, 1 + rng.int(4)), rng.int(2) === 0 ? {} : { ordered: true })
    case 3: {
      const low = rng.int(9) - 4
      return int(
        low,
        low + rng.int(finite ? 4 : 40),
        rng.int(2) === 0 ? {} : { step: 1 + rng.int(4) },
      )
    }
    case 4: {
      const low = 1 + rng.int(50)
      const high = low + rng.int(10 ** (1 + rng.int(8)))
      return int(low, high, { scale: 'log', ...(rng.int(2) === 0 ? {} : { step: 1 + rng.int(9) }) })
    }
    case 5:
      return float(...randomBounds(rng))
    case 6: {
      const low = 10 ** (rng.int(600) / 2 - 150)
      return float(low, low * 10 ** (rng.int(200) / 2), { scale: 'log' })
    }
    default: {
      const step = [0.1, 0.25, 1e-3, 3, 1e-12, 0.7][rng.int(6)] as number
      const low = (rng.int(21) - 10) * step
      return float(low, low + step * rng.int(50), { step })
    }
  }
}

function randomBounds(rng: Rng): [number, number] {
  const ends = [-1.7e308, -1e10, -1, -1e-300, 0, 5e-5, 1, 7.5, 1e16, 1.7e308]
  const [a, b] = [ends[rng.int(ends.length)] as number, ends[rng.int(ends.length)] as number]
  return a <= b ? [a, b] : [b, a]
}

/** Rules that refuse a part of one parameter's values or one of its labels, never the default. */
function randomConstraints(space: SearchSpace, rng: Rng): string[] {
  const rules: string[] = []
  for (const param of space.params) {
    const { name, distribution } = param
    if (countValues(distribution) < 2 || rng.int(3) !== 0) continue
    const middle = codecOf(distribution).decode(0.5)
    if (distribution.kind !== 'choice') {
      const operator = rng.int(2) === 0 ? '<=' : '>='
      rules.push(`${formatName(name)} ${operator} ${JSON.stringify(param.default ?? middle)}`)
    } else if (param.default !== middle) {
      rules.push(`${formatName(name)} != ${JSON.stringify(middle)}`)
    }
  }
  return rules
}
