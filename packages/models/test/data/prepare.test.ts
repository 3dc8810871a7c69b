import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nativeExecutor } from '../../src/engine/choose-executor.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import {
  fitPreparation,
  loadPreparation,
  type Preparation,
  prepareTraining,
} from '../../src/data/prepare.ts'
import type { PreparationOptions } from '../../src/data/prepare-options.ts'
import {
  selectRows,
  type Table,
  tableOf,
  tableOfColumns,
  withoutColumns,
} from '../../src/data/table.ts'
import type { Matrix } from '../../src/matrix.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const rowsOf = (x: Matrix): number[][] =>
  upTo(x.rows).map((i) => Array.from(x.data.subarray(i * x.columns, (i + 1) * x.columns)))
const columnOf = (x: Matrix, name: string): number[] => {
  const c = x.names!.indexOf(name)
  expect(c, `${name} among ${x.names!.join(', ')}`).toBeGreaterThanOrEqual(0)
  return upTo(x.rows).map((i) => x.data[i * x.columns + c]!)
}
const close = (values: readonly number[], expected: readonly number[]): void => {
  expect(values).toHaveLength(expected.length)
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i]!, 5)
}

describe('numbers', () => {
  const table = tableOf({ n: [1, 2, null, 3, 10], m: [0, 1, 0, 1, 0] })
  const feature = (options: PreparationOptions, name = 'n'): number[] =>
    columnOf(fitPreparation(table, options).apply(table).x, name)

  test('are imputed, and missing values are told', () => {
    const fill = (options: PreparationOptions): number =>
      feature({ scaling: 'none', ...options })[2]!
    expect(fill({ imputation: 'mean' })).toBe(4)
    expect(fill({ imputation: 'median' })).toBe(2.5)
    expect(fill({ imputation: 'mostFrequent' })).toBe(1)
    expect(fill({ imputation: 'constant', fill: -7 })).toBe(-7)
    expect(fill({ imputation: 'keep' })).toBeNaN()
    expect(feature({}, 'n is missing')).toEqual([0, 0, 1, 0, 0])
    expect(fitPreparation(table, { indicators: false }).features).toEqual(['n', 'm'])
  })

  test('are scaled by what is there', () => {
    const sd = Math.sqrt((9 + 4 + 1 + 36) / 4)
    close(feature({ imputation: 'mean' }), [-3 / sd, -2 / sd, 0, -1 / sd, 6 / sd])
    close(feature({ scaling: 'minMax' }), [0, 1 / 9, 1.5 / 9, 2 / 9, 1])
    // Quartiles 1.75, 2.5 and 4.75.
    close(feature({ scaling: 'robust' }), [-0.5, -1 / 6, 0, 1 / 6, 2.5])
    // Ranks 1/8, 3/8, 5/8, 7/8; R: qnorm(c(0.125, 0.375)) = -1.15034938 -0.31863936.
    close(
      feature({ scaling: 'quantileNormal' }),
      [-1.15034938, -0.31863936, 0, 0.31863936, 1.15034938],
    )
    const quantiles = fitPreparation(table, { scaling: 'quantileNormal', use: ['n'] })
    const beyond = columnOf(quantiles.apply(tableOf({ n: [-100, 100] })).x, 'n')
    close(beyond, [-1.15034938, 1.15034938])
  })

  test('that are all the same are dropped', () => {
    const same = tableOf({ a: [5, 5, 5], b: [5, null, 5], c: ['x', 'x', 'x'], d: [1, 2, 3] })
    const prepared = fitPreparation(same)
    expect(prepared.features).toEqual(['b is missing', 'd'])
    expect(prepared.dropped).toEqual([
      { column: 'a', reason: 'it is the same in all rows' },
      { column: 'c', reason: 'it is the same in all rows' },
    ])
    expect(() => fitPreparation(tableOf({ a: [5, 5] }))).toThrow('No column is left')
  })
})

