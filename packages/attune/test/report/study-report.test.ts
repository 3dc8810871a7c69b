import { importanceIntervals, pedAnova } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { studyFileOf } from '../../src/report/repeat-section.ts'
import { studyReport } from '../../src/report/study-report.ts'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { temporaryFolder } from '../journals/temporary.ts'
import type { MadeTrial } from './made-studies.ts'
import { lrSpace } from './made-studies.ts'
import { allLines, factsOf, linesOf, readReport } from './read-report.ts'
import { studies, writeStudyOf } from './studies.ts'

const at = (lr: number, loss: number, more: Partial<MadeTrial> = {}): MadeTrial => ({
  values: { lr, act: 'relu' },
  metrics: { loss },
  ...more,
})

describe('the answer', () => {
  it('stands first, with the best result and its parameters', async () => {
    const report = await readReport('bowl')
    expect(report.sections[0]?.title).toBe('The answer')
    const lines = linesOf(report, /^The answer$/)
    expect(lines[0]).toBe(
      'attune tried 60 configurations of 2 parameters of the program python3 train.py --lr={lr} --act {act}, to minimise loss.',
    )
    expect(lines).toContain('Best loss: 0.0268257 (trial 31)')
    expect(lines).toContain('act: relu')
  })

  it('tells of a study without trials, with one, and with failures alone', async () => {
    expect(linesOf(await readReport('empty'), /answer/)).toEqual([
      'attune is to tune a function, to minimise loss. Nothing has been tried yet.',
    ])
    expect(linesOf(await readReport('one'), /answer/)[0]).toMatch(
      /^attune tried 1 configuration of/,
    )
    expect(linesOf(await readReport('failed'), /answer/)[1]).toBe(
      'There is no result: all 4 trials that ended failed. Why is told below.',
    )
  })

  it('tells what still runs, and when no result satisfies the constraints', async () => {
    expect(linesOf(await readReport('running'), /answer/).at(-1)).toMatch(
      /^The study had not ended when this was written: 1 trial was running \(last event /,
    )
    expect(linesOf(await readReport('infeasible'), /answer/)[1]).toMatch(
      /^No configuration satisfies the constraints on its results\. Of 10 results that of trial \d+ comes nearest/,
    )
  })

  it('of several objectives is the front', async () => {
    const report = await readReport('two')
    expect(linesOf(report, /answer/)[1]).toMatch(/^Best trade-offs: 17 configurations \(of 40/)
    expect(linesOf(report, /answer/)[2]).toBe(
      '22 of 40 results satisfy the constraint; the others do not count.',
    )
    const [volume, caption] = linesOf(report, /trade-offs/)
    expect(volume).toMatch(/^The hypervolume of the front is 0\.3434: /)
    expect(caption).toContain('low error and high speed are better')
  })
})

describe('how sure the answer is', () => {
  it('says what repeats of the configuration gave', async () => {
    const trials = [at(0.1, 1), at(0.1, 3), at(0.2, 5)]
    const lines = linesOf(await readReport('one', trials), /sure/)
    // The mean of 1 and 3 is 2, their standard deviation √2.
    expect(lines).toContain(
      'This configuration was run 2 times: its loss was 2 on average, with a standard deviation of 1.4.',
    )
    expect(lines).toContain('The next configuration (trial 2) is worse by 4.')
    expect(lines).toContain('0 | 1 | 0 | 2')
  })

  it('says the standard error and who lies within it', async () => {
    const trials = [at(0.1, 1, { standardErrors: { loss: 0.5 } }), at(0.2, 1.25), at(0.3, 2)]
    const report = await readReport('one', trials)
    expect(linesOf(report, /answer/)).toContain(
      'Best loss: 1 ± 0.5 (trial 0, with its standard error)',
    )
    expect(linesOf(report, /sure/)).toContain(
      'The next configuration (trial 1) is worse by 0.25. 1 configuration lies within one standard error of the best.',
    )
  })

  it('names equals as equals', async () => {
    const lines = linesOf(await readReport('one', [at(0.1, 1), at(0.2, 1), at(0.3, 1)]), /sure/)
    expect(lines).toContain(
      '2 other configurations gave exactly the same loss; the one that was tried first is named.',
    )
  })
})

describe('importance', () => {
  it('says which parameters matter, with the numbers of the analysis', async () => {
    using folder = temporaryFolder()
    const { history } = await factsOf(writeStudyOf('bowl', folder.path))
    const [first] = pedAnova(history)
    const [low, high] = importanceIntervals(history)![first!.name]!
    const lines = linesOf(await readReport('bowl'), /parameters matter$/)
    expect(lines[1]).toMatch(/^For loss lr \(\d+ %\)/)
    const shown = (x: number): string => (100 * x).toFixed(1)
    expect(lines).toContain(`lr | ${shown(first!.value)} | ${shown(low)} to ${shown(high)}`)
  })
})

describe('failures', () => {
  it('are grouped, with the part of the space they share and what to do', async () => {
    const lines = linesOf(await readReport('bowl'), /^What failed$/)
    expect(lines[0]).toBe('7 of 60 trials (12 %) failed.')
    expect(lines[1]).toBe(
      '7 trials: the program ended with an error. Such as trial 53: “it diverged”',
    )
    expect(lines[2]).toBe(
      'It happened to all of the 6 trials with lr of 0.404 or more, and to 1 of the 54 others.',
    )
    expect(lines[3]).toMatch(/^What to do: run one of them by hand/)
    expect(lines).toContain('loss is <nan>')
  })

  it('are not mentioned where there are none', async () => {
    expect(linesOf(await readReport('two'), /failed/)).toEqual([])
  })
})

describe('what was stopped early', () => {
  it('says how far trials came and what that saved', async () => {
    // 10 trials of 9 s and 20 of 3 s: 150 s, and 20 times 6 s less than if all had taken 9 s.
    expect(linesOf(await readReport('pruned'), /stopped early/)).toEqual([
      '20 of 30 trials were stopped early because others were further at the same step (scheduler asha); 10 ran to the end. They had come to step 3 on average, those that ran to the end to step 9. Had they taken as long as those on average, the study would have cost 2 min 00 s more of trial time: about 44 % was saved.',
    ])
  })
})

describe('how it ran', () => {
  it('says how long, how fast and where', async () => {
    const lines = linesOf(await readReport('bowl'), /^How it ran$/)
    expect(lines).toContain('Trials: 60: 53 ran to the end and 7 failed')
    expect(lines).toContain('Trials ran for: 2 min 00 s')
    expect(lines).toContain('Rate: 30 trials a minute')
    expect(lines).toContain('At once: one trial after the other')
    expect(lines).toContain('Where: 1 process of attune on 1 machine (here)')
  })
})

describe('how to repeat it', () => {
  it('gives the command of the winner, its parameters and a study file that attune reads', async () => {
    using folder = temporaryFolder()
    const facts = await factsOf(writeStudyOf('bowl', folder.path))
    const lines = linesOf(await readReport('bowl'), /repeat/)
    expect(lines[1]).toMatch(/^cd \/work && .*python3 train\.py --lr=0\.0145\d+ --act relu$/)
    expect(lines).toContain('attune run bowl.json --journal again.db')
    const file = lines.slice(lines.indexOf('{', lines.indexOf('}')), lines.lastIndexOf('}') + 1)
    expect(JSON.parse(file.join('\n'))).toEqual(studyFileOf(facts.config, 60))
    const spec = parseStudyFile(file.join('\n'), 'bowl.json')
    expect(spec).toMatchObject({ name: 'bowl', trials: 60, seed: 3, cwd: '/work' })
    expect(spec.space.params.map(({ name }) => name)).toEqual(['lr', 'act'])
  })

  it('holds every setting of a study that a file can hold', () => {
    const { config } = studies['two']!()
    const file = studyFileOf(
      {
        ...{ name: 'two', seed: 4, deterministic: true, lag: 3, objectives: config.objectives! },
        ...{ constraints: config.constraints!, space: { ...lrSpace, require: ['lr < 0.5'] } },
        sampler: { name: 'tpe', options: { startupTrials: 5 } },
        scheduler: { name: 'asha', options: { minSteps: 2 } },
        retry: { times: 2, on: ['killed'] },
        duplicates: { policy: 'memoise', evaluations: 2 },
        program: {
          ...{ command: ['./run', '{lr}', ['--act', '{act}']], cwd: '/work', result: 'best' },
          artifacts: { files: ['model.onnx'], keep: { best: 3 } },
        },
      },
      10,
    )
    const spec = parseStudyFile(JSON.stringify(file), 'two.json')
    expect(spec).toMatchObject({
      ...{ deterministic: true, lag: 3, result: 'best', constraints: ['speed >= 0.2'] },
      sampler: { name: 'tpe', options: { startupTrials: 5 } },
      scheduler: { name: 'asha', options: { minSteps: 2 } },
      retry: { times: 2, on: ['killed'] },
      duplicates: { policy: 'memoise', evaluations: 2 },
      objectives: [{ minimize: 'error' }, { maximize: 'speed' }],
      artifacts: { files: ['model.onnx'], keep: { best: 3 } },
    })
    expect(spec.space.constraints.map(({ source }) => source)).toEqual(['lr < 0.5'])
  })
})

describe('sentences', () => {
  it('count one as one, and never tell of nothing or of what is unknown', async () => {
    const kinds = Object.keys(studies).filter((kind) => kind !== 'evil')
    for (const kind of kinds) {
      for (const line of allLines(await readReport(kind))) {
        expect(line, kind).not.toMatch(
          /\b1 (trial|configuration|result|parameter|process|worker|event)(s|es)\b/,
        )
        expect(line, kind).not.toMatch(/NaN|undefined|Infinity|by 0\.0+\b|\b0 %|\b0 trials/)
      }
    }
  })

  it('tell the same of the same study', async () => {
    using folder = temporaryFolder()
    const file = writeStudyOf('running', folder.path)
    expect(studyReport(await factsOf(file))).toEqual(studyReport(await factsOf(file)))
  })
})
