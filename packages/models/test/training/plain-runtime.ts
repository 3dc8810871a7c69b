import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTable } from '../../src/data/table-file.ts'
import { runTraining } from '../../src/training/run-training.ts'
import { csvOf, mixedTable, quick } from './mixed-table.ts'

const script = resolve(import.meta.dirname, '../../../../examples/learners/predict-onnx.mjs')
/** One test a learner: an exported model tells plain onnxruntime-web, in a script of its own, the same. */
export function plainRuntimeAgrees(
  cases: readonly (readonly [learner: string, target: string])[],
): void {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attune-onnx-'))
    writeFileSync(join(folder, 'data.csv'), csvOf(mixedTable(200)))
    writeFileSync(join(folder, 'test.csv'), csvOf(mixedTable(100, 2)))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.concurrent.each(cases)(
    'plain onnxruntime-web computes the same as %s of %s',
    async (learner, target) => {
      const at = (ending: string): string => join(folder, `${learner}-${target}.${ending}`)
      const other = target === 'kind' ? 'amount' : 'kind'
      await runTraining({
        spec: {
          learner,
          target,
          options: quick[learner] ?? {},
          preparation: { drop: [other, 'day'] },
        },
        subject: learner,
        data: join(folder, 'data.csv'),
        test: join(folder, 'test.csv'),
        onnx: at('onnx'),
        inputs: at('inputs.csv'),
        predictions: at('csv'),
        signal: new AbortController().signal,
        print: () => undefined,
      })
      const args = [script, at('onnx'), at('inputs.csv')]
      const { stdout } = await promisify(execFile)(process.execPath, args)
      const found = stdout.trimEnd().split('\n')
      const { columns, rows } = await readTable(at('csv'))
      expect([found.length, rows]).toEqual([100, 100])
      // Of a classification the labels come first; numbers are some tens.
      const expected = target === 'kind' ? columns.slice(1) : columns
      const allowed = target === 'kind' ? 1e-5 : 1e-5 * 50
      for (const [i, line] of found.entries()) {
        const numbers = line.split(',').map(Number)
        expect(numbers).toHaveLength(target === 'kind' ? 3 : 1)
        for (const [k, number] of numbers.entries()) {
          const column = expected[k]!
          const value = column.kind === 'number' ? column.values[i]! : Number.NaN
          expect(Math.abs(number - value)).toBeLessThan(allowed)
        }
      }
    },
  )
}
