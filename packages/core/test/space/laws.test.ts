import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlatParam, Label, SearchSpace, Values } from '../../src/index.ts'
import {
  activeNames,
  cardinality,
  checkValues,
  codecOf,
  contains,
  countValues,
  decodePoint,
  encodeValues,
  flatten,
  isActive,
  isFeasible,
  nest,
  spaceFromJson,
  spaceToJson,
} from '../../src/index.ts'
import { valueAt } from '../../src/space/distribution.ts'
import { finiteZoo, randomSpace, spaceZoo } from '../../src/testing/space-zoo.ts'

const anySpace = fc
  .record({ seed: fc.integer(), size: fc.integer({ min: 1, max: 12 }) })
  .map(({ seed, size }) => randomSpace(seed, { size }))
const coordinate = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 1, 1 - 2 ** -53, 0.5),
)

/** A space with points of its unit cube. */
const spaceAndPoint = anySpace.chain((space) =>
  fc.tuple(
    fc.constant(space),
    fc.array(coordinate, { minLength: space.params.length, maxLength: space.params.length }),
  ),
)
const zooPoints = spaceZoo().flatMap(({ name, space }) =>
  [0, 0.3, 0.999, 1].map((u): [string, SearchSpace, number[]] => [
    name,
    space,
    space.params.map((_, i) => (u + i * 0.37) % 1.0001),
  ]),
)

/** Every configuration of a finite space, by walking its flat list. */
function enumerate(space: SearchSpace): Values[] {
  let all: Record<string, Label>[] = [{}]
  for (const param of space.params) {
    all = all.flatMap((values) => {
      if (!isActive(param, values)) return [values]
      return Array.from({ length: countValues(param.distribution) }, (_, i) => ({
        ...values,
        [param.name]: valueAt(param.distribution, i),
      }))
    })
  }
  return all
}

/** The flat names that a nested configuration shows. */
function shownNames(params: unknown, prefix = ''): string[] {
  if (Array.isArray(params)) {
    return [prefix, ...params.flatMap((item, i) => shownNames(item, `${prefix}.${i}`))]
  }
  if (typeof params !== 'object' || params === null) return [prefix]
  const { kind, ...rest } = params as Record<string, unknown>
  const inner = kind === undefined ? prefix : `${prefix}.${String(kind)}`
  const below = Object.entries(rest).flatMap(([key, value]) =>
    shownNames(value, inner === '' ? key : `${inner}.${key}`),
  )
  return kind === undefined ? below : [prefix, ...below]
}

