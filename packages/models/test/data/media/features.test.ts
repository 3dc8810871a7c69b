import { expect, it } from 'vitest'
import { speechFeatures } from '../../../src/data/media/features.ts'
import {
  padSequences,
  sequenceMoments,
  standardiseSequences,
} from '../../../src/data/media/sequences.ts'
import {
  speechMatrix,
  speechSequences,
  standardiseByGroup,
} from '../../../src/data/media/speech-set.ts'
import type { SampledSet } from '../../../src/data/media/media-set.ts'
import { tone } from './audio/audio.ts'

function voices(...hertz: number[]): SampledSet {
  const length = 4000
  const x = new Float32Array(hertz.length * length)
  hertz.forEach((f, i) => x.set(tone(f, 8000, 0.4 + 0.02 * i).subarray(0, length), i * length))
  return {
    name: 'voices',
    count: hertz.length,
    shape: [1, length],
    x,
    labels: new Int32Array(hertz.length),
    classes: ['a'],
    groups: { kind: 'speaker', codes: Int32Array.from(hertz, (_, i) => i % 2), labels: ['p', 'q'] },
    sampleRate: 8000,
    lengths: Int32Array.from(hertz, (_, i) => 3200 + 160 * i),
  }
}

it('makes a vector of the same named numbers of utterances of any length', () => {
  const short = speechFeatures(tone(200, 8000, 0.3), 8000)
  const long = speechFeatures(tone(200, 8000, 0.6), 8000)
  expect(new Set(short.names).size).toBe(short.names.length)
  expect(short.names).toEqual(long.names)
  expect(short.values.length).toBe(short.names.length)
  const value = (features: typeof short, name: string) =>
    features.values[features.names.indexOf(name)]!
  // 200 Hz are 34.34 semitones over 27.5 Hz.
  expect(value(short, 'semitones mean')).toBeCloseTo(12 * Math.log2(200 / 27.5), 1)
  expect(value(long, 'seconds') - value(short, 'seconds')).toBeCloseTo(0.3, 6)
  expect(value(short, 'voiced stretches a second')).toBeGreaterThan(0)
})

it('stays finite for silence, a click and almost nothing', () => {
  const click = new Float32Array(2000)
  click[1000] = 1
  for (const signal of [new Float32Array(2000), click, new Float32Array(1), new Float32Array(0)]) {
    expect(speechFeatures(signal, 8000).values.every(Number.isFinite)).toBe(true)
  }
})

it('takes the fill at the end of an example for nothing', () => {
  const set = voices(150, 250)
  const { columns, data, names } = speechMatrix(set)
  const alone = speechFeatures(set.x.slice(0, 3200) as Float32Array, 8000)
  expect(names).toEqual(alone.names)
  expect(data.subarray(0, columns)).toEqual(Float32Array.from(alone.values))
})

it('standardises within groups', () => {
  const matrix = { rows: 4, columns: 2, data: Float32Array.of(1, 5, 10, 7, 3, 5, 30, 9) }
  const groups = { kind: 'speaker', codes: Int32Array.of(0, 1, 0, 1), labels: ['a', 'b'] }
  expect([...standardiseByGroup(matrix, groups).data]).toEqual([-1, 0, -1, -1, 1, 0, 1, 1])
  expect(() => standardiseByGroup({ ...matrix, rows: 3 }, groups)).toThrow(/3 rows, but 4 groups/)
})

it('fills sequences up to one length, with a mask', () => {
  const set = voices(150, 250)
  const sequences = speechSequences(set, { coefficients: 5 })
  expect(sequences.names.length).toBe(15)
  expect([sequences.count, sequences.steps]).toEqual([2, 40])
  expect([...sequences.mask.subarray(36, 42)]).toEqual([1, 1, 0, 0, 1, 1])
  expect(sequences.x.subarray(38 * 15, 40 * 15).every((value) => value === 0)).toBe(true)
  const cut = speechSequences(set, { coefficients: 5, steps: 10 })
  expect(cut.x.length).toBe(2 * 10 * 15)
  expect(cut.x.subarray(0, 150)).toEqual(sequences.x.subarray(0, 150))
})

it('standardises the steps that are there', () => {
  const sequences = padSequences([
    { frames: 1, names: ['a', 'b'], data: Float64Array.of(1, 4) },
    { frames: 2, names: ['a', 'b'], data: Float64Array.of(2, 4, 3, 4) },
  ])
  expect([...sequenceMoments(sequences).mean]).toEqual([2, 4])
  const { x } = standardiseSequences(sequences)
  const unit = Math.sqrt(1.5)
  expect([...x]).toEqual([-unit, 0, 0, 0, 0, 0, unit, 0].map(Math.fround))
})

it('refuses sequences that do not fit together', () => {
  const one = { frames: 1, names: ['a'], data: Float64Array.of(1) }
  expect(() => padSequences([])).toThrow(expect.objectContaining({ code: 'models/data' }))
  expect(() => padSequences([one, { ...one, names: ['b'] }])).toThrow(
    /Sequence 1 has other features/,
  )
  expect(() => padSequences([one], { steps: 0 })).toThrow(
    expect.objectContaining({ code: 'models/options' }),
  )
})
