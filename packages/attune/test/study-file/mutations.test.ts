import { AttuneError } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { complete } from './study-files.ts'

/** Reads a text and checks that what comes is a study, or an error whose lines are in the file. */
function read(text: string): 'study' | 'problems' {
  try {
    const spec = parseStudyFile(text, 'study.yaml')
    expect(typeof spec.name).toBe('string')
    expect(spec.objectives.length).toBeGreaterThan(0)
    const programs = [spec.command, spec.module, spec.judge].filter((one) => one !== undefined)
    expect(programs).toHaveLength(1)
    return 'study'
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error
    expect(error.code).toBe('file/problems')
    const lines = text.split(/\r\n|\r|\n/).length
    const details = error.details as readonly { line: number; message: string }[]
    expect(details.length).toBeGreaterThan(0)
    for (const { line, message } of details) {
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(lines)
      expect(message).toMatch(/\S/)
    }
    return 'problems'
  }
}

const pieces = [
  ...Array.from(' \n\t\r\0\uFEFF:-,[]{}"\'#|>%@`?'),
  '',
  '\n  ',
  ': ',
  '- ',
  '&a ',
  '*a',
  '!x ',
  '---\n',
  '...\n',
  'null',
  '1e999',
  '.nan',
  '{x}',
  '<<: ',
  '__proto__: ',
  'kind',
]

describe('a study file that was damaged', () => {
  it('gives a study or its problems, wherever text was changed', () => {
    const edit = fc.record({
      at: fc.nat(complete.length),
      length: fc.nat(12),
      piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })),
    })
    const seen = { study: 0, problems: 0 }
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const text = edits.reduce(
          (before, { at, length, piece }) =>
            before.slice(0, at) + piece + before.slice(at + length),
          complete,
        )
        seen[read(text)]++
      }),
      { numRuns: 200 },
    )
    expect(seen.study).toBeGreaterThan(0)
    expect(seen.problems).toBeGreaterThan(0)
  })

  it('gives a study or its problems, wherever another value stands', () => {
    const value = fc.oneof(
      { maxDepth: 2 },
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(Number.NaN, Infinity, -0, 1e308, '', '{lr}', '{', [], {}, null),
      fc.constantFrom<unknown>(
        { float: [0, 1] },
        { list: [1, 1e9], of: { int: [1, 2] } },
        { variant: { a: null } },
        { choice: [{ a: 1 }] },
        { constant: [1] },
        { asha: { factor: Number.NaN } },
        { grid: { levelsOf: { lr: 'x' } } },
      ),
    )
    const whole = parse(complete) as Record<string, unknown>
    const places: (readonly (string | number)[])[] = []
    const visit = (at: unknown, path: readonly (string | number)[]): void => {
      places.push(path)
      if (typeof at !== 'object' || at === null) return
      for (const [key, child] of Object.entries(at)) visit(child, [...path, key])
    }
    visit(whole, [])
    fc.assert(
      fc.property(fc.constantFrom(...places), value, ([...path], given) => {
        const copy: { root: unknown } = { root: structuredClone(whole) }
        const keys = ['root', ...path]
        let at = copy as Record<string, unknown>
        for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>
        at[keys.at(-1) as string] = given
        read(stringify(copy.root, { aliasDuplicateObjects: false }))
      }),
      { numRuns: 200 },
    )
  })
})
