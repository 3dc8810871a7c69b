import { AttuneError } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { mergeFlags } from '../../src/study-file/spec-from-flags.ts'
import type { StudyFlags } from '../../src/study-file/study-flags.ts'
import type { StudySpec } from '../../src/study-file/study-spec.ts'
import { problemsOf } from './study-files.ts'

const file = (artifacts: string): string =>
  `name: s\nmodule: a.ts\nobjective: { minimize: y }\n${artifacts === '' ? '' : `artifacts: ${artifacts}\n`}`
const specOf = (artifacts: string): StudySpec => parseStudyFile(file(artifacts), 's.yaml')

describe('artifacts in a study file', () => {
  it.each<[string, StudySpec['artifacts']]>([
    ['', undefined],
    ['[model.onnx]', { files: ['model.onnx'] }],
    ['{ files: [a, b/] }', { files: ['a', 'b/'] }],
    ['{ files: [a], keep: all }', { files: ['a'], keep: 'all' }],
    ['{ files: [a], keep: { best: 3 } }', { files: ['a'], keep: { best: 3 } }],
    [
      '{ files: ["**/*.png"], keep: { pareto: true }, move: true }',
      { files: ['**/*.png'], keep: { pareto: true }, move: true },
    ],
  ])('%s', (text, expected) => {
    expect(specOf(text).artifacts).toEqual(expected)
  })

  it.each([
    ['model.onnx', 'line 4: artifacts: expected patterns of files and what is kept'],
    ['[]', 'line 4: artifacts: expected a list of patterns of files'],
    ['[../a]', 'line 4: artifacts[0]: "../a" leads out of the trial\'s folder.'],
    ['{ files: [/a] }', 'line 4: artifacts.files[0]: "/a" must be relative'],
    ['{ keep: all }', 'line 4: artifacts.files: expected a list of patterns'],
    ['{ files: [a], keep: some }', 'line 4: artifacts.keep: expected all, { best: 3 }'],
    ['{ files: [a], keep: { best: 0 } }', 'line 4: artifacts.keep'],
    ['{ files: [a], keeps: all }', 'line 4: artifacts: unknown key "keeps". Did you mean "keep"?'],
  ])('%s is refused: %s', (text, problem) => {
    const problems = problemsOf(file(text))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })
})

describe('artifacts on the command line', () => {
  const merged = (text: string, flags: StudyFlags): StudySpec['artifacts'] =>
    mergeFlags(specOf(text), flags).artifacts
  const before = '{ files: [a], keep: all, move: true }'

  it.each<[string, StudyFlags, StudySpec['artifacts']]>([
    ['', { artifact: ['m'] }, { files: ['m'] }],
    ['', { artifact: ['m', 'n'], keepArtifacts: 'all' }, { files: ['m', 'n'], keep: 'all' }],
    ['', { artifact: ['m'], keepArtifacts: 'pareto' }, { files: ['m'], keep: { pareto: true } }],
    [before, {}, { files: ['a'], keep: 'all', move: true }],
    [before, { artifact: [] }, { files: ['a'], keep: 'all', move: true }],
    [before, { artifact: ['m'] }, { files: ['m'], keep: 'all', move: true }],
    [before, { keepArtifacts: 'best=12' }, { files: ['a'], keep: { best: 12 }, move: true }],
  ])('%s with %j', (text, flags, expected) => {
    expect(merged(text, flags)).toEqual(expected)
  })

  it.each<[StudyFlags, string]>([
    [{ artifact: ['../m'] }, '--artifact: "../m" leads out'],
    [{ artifact: ['m'], keepArtifacts: 'best' }, '--keep-artifacts: expected all, best=3'],
    [{ artifact: ['m'], keepArtifacts: 'best=0' }, '--keep-artifacts: expected all, best=3'],
    [{ keepArtifacts: 'all' }, '--keep-artifacts: nothing says which files'],
  ])('%j is refused: %s', (flags, message) => {
    expect(() => merged('', flags)).toThrow(AttuneError)
    expect(() => merged('', flags)).toThrow(message)
  })
})
