import { AttuneError } from '@attune/core'
import { describe, expect, test } from 'vitest'
import { learnerNames } from '../../src/training/learners.ts'
import { checkTrainingSpec } from '../../src/training/spec.ts'

/** The problems of a spec, by path. */
function problemsOf(given: unknown): Record<string, string> {
  try {
    checkTrainingSpec(given, 'model.yaml')
  } catch (error) {
    expect(error).toBeInstanceOf(AttuneError)
    const { code, details, message } = error as AttuneError
    expect(code).toBe('models/options')
    const problems = details as { path: string; message: string }[]
    expect(message).toContain(
      problems.length === 1 ? 'model.yaml: 1 problem' : `model.yaml: ${problems.length} problems`,
    )
    return Object.fromEntries(problems.map(({ path, message: text }) => [path, text]))
  }
  return {}
}

const spec = { learner: 'network', target: 'y' }

test('what may be said is taken as it is', () => {
  for (const learner of learnerNames) expect(problemsOf({ learner, target: 'y' })).toEqual({})
  const whole = {
    ...spec,
    task: 'classification',
    options: { units: 8, optimizer: { kind: 'adam' } },
    preparation: {
      scaling: 'robust',
      categories: 'target',
      drop: ['a'],
      byColumn: { b: { fill: 1 } },
    },
    validation: { folds: 5, group: 'g', stratify: false },
    seed: 3,
  }
  expect(checkTrainingSpec(whole)).toEqual(whole)
})

test('all problems are told at once, those of options and preparation too', () => {
  const problems = problemsOf({
    learner: 'histogramBoosting',
    taget: 'y',
    task: 'ranking',
    options: { rate: 0.1, round: 5, deph: 3 },
    preparation: {
      scaling: 'big',
      drop: 'id',
      use: [1],
      target: 'y',
      task: 'regression',
      categories: 'target',
      folds: 1,
      byColumn: { age: { buckets: 1, imputatoin: 'mean' }, sex: 3 },
    },
    validation: { share: 1, folds: 1, group: 'g', time: 't', shuffle: true },
    seed: 0.5,
  })
  expect(problems).toEqual({
    taget: 'is no key. Did you mean "target"?',
    target: 'is needed.',
    task: 'is "ranking", but must be classification or regression.',
    seed: 'is 0.5, but must be a whole number.',
    'options.round': 'is no option. Did you mean "rounds"?',
    'options.deph': expect.stringMatching(/^is no option\. (There are rounds, rate, |Did you)/),
    'preparation.target': 'belongs beside the preparation, not in it.',
    'preparation.task': 'belongs beside the preparation, not in it.',
    'preparation.drop': 'is "id", but must be a list of names of columns.',
    'preparation.use': 'is [1], but must be a list of names of columns.',
    'preparation.scaling': expect.stringContaining(`must be one of 'standard', 'minMax'`),
    'preparation.byColumn.age.buckets': expect.stringContaining('at least 2'),
    'preparation.byColumn.age.imputatoin': expect.stringContaining('did you mean imputation'),
    'preparation.byColumn.sex': 'must be a mapping of names to values.',
    'validation.share': 'is 1, but must be a number from 0 to below 1.',
    'validation.folds': 'is 1, but must be a whole number of at least 2.',
    'validation.shuffle': expect.stringContaining('is no key.'),
    validation: expect.stringContaining('Leave one out.'),
  })
})

describe('a problem says how to mend it', () => {
  test.each([
    [[], '', 'mapping with learner and target'],
    ['text', '', 'mapping with learner and target'],
    [{ target: 'y' }, 'learner', 'is needed'],
    [{ ...spec, learner: 'randomForrest' }, 'learner', 'did you mean "randomForest"?'],
    [{ ...spec, learner: null }, 'learner', 'must be one of network, histogramBoosting'],
    [{ ...spec, options: null }, 'options', 'must be a mapping'],
    [{ ...spec, options: { constructor: 1 } }, 'options.constructor', 'is no option'],
    [{ ...spec, constructor: 1 }, 'constructor', 'is no key'],
    [{ ...spec, validation: { group: 'y' } }, 'validation.group', 'which is the target'],
    [{ ...spec, validation: { time: 'y' } }, 'validation.time', 'which is the target'],
    [{ ...spec, preparation: { folds: 1 } }, 'preparation.folds', 'at least 2'],
  ])('%j', (given, path, text) => {
    const problems = problemsOf(given)
    expect(Object.keys(problems)).toEqual([path])
    expect(problems[path]).toContain(text)
  })
})
