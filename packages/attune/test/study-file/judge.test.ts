import { describe, expect, it } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { problemsOf } from './study-files.ts'

const coffee = `name: coffee
space: { sugar: { float: [0, 20] } }
objective: { maximize: taste }
`

describe('the key judge of study files', () => {
  it('says how people give each metric', () => {
    const judge = `judge:
  taste: { slider: [0, 10], step: 0.5 }
  look: { choice: { bad: -1, fair: 0, good: 2.5 } }
  minutes: { number: [0, 60] }
  calories: number
`
    const spec = parseStudyFile(coffee + judge, 'study.yaml')
    expect(spec.command).toBeUndefined()
    expect(spec.judge).toEqual([
      { metric: 'taste', kind: 'slider', low: 0, high: 10, step: 0.5 },
      {
        metric: 'look',
        kind: 'choice',
        labels: [
          { label: 'bad', value: -1 },
          { label: 'fair', value: 0 },
          { label: 'good', value: 2.5 },
        ],
      },
      { metric: 'minutes', kind: 'number', low: 0, high: 60 },
      { metric: 'calories', kind: 'number' },
    ])
    const compared = parseStudyFile(`${coffee}judge: { taste: compare }\n`, 'study.yaml')
    expect(compared.judge).toEqual([{ metric: 'taste', kind: 'compare' }])
  })

  it.each([
    ['judge: { look: number }', /nobody is asked for "taste"/],
    ['judge: {}', /one metric at least/],
    ['judge: { taste: { slider: [5, 1] } }', /low < high/],
    ['judge: { taste: { slider: [0, 1], step: 0 } }', /a number > 0/],
    ['judge: { taste: { slider: [0, 1], stepp: 1 } }', /unknown key "stepp".*"step"/],
    ['judge: { taste: { choice: { good: 1 } } }', /a number by label, two at least/],
    ['judge: { taste: maybe }', /number, compare/],
    ['judge: { taste: compare, look: compare }', /only objective/],
    ['judge: { taste: number, waiting: 3 }', /there is none/],
    ['judge: { waiting: 3 }', /one metric at least/],
    ['judge: { taste: number, waiting: 0 }\ncommand: [a]', /a whole number >= 1/],
    ['judge: { taste: number }\ncommand: [a]\nscheduler: median', /nothing can be stopped before/],
    ['judge: { taste: number }\ncommand: [a]\nresult: best', /the program gives none/],
    ['judge: { taste: number }\ncommand: [a]\nmetric: x=(.*)', /Name the group/],
    ['judge: { taste: number }\ntrials: 5', /this is for programs/],
  ])('refuses %s', (judge, message) => {
    const problems = problemsOf(`${coffee}${judge}\n`)
    expect(problems.join('\n')).toMatch(message)
    expect(problems).toHaveLength(1)
  })

  it('stands beside a program, which may give other objectives', () => {
    const two = coffee.replace('{ maximize: taste }', '[{ maximize: taste }, { minimize: price }]')
    const file = `${two}judge: { taste: number, waiting: 2 }
command: [brew, --sugar, "{sugar}"]
metric: price=([0-9.]+)
scheduler: none
trials: 5
`
    expect(parseStudyFile(file, 'study.yaml')).toMatchObject({
      command: ['brew', '--sugar', '{sugar}'],
      judge: [{ metric: 'taste', kind: 'number' }],
      waiting: 2,
      trials: 5,
    })
    const ranked = two.replace('[{ maximize: taste }, { minimize: price }]', '{ minimize: price }')
    const more = `${ranked}judge: { taste: number }\nmodule: brew.mjs\nscheduler: median\n`
    expect(parseStudyFile(more, 'study.yaml')).toMatchObject({ scheduler: { name: 'median' } })
  })

  it('needs one objective for comparisons, and a space', () => {
    const two = coffee.replace('{ maximize: taste }', '[{ maximize: taste }, { minimize: price }]')
    expect(problemsOf(`${two}judge: { taste: compare, price: number }\n`).join()).toMatch(
      /only objective/,
    )
    const none = 'name: s\nobjective: { maximize: taste }\njudge: { taste: number }\n'
    expect(problemsOf(none).join()).toMatch(/"space" is missing/)
    expect(problemsOf(none.replace('judge', 'space: {}\njudge')).join()).toMatch(/nothing to tune/)
  })
})