describe('categories', () => {
  const colours = ['r', 'g', 'r', null, 'b', 'r', 'g']
  const table = tableOf({ c: colours, y: [1, 0, 1, 0, 0, 1, 0] })
  const other = tableOf({ c: ['g', 'new', null] })
  const fit = (options: PreparationOptions): Preparation =>
    fitPreparation(table, { use: ['c'], ...options })

  test('one feature a label, missing values apart, unknown ones none', () => {
    const prepared = fit({})
    expect(prepared.features).toEqual(['c=r', 'c=g', 'c=b', 'c=(missing)'])
    expect(rowsOf(prepared.apply(other).x)).toEqual([
      [0, 1, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 1],
    ])
  })

  test('rare labels are one, which unknown ones join', () => {
    const rare = fit({ minCount: 2 })
    expect(rare.features).toEqual(['c=r', 'c=g', 'c=(other)', 'c=(missing)'])
    expect(rowsOf(rare.apply(other).x)[1]).toEqual([0, 0, 1, 0])
    expect(fit({ maxCategories: 1 }).features).toEqual(['c=r', 'c=(other)', 'c=(missing)'])
    expect(rowsOf(fit({ missingCategories: 'mostFrequent' }).apply(other).x)[2]).toEqual([1, 0, 0])
  })

  test('indices, of which the matrix says how many', () => {
    const { x } = fit({ categories: 'ordinal' }).apply(table)
    expect(columnOf(x, 'c')).toEqual([0, 1, 0, 4, 2, 0, 1])
    expect(x.categories).toEqual([5])
    const kept = fit({ categories: 'ordinal', missingCategories: 'keep', maxCategories: 2 }).apply(
      other,
    ).x
    expect(columnOf(kept, 'c')).toEqual([1, 2, NaN])
    expect(kept.categories).toEqual([3])
  })

  test('hashes, known or not', () => {
    const prepared = fit({ categories: 'hashing', buckets: 1000 })
    expect(prepared.features).toHaveLength(4)
    expect(rowsOf(prepared.apply(table).x).every((row) => row.reduce((a, b) => a + b) === 1)).toBe(
      true,
    )
    expect(rowsOf(prepared.apply(other).x)[1]).toEqual([0, 0, 0, 0])
  })

  test('means of the target, drawn towards that of all', () => {
    const options: PreparationOptions = { target: 'y', categories: 'target', smoothing: 2 }
    const prepared = fitPreparation(table, options)
    const prior = 3 / 7
    close(columnOf(prepared.apply(other).x, 'c'), [(0 + 2 * prior) / 4, prior, (0 + 2 * prior) / 3])
    const classes = tableOf({ c: colours, y: ['u', 'v', 'w', 'u', 'v', 'w', 'u'] })
    expect(fitPreparation(classes, options).features).toEqual(['c: u', 'c: v', 'c: w'])
  })

  test('training rows are encoded by other rows than themselves', () => {
    const numbers = upTo(40).map(Math.sqrt)
    const options: PreparationOptions = { target: 'y', categories: 'target', seed: 3 }
    // A key of its own tells nothing of its own row: all of a fold get the mean of the others.
    const single = prepareTraining(tableOf({ c: upTo(40).map((i) => `s${i}`), y: numbers }), {
      ...options,
      task: 'regression',
      use: ['c'],
    })
    expect(new Set(columnOf(single.x, 'c')).size).toBe(5)
    const all = single.preparation.apply(tableOf({ c: upTo(40).map((i) => `s${i}`) })).x
    expect(new Set(columnOf(all, 'c')).size).toBe(40)
  })
})

