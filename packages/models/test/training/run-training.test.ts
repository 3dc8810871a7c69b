import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Json } from '@attune/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCsv } from '../../src/data/csv.ts'
import { readTable } from '../../src/data/table-file.ts'
import { selectRows, withoutColumns } from '../../src/data/table.ts'
import { metricsOf } from '../../src/metrics/catalogue.ts'
import type { TrainingRun } from '../../src/training/run-training.ts'
import { runTraining } from '../../src/training/run-training.ts'
import { loadTrainedModel } from '../../src/training/trained-model.ts'
import { csvOf, mixedTable, quick } from './mixed-table.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const put = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attune-training-'))
  put('data.csv', csvOf(withoutColumns(mixedTable(150), ['amount'])))
  put('amounts.csv', csvOf(withoutColumns(mixedTable(150), ['kind'])))
  put('test.csv', csvOf(mixedTable(40, 2)))
})
afterAll(() => rmSync(folder, { recursive: true }))

type Line = Record<string, number>

/** What is printed of a training. */
async function printed(spec: object, more: Partial<TrainingRun> = {}): Promise<Line[]> {
  const lines: Line[] = []
  await runTraining({
    spec: { target: 'kind', preparation: { drop: ['person', 'place', 'day'] }, ...spec },
    subject: 'model.yaml',
    data: at('data.csv'),
    signal: new AbortController().signal,
    print: (line) => lines.push(line as Line),
    ...more,
  })
  return lines
}

const boosting = { learner: 'histogramBoosting', options: quick['histogramBoosting'] }
const names = metricsOf('classification').map(({ name }) => name)

describe('lines', () => {
  test('are a report a round of trees, by the loss of the rows that judge, and the metrics', async () => {
    const spec = { ...boosting, options: { rounds: 5, minLeaf: 5, patience: 0 } }
    const lines = await printed(spec)
    expect(lines).toHaveLength(6)
    expect(lines.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, undefined])
    expect(Object.keys(lines[0]!)).toEqual(['step', 'loss', 'validationLoss', 'logLoss'])
    expect(Object.keys(lines[5]!)).toEqual(names)
    expect(lines[4]!['logLoss']).toBeCloseTo(lines[5]!['logLoss']!, 9)

    const forest = { learner: 'randomForest', options: { trees: 20 }, target: 'amount' }
    const numbers = await printed(forest, { data: at('amounts.csv') })
    expect(numbers.map(({ step }) => step)).toEqual([10, 20, undefined])
    expect(numbers[1]!['rmse']).toBeCloseTo(numbers[2]!['rmse']!, 9)
  })

  test('are a report an epoch of a network or more, by the names of the metrics', async () => {
    const options = { epochs: 3, units: 8, batch: 40, reportEvery: 2 }
    const lines = await printed({ learner: 'network', options })
    // 120 rows are three batches.
    expect(lines.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, undefined])
    expect(Object.keys(lines[0]!)).toEqual(['step', 'loss', 'validationLoss', 'accuracy'])
    expect(lines[5]!['accuracy']).toBe(lines[6]!['accuracy'])
    const target = { target: 'amount' }
    const numbers = await printed(
      { learner: 'network', options: { epochs: 2 }, ...target },
      { data: at('amounts.csv') },
    )
    expect(numbers[1]!['rmse']).toBeCloseTo(numbers[2]!['rmse']!, 4)
  })

  test('are only the result of learners without steps', async () => {
    const lines = await printed({ learner: 'naiveBayes', validation: { folds: 4 } })
    expect(lines.map((line) => Object.keys(line))).toEqual([names])
    const none = await printed({ learner: 'naiveBayes', validation: { share: 0 } })
    expect(none).toEqual([{}])
  })

  test('tell the metrics of a test table beside those of the rows that judge', async () => {
    const lines = await printed({ learner: 'softmaxRegression' }, { test: at('test.csv') })
    const line = lines.at(-1)
    expect(Object.keys(line!)).toEqual([...names, ...names.map((name) => `test.${name}`)])
    expect(line!['test.accuracy']).toBeGreaterThan(0.5)
    put('unlabelled.csv', csvOf(withoutColumns(mixedTable(40, 2), ['kind', 'amount'])))
    const unlabelled = { test: at('unlabelled.csv') }
    const [without] = await printed({ learner: 'naiveBayes' }, unlabelled)
    expect(Object.keys(without!)).toEqual(names)
  })
})

