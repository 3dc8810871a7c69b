import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Selection, SelectionCondition } from '../../src/data/selection.ts'
import {
  longestSelection,
  selectionFromText,
  selectionToText,
} from '../../src/data/selection-text.ts'

const trials = (numbers: readonly number[]): SelectionCondition => ({
  kind: 'trials',
  trials: numbers,
})

describe('the text of a selection', () => {
  test('is short and readable', () => {
    const selection: Selection = [
      trials([3, 5, 6, 7, 8, 20, 21]),
      { kind: 'range', column: 'param:lr', low: 0.001, high: Infinity },
      { kind: 'labels', column: 'param:optimizer', labels: ['adam', 'a,b(c)'] },
      { kind: 'where', expression: 'min(loss, 2) < 0.2' },
    ]
    const text = selectionToText(selection)
    expect(text).toBe(
      'trials(3,5-8,20,21) range(param:lr,0.001,Infinity) labels(param:optimizer,adam,a\\,b\\(c\\)) where(min\\(loss\\, 2\\) < 0.2)',
    )
    expect(selectionFromText(text)).toEqual(selection)
  })

  const word = fc.string({ maxLength: 12, unit: 'grapheme' })
  const condition = fc.oneof(
    fc.record({
      kind: fc.constant('trials' as const),
      trials: fc
        .uniqueArray(fc.nat(300), { maxLength: 60 })
        .map((all) => all.sort((a, b) => a - b)),
    }),
    fc.record({
      kind: fc.constant('range' as const),
      column: word,
      // As JSON, an address has no sign of zero.
      low: fc.double({ noNaN: true }).map((x) => x + 0),
      high: fc.double({ noNaN: true }).map((x) => x + 0),
    }),
    fc.record({
      kind: fc.constant('labels' as const),
      column: word,
      labels: fc.array(word, { minLength: 1, maxLength: 5 }),
    }),
    fc.record({
      kind: fc.constant('where' as const),
      expression: fc.string({ maxLength: 60, unit: 'grapheme' }),
    }),
  )
  test('gives the same selection back', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 4 }), (selection) => {
        const text = selectionToText(selection)
        fc.pre(text.length <= longestSelection)
        expect(selectionFromText(text)).toEqual(selection)
      }),
    )
  })

  test('of very many trials is cut to runs, which hold all of them', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(99_999), { minLength: 800, maxLength: 1500 }),
        (numbers) => {
          const sorted = numbers.sort((a, b) => a - b)
          const other: SelectionCondition = { kind: 'where', expression: 'loss < 0.2' }
          const text = selectionToText([trials(sorted), other])
          expect(text.length).toBeLessThanOrEqual(longestSelection)
          const [found, kept] = selectionFromText(text)
          expect(kept).toEqual(other)
          const all = new Set(found?.kind === 'trials' ? found.trials : [])
          expect(sorted.every((trial) => all.has(trial))).toBe(true)
        },
      ),
      { numRuns: 8 },
    )
  })

  test('passes over what it does not understand', () => {
    expect(selectionFromText('')).toEqual([])
    expect(selectionFromText('range(x,a,1) nonsense) trials(1-,2) other(3) where(')).toEqual([
      trials([2]),
    ])
    expect(selectionFromText('trials(0-99999999999)')[0]).toHaveProperty('trials.length', 1_000_000)
  })
})