describe('dates and texts', () => {
  const date = (text: string): Date => new Date(`${text}Z`)
  const table = tableOf({ d: [date('2020-01-05T06:00'), date('2021-07-31T06:00'), null] })

  test('dates become their parts', () => {
    const prepared = fitPreparation(table, { scaling: 'none', imputation: 'keep' })
    expect(prepared.features).toEqual([
      'd year',
      'd year is missing',
      'd month',
      'd day',
      'd weekday',
    ])
    expect(rowsOf(prepared.apply(table).x)).toEqual([
      [2020, 0, 0, 5, 0],
      [2021, 0, 6, 31, 6],
      [NaN, 1, NaN, NaN, NaN],
    ])
  })

  test('or points of circles', () => {
    const { x } = fitPreparation(table, { dates: 'cyclic' }).apply(table)
    close(columnOf(x, 'd month sine'), [0, 0, 0])
    close(columnOf(x, 'd month cosine'), [1, -1, 0])
    close(columnOf(x, 'd day sine'), [
      Math.sin((8 * Math.PI) / 31),
      Math.sin((60 * Math.PI) / 31),
      0,
    ])
    expect(x.names).not.toContain('d hour sine')
    expect(() => fitPreparation(table, { dates: 'drop' })).toThrow("dates: 'drop'")
  })

  test('texts become counts of hashed words', () => {
    const texts = ['Red, red rose', 'blue', null, 'RED']
    const prepared = fitPreparation(tableOfColumns([{ kind: 'text', name: 't', texts }]), {
      scaling: 'none',
      textBuckets: 4096,
    })
    expect(prepared.features).toHaveLength(3)
    const rows = rowsOf(prepared.apply(tableOfColumns([{ kind: 'text', name: 't', texts }])).x)
    expect(rows.map((row) => row.toSorted())).toEqual([
      [0, 1, 2],
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 1],
    ])
    expect(rows[0]!.indexOf(2)).toBe(rows[3]!.indexOf(1))
  })
})

describe('targets', () => {
  const x = [1, 2, 3, 4]
  test('are classes or numbers', () => {
    const target = (y: Parameters<typeof tableOf>[0][string], options: PreparationOptions = {}) =>
      prepareTraining(tableOf({ x, y }), { target: 'y', ...options }).y
    expect(target(['b', 'a', 'b', 'c'])).toEqual({
      kind: 'classes',
      codes: Int32Array.of(1, 0, 1, 2),
      labels: ['a', 'b', 'c'],
    })
    expect(target([10, 9, 10, 9])).toMatchObject({
      codes: Int32Array.of(1, 0, 1, 0),
      labels: ['9', '10'],
    })
    expect(target([0.5, 1, 2, 3])).toEqual({
      kind: 'numbers',
      values: Float64Array.of(0.5, 1, 2, 3),
    })
    expect(target([0, 1, 0, 1], { task: 'regression' })).toMatchObject({ kind: 'numbers' })
    expect(target(['1', '2.5', '1', '2'], { task: 'regression' })).toMatchObject({
      values: Float64Array.of(1, 2.5, 1, 2),
    })
  })

  test('that nothing can be learnt from are refused', () => {
    const refused = (
      y: Parameters<typeof tableOf>[0][string],
      text: string,
      options: PreparationOptions = {},
    ) => expect(() => fitPreparation(tableOf({ x, y }), { target: 'y', ...options })).toThrow(text)
    refused(['a', null, 'b', null], 'no value in 2 of 4 rows (rows 1, 3')
    refused([1.5, NaN, 2, 3], 'no value in 1 of 4 rows (row 1,')
    refused(['a', 'a', 'a', 'a'], 'one class only, "a"')
    refused([2.5, 2.5, 2.5, 2.5], 'the same value', { task: 'regression' })
    refused(['a', 'b', 'c', 'd'], 'a class of its own')
    refused([1, Infinity, 2, 3.5], 'Infinity in row 1')
    refused(['a', 'b', 'a', 'b'], '"a" is not a number', { task: 'regression' })
    expect(() => fitPreparation(tableOf({ x }), { target: 'Y' })).toThrow('no column "Y"')
    expect(() => fitPreparation(tableOf({ x: [1], y: ['a'] }), { target: 'y' })).toThrow(
      '2 rows or more',
    )
  })

  test('of other rows may be absent, and are refused when they are new', () => {
    const table = tableOf({ x, y: ['a', 'b', 'a', 'b'] })
    const prepared = fitPreparation(table, { target: 'y' })
    expect(prepared.apply(tableOf({ x })).y).toBeUndefined()
    expect(prepared.apply(table, [3, 0]).y).toMatchObject({ codes: Int32Array.of(1, 0) })
    expect(() => prepared.apply(tableOf({ x: [1], y: ['z'] }))).toThrow(
      'labels "z", which the training rows',
    )
  })
})