test('files hold the model, its graph, its inputs and its predictions', async () => {
  const files = { save: 'm.json', onnx: 'm.onnx', predictions: 'p.csv', inputs: 'i.csv' }
  const places = Object.fromEntries(Object.entries(files).map(([k, name]) => [k, at(name)]))
  const spec = { ...boosting, validation: { share: 0 } }
  const [line] = (await printed(spec, { ...places, test: at('test.csv') })).slice(-1)
  const fresh = await readTable(at('test.csv'))
  const model = loadTrainedModel(JSON.parse(readFileSync(at('m.json'), 'utf8')) as Json)
  expect((await model.evaluate(fresh))['accuracy']).toBe(line!['test.accuracy'])
  expect(Buffer.compare(model.toOnnx(), readFileSync(at('m.onnx')))).toBe(0)

  const predictions = await readTable(at('p.csv'))
  const found = await model.predict(fresh)
  expect(predictions.columns.map(({ name }) => name)).toEqual([
    'prediction',
    ...['high', 'low', 'middle'].map((label) => `probability ${label}`),
  ])
  const high = predictions.columns[1]!
  expect(high.kind === 'number' && high.values[7]).toBe(
    found.kind === 'classes' && found.probabilities[21],
  )
  const raw = model.preparation.raw(fresh)
  const inputs = await readTable(at('i.csv'))
  expect(inputs.columns.map(({ name }) => name)).toEqual(raw.names)
  const given = inputs.columns.map((column) => (column.kind === 'number' ? column.values : []))
  raw.data.forEach((value, i) => {
    expect(Math.fround(given[i % raw.columns]![Math.floor(i / raw.columns)]!)).toBe(value)
  })
})