describe('any space', () => {
  it('decodes every point of the cube to contained and complete values', () => {
    fc.assert(
      fc.property(spaceAndPoint, ([space, point]) => {
        expect(checkValues(space, decodePoint(space, point))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('gives decoded values back after encoding and decoding', () => {
    fc.assert(
      fc.property(spaceAndPoint, ([space, point]) => {
        const values = decodePoint(space, point)
        const again = decodePoint(space, encodeValues(space, values))
        for (const param of space.params) {
          const [a, b] = [values[param.name], again[param.name]]
          if (Number.isFinite(countValues(param.distribution))) expect(b).toBe(a)
          else if (a !== undefined) expect(distanceOf(space, param.name, a, b)).toBeLessThan(1e-12)
        }
        expect(Object.keys(again)).toEqual(Object.keys(values))
      }),
      { numRuns: 300 },
    )
  })

  it('encodes active parameters into [0, 1] and inactive ones to NaN', () => {
    fc.assert(
      fc.property(spaceAndPoint, ([space, point]) => {
        const values = decodePoint(space, point)
        const code = encodeValues(space, values)
        space.params.forEach((param, i) => {
          const x = code[i] as number
          if (isActive(param, values)) expect(x >= 0 && x <= 1).toBe(true)
          else expect(x).toBeNaN()
        })
      }),
    )
  })

  it('is the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const again = spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(space))))
        expect(again.params).toEqual(space.params)
        expect(again.root).toEqual(space.root)
        expect(again.constraints.map((c) => c.source)).toEqual(
          space.constraints.map((c) => c.source),
        )
      }),
    )
  })

  it('keeps values through nesting and flattening', () => {
    fc.assert(
      fc.property(spaceAndPoint, ([space, point]) => {
        const values = decodePoint(space, point)
        expect(flatten(space, nest(space, values))).toEqual(values)
      }),
    )
  })

  it('shows in a nested configuration exactly the active parameters', () => {
    fc.assert(
      fc.property(spaceAndPoint, ([space, point]) => {
        const values = decodePoint(space, point)
        const shown = shownNames(nest(space, values))
        expect(shown.toSorted()).toEqual(activeNames(space, values).toSorted())
        expect(Object.keys(values).toSorted()).toEqual(shown.toSorted())
      }),
    )
  })

  it('finds a problem wherever a value is missing, foreign or outside its range', () => {
    fc.assert(
      fc.property(spaceAndPoint, fc.nat(), ([space, point], pick) => {
        const values = decodePoint(space, point)
        const names = Object.keys(values)
        expect(checkValues(space, { ...values, no_such_name: 1 })).toHaveLength(1)
        const name = names[pick % Math.max(1, names.length)]
        if (name === undefined) return
        const { [name]: _, ...without } = values
        expect(checkValues(space, without).map((p) => p.path)).toContain(name)
        expect(checkValues(space, { ...values, [name]: 'no such label' })[0]?.path).toBe(name)
        for (const param of space.params) {
          if (isActive(param, values)) continue
          const inactive = { ...values, [param.name]: codecOf(param.distribution).decode(0.5) }
          expect(checkValues(space, inactive).map((p) => p.path)).toContain(param.name)
        }
      }),
    )
  })

  it('has as many configurations as can be listed', () => {
    const finiteSpace = fc
      .record({ seed: fc.integer(), size: fc.integer({ min: 1, max: 5 }) })
      .map(({ seed, size }) => randomSpace(seed, { size, finite: true }))
      .filter((space) => cardinality(space) <= 2000)
    fc.assert(
      fc.property(finiteSpace, (space) => {
        const all = enumerate(space)
        expect(cardinality(space)).toBe(all.length)
        expect(new Set(all.map((values) => JSON.stringify(nest(space, values)))).size).toBe(
          all.length,
        )
        for (const values of all) expect(checkValues(space, values)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('any distribution', () => {
  it('covers [0, 1] with the cells of its values, each holding its own code', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        for (const { distribution } of space.params) {
          const codec = codecOf(distribution)
          if (codec.count > 500) continue
          let end = 0
          for (let i = 0; i < codec.count; i++) {
            const [low, high] = codec.cell(i)
            expect(low).toBe(end)
            end = high
            const value = valueAt(distribution, i)
            const u = codec.encode(value)
            expect(u >= low && u <= high).toBe(true)
            expect(codec.decode(low + (high - low) / 2)).toBe(value)
          }
          expect(end).toBe(1)
        }
      }),
    )
  })

  it('decodes monotonically and clamps what lies outside', () => {
    fc.assert(
      fc.property(anySpace, coordinate, coordinate, (space, a, b) => {
        for (const { distribution: d } of space.params) {
          const codec = codecOf(d)
          const [low, high] = [codec.decode(Math.min(a, b)), codec.decode(Math.max(a, b))]
          if (d.kind !== 'choice') expect((low as number) <= (high as number)).toBe(true)
          expect(contains(d, codec.decode(-1)) && contains(d, codec.decode(2))).toBe(true)
          if (d.kind === 'choice') continue
          expect([codec.decode(-1), codec.decode(2)]).toEqual([d.low, d.high])
          expect(codec.encode(-Number.MAX_VALUE)).toBe(codec.encode(d.low))
          expect(codec.encode(Number.MAX_VALUE)).toBe(codec.encode(d.high))
        }
      }),
    )
  })
})

describe('the zoo', () => {
  it.each(zooPoints)('survives every round trip: %s', (_, space, point) => {
    const values = decodePoint(space, point)
    expect(checkValues(space, values)).toEqual([])
    expect(flatten(space, nest(space, values))).toEqual(values)
    const again = spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(space))))
    expect(again.params).toEqual(space.params)
    expect(isFeasible(again, values)).toBe(isFeasible(space, values))
  })

  it.each(finiteZoo())('counts the configurations of $name', ({ space }) => {
    expect(cardinality(space)).toBe(enumerate(space).length)
  })

  it('counts without end where a parameter is continuous', () => {
    expect(cardinality(spaceZoo()[0]?.space as SearchSpace)).toBe(Number.POSITIVE_INFINITY)
  })
})

/** The distance of two values on the scale of their parameter, as a share of its range. */
function distanceOf(space: SearchSpace, name: string, a: Label, b: Label | undefined): number {
  const param = space.params[space.index.get(name) as number] as FlatParam
  const codec = codecOf(param.distribution)
  return Math.abs(codec.encode(a) - codec.encode(b as Label))
}