describe('a preparation', () => {
  const rows = 60
  const mixed = (count: number): Table =>
    tableOfColumns([
      ...tableOf({
        key: upTo(count).map((i) => `id${i}`),
        n: upTo(count).map((i) => (i % 7 === 0 ? null : (i * 37) % 101)),
        q: upTo(count).map((i) => (i % 11 === 0 ? null : Math.exp(i / 20))),
        c: upTo(count).map((i) => (i % 9 === 0 ? null : 'abcdef'[(i * i) % 6]!)),
        o: upTo(count).map((i) => 'uvw'[i % 3]!),
        h: upTo(count).map((i) => `h${i % 13}`),
        e: upTo(count).map((i) => `e${i % 5}`),
        d: upTo(count).map((i) =>
          i % 8 === 0 ? null : new Date(Date.UTC(2019, i, 1 + (i % 28), i % 24)),
        ),
        y: upTo(count).map((i) => (i % 3 === 0 ? 'yes' : 'no')),
      }).columns,
      {
        kind: 'text',
        name: 't',
        texts: upTo(count).map((i) => `word${i % 4} thing number ${i % 3}`),
      },
    ])
  const options: PreparationOptions = {
    target: 'y',
    textBuckets: 16,
    byColumn: {
      q: { scaling: 'quantileNormal' },
      c: { maxCategories: 3 },
      o: { categories: 'ordinal' },
      h: { categories: 'hashing', buckets: 8 },
      e: { categories: 'target' },
      d: { dates: 'cyclic' },
    },
  }
  const table = mixed(rows)
  const prepared = fitPreparation(table, options)
  // New rows, with labels the training rows do not have.
  const fresh = tableOfColumns(
    mixed(90).columns.map((column) =>
      column.name === 'c' && column.kind === 'category'
        ? { ...column, labels: column.labels.map((label) => (label === 'b' ? 'new' : label)) }
        : column,
    ),
  )

  test('learns from training rows only', () => {
    const some = upTo(rows).filter((i) => i % 4 !== 0)
    const whole = fitPreparation(table, options, some)
    const part = fitPreparation(selectRows(table, some), options)
    expect(whole.toJSON()).toEqual(part.toJSON())
    expect(whole.apply(table, [5, 1]).x.data).toEqual(whole.apply(selectRows(table, [5, 1])).x.data)
  })

  test('drops what only tells rows apart, unless it is asked for', () => {
    expect(prepared.dropped).toEqual([{ column: 'key', reason: 'it only tells rows apart' }])
    expect(fitPreparation(table, { ids: 'keep', drop: ['t'] }).features).toContain('key=id0')
    expect(fitPreparation(table, { use: ['key'] }).inputs).toHaveLength(1)
  })

  test('is plain data and comes back the same', () => {
    const text = JSON.stringify(prepared)
    const loaded = loadPreparation(JSON.parse(text))
    expect(loaded.apply(fresh).x).toEqual(prepared.apply(fresh).x)
    expect(JSON.stringify(loaded)).toBe(text)
    expect(() => loadPreparation({ kind: 'tree' })).toThrow('not a stored preparation')
  })

  test.each([
    ['onnxruntime-node', nativeExecutor, 3e-6],
    ['reference', async () => referenceExecutor(), 1e-6],
  ] as const)('as a graph gives the same on %s', async (_, executor, tolerance) => {
    const variants: PreparationOptions[] = [
      options,
      {
        use: ['n', 'q', 'c', 'd'],
        imputation: 'keep',
        scaling: 'quantileNormal',
        categories: 'ordinal',
        missingCategories: 'keep',
      },
      { use: ['n'], scaling: 'robust', indicators: false },
      { use: ['c'], missingCategories: 'mostFrequent' },
    ]
    for (const variant of variants) {
      const one = fitPreparation(table, variant)
      const graph = one.graph()
      expect(graph.inputs).toEqual([
        { name: 'columns', element: 'float', dims: ['rows', one.inputs.length] },
      ])
      const compiled = await (await executor()).compile(graph)
      const raw = one.raw(fresh)
      const { x } = one.apply(fresh)
      const out = await compiled.run({ columns: raw.data }, { dims: { rows: raw.rows } })
      await compiled.release()
      expect(out.x).toHaveLength(x.data.length)
      const gaps = Array.from(x.data, (value, i) => {
        const other = Number(out.x![i])
        return Number.isNaN(value) && Number.isNaN(other) ? 0 : Math.abs(value - other)
      })
      expect(Math.max(...gaps)).toBeLessThan(tolerance)
    }
  })

  test('says what is wrong with another table', () => {
    expect(() => prepared.apply(withoutColumns(table, ['n', 'c']))).toThrow(
      'lacks columns that the training rows have: "n", "c"',
    )
    const words = tableOf({ n: ['12', 'oops'] })
    const numbers = fitPreparation(table, { use: ['n'], scaling: 'none' })
    expect(() => numbers.apply(words)).toThrow('row 1, column "n": "oops" is not a number')
    expect(columnOf(numbers.apply(tableOf({ n: ['12', '13'] })).x, 'n')).toEqual([12, 13])
    expect(() => numbers.apply(tableOf({ n: [1, Infinity] }))).toThrow('Infinity in row 1')
  })

  test('says all that is wrong with its options', () => {
    const bad = {
      scaling: 'big',
      maxCategories: 0,
      imputatoin: 'mean',
    } as unknown as PreparationOptions
    expect(() => fitPreparation(table, bad)).toThrow(/3 problems[^]*did you mean imputation/)
    expect(() => fitPreparation(table, { categories: 'target' })).toThrow('needs a target')
    expect(() => fitPreparation(table, { byColumn: { n: { buckets: 1 } } })).toThrow('column "n"')
    expect(() => fitPreparation(table, { drop: ['nn'] })).toThrow('no column "nn"')
    expect(() => fitPreparation(table, { byColumn: { nn: {} } })).toThrow('"nn"')
  })

  test('gives finite features of any table unless missing values are kept', () => {
    const cell = fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { freq: 3 })
    const label = fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { freq: 3 })
    const scaling = fc.constantFrom(
      'standard',
      'minMax',
      'robust',
      'quantileNormal',
      'none',
    ) as fc.Arbitrary<NonNullable<PreparationOptions['scaling']>>
    const categories = fc.constantFrom('oneHot', 'ordinal', 'hashing', 'target') as fc.Arbitrary<
      NonNullable<PreparationOptions['categories']>
    >
    const list = fc.array(fc.tuple(cell, label), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(list, list, scaling, categories, (train, other, scale, encode) => {
        const made = (pairs: [number | null, string | null][]): Table =>
          tableOf({
            n: [...pairs.map(([n]) => n), 0, 1],
            c: [...pairs.map(([, c]) => c), 'a', 'b'],
            y: [...pairs.map(([n]) => ((n ?? 0) > 0 ? 'p' : 'q')), 'p', 'q'],
          })
        const given = { target: 'y', scaling: scale, categories: encode, maxCategories: 2 }
        const { preparation, x } = prepareTraining(made(train), given)
        for (const matrix of [x, preparation.apply(made(other)).x]) {
          expect(matrix.data.every(Number.isFinite)).toBe(true)
          expect(matrix.columns).toBe(preparation.features.length)
        }
      }),
    )
  })
})