test('predictions quote labels, and are numbers of a regression', async () => {
  const labels = ['"so, so"', '"a ""b"""']
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${labels[i % 2]}`)
  const data = put('quoted.csv', `x,kind\n${rows.join('\n')}\n`)
  const spec = { learner: 'randomForest', options: { trees: 3 }, preparation: {} }
  await printed(spec, { data, test: data, predictions: at('q.csv') })
  const predictions = await readCsv(new Uint8Array(readFileSync(at('q.csv'))))
  expect(predictions.columns.map(({ name }) => name)).toEqual([
    'prediction',
    'probability a "b"',
    'probability so, so',
  ])
  const numbers = { data: at('amounts.csv'), test: at('test.csv'), predictions: at('n.csv') }
  await printed({ learner: 'ridgeRegression', target: 'amount' }, numbers)
  const [column] = (await readTable(at('n.csv'))).columns
  expect(column).toMatchObject({ name: 'prediction', kind: 'number' })
})

test('a network goes on from its checkpoint when it is told to', async () => {
  const spec = { learner: 'network', options: { epochs: 6, units: 8 } }
  const whole = await printed(spec)
  const checkpoint = { folder: at('trial'), resume: false }
  const abort = new AbortController()
  const lines: Line[] = []
  const print = (line: object): void => {
    lines.push(line as Line)
    if (lines.length === 2) abort.abort()
  }
  await printed(spec, { checkpoint, print, signal: abort.signal })
  expect(lines.slice(0, 2)).toEqual(whole.slice(0, 2))
  expect(readdirSync(at('trial'))).toEqual(['network.checkpoint'])
  expect(await printed(spec, { checkpoint: { ...checkpoint, resume: true } })).toEqual(
    whole.slice(2),
  )
  expect(await printed(spec, { checkpoint })).toEqual(whole)
  // Other rates and more epochs are of the same network, but another width is not.
  const more = { ...spec, options: { ...spec.options, epochs: 8, batch: 16 } }
  const steps = await printed(more, { checkpoint: { ...checkpoint, resume: true } })
  expect(steps.map(({ step }) => step)).toEqual([7, 8, undefined])
  const other = { ...spec, options: { ...spec.options, units: 9 } }
  await expect(printed(other, { checkpoint: { ...checkpoint, resume: true } })).rejects.toThrow(
    /of a network with other parameters/,
  )
})

describe('before it learns, it says what is wrong with', () => {
  const refused = async (
    spec: object,
    more: Partial<TrainingRun>,
    error: object,
  ): Promise<void> => {
    const lines: object[] = []
    const run = printed(spec, { print: (line) => lines.push(line), ...more })
    await expect(run).rejects.toMatchObject(error)
    expect(lines).toEqual([])
  }
  const usage = { code: 'usage' }

  test('places of files', async () => {
    await refused(boosting, { predictions: at('p.csv') }, usage)
    await refused(boosting, { inputs: at('i.csv') }, usage)
    await refused(boosting, { save: at('nowhere/m.json') }, usage)
    await refused(boosting, { onnx: at('data.csv/m.onnx') }, usage)
    mkdirSync(at('folder'))
    await refused(boosting, { onnx: at('folder') }, usage)
    await refused(
      boosting,
      { checkpoint: { folder: at('data.csv'), resume: false } },
      {
        code: 'data/missing',
      },
    )
  })

  test('the spec, with all problems', async () => {
    const message = expect.stringMatching(/^model\.yaml: 2 problems[^]*rouns[^]*folds/) as string
    const spec = { ...boosting, options: { rouns: 3 }, validation: { folds: 1 } }
    await refused(spec, {}, { code: 'models/options', message })
  })

  test('tables that are not there, or do not fit', async () => {
    await refused(boosting, { data: at('none.csv') }, { code: 'data/missing' })
    await refused(boosting, { data: folder }, { code: 'data/missing' })
    await refused(boosting, { test: at('none.csv') }, { code: 'data/missing' })
    await refused(
      { ...boosting, target: 'kinds' },
      {},
      {
        code: 'data/format',
        message: expect.stringContaining('Did you mean "kind"?') as string,
      },
    )
    const other = mixedTable(9, 3)
    const relabelled = csvOf(other).replaceAll(/\b(low|middle|high)\b/g, 'none of them')
    await refused(
      boosting,
      { test: put('relabelled.csv', relabelled) },
      {
        code: 'models/data',
        message: expect.stringContaining('"none of them"') as string,
      },
    )
    const holes = csvOf(other).replaceAll(/,(low|middle|high),/g, ',,')
    await refused(boosting, { test: put('holes.csv', holes) }, { code: 'models/data' })
  })

  test.each<[string, () => string | Uint8Array, RegExp]>([
    [
      'bytes of another encoding',
      () => Buffer.from('x,kind\n1,fr\xfch\n2,sp\xe4t\n', 'latin1'),
      /not.*UTF-8|utf-8/i,
    ],
    ['ragged rows', () => 'x,kind\n1,a\n2\n3,b,c\n', /line 3[^]*line 4/],
    ['an empty file', () => '', /empty/],
    ['a header only', () => 'x,kind\n', /no rows|rows after|header/],
    [
      'labels that are missing',
      () => 'x,kind\n1,a\n2,NaN\n3,b\n4,\n5,a\n',
      /no value in 2 of 5 rows/,
    ],
    ['one class only', () => `x,kind\n${'1,a\n2,a\n'.repeat(10)}`, /one class only, "a"/],
    ['a million columns', () => `${'c,'.repeat(1_000_000)}kind\n`, /1,?000,?001|100,?000/],
    ['an image', () => png, /./],
    [
      'a sound that is cut off',
      () => Buffer.from('RIFF\xff\xff\0\0WAVEfmt \x10\0\0\0\x01\0', 'latin1'),
      /./,
    ],
    ['half an IDX file', () => Uint8Array.of(0, 0, 8, 3, 0, 0, 234, 96, 0, 0, 0, 28, 0), /./],
    ['a Parquet file that is cut off', () => 'PAR1\x15\0\x15', /Parquet/],
    [
      'a gzip file that is cut off',
      () => gzipSync('x,kind\n1,a\n2,b\n'.repeat(99)).subarray(0, 40),
      /gzip/i,
    ],
  ])('%s', async (name, content, text) => {
    const data = put(`${name}.bin`, content())
    const started = performance.now()
    await refused(
      { ...boosting, preparation: {} },
      { data },
      {
        code: expect.stringMatching(/^(data\/format|models\/data)$/) as string,
        message: expect.stringMatching(text) as string,
      },
    )
    expect(performance.now() - started).toBeLessThan(2000)
  })

  // The first bytes of any PNG file.
  const png = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0)
})

test('ten rows, and rows of thousands of columns, give a model', async () => {
  const ten = csvOf(selectRows(mixedTable(10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
  const found = await printed(boosting, { data: put('ten.csv', ten) })
  expect(found.at(-1)!['accuracy']).toBeGreaterThanOrEqual(0)
  const columns = Array.from({ length: 10_000 }, (_, i) => i)
  const wide = Array.from({ length: 10 }, (_, row) =>
    [...columns.map((i) => (i * 7 + row * row) % 11), 'ab'[row % 2]].join(','),
  )
  const data = put('wide.csv', [[...columns.map((i) => `c${i}`), 'kind'], ...wide].join('\n'))
  const started = performance.now()
  const [line] = await printed({ learner: 'nearestNeighbours', preparation: {} }, { data })
  expect(line!['accuracy']).toBeGreaterThanOrEqual(0)
  // By the square of the number of columns it would take half a minute.
  expect(performance.now() - started).toBeLessThan(10_000)
})
