import { describe, expect, it } from 'vitest'
import { complete, problemsOf } from './study-files.ts'

describe('a file that is no study', () => {
  it.each<[string, string, string]>([
    ['empty', '', 'line 1: the file is empty. A study needs name, command, space and objective.'],
    [
      'all comments',
      '# name: x\n\n# end\n',
      'line 1: the file is empty. A study needs name, command, space and objective.',
    ],
    ['a list', '- a\n- b\n', 'line 1: a study file holds keys with values, such as name: digits.'],
    ['a sentence', 'hello', 'line 1: a study file holds keys with values, such as name: digits.'],
    ['null', 'null', 'line 1: a study file holds keys with values, such as name: digits.'],
    [
      'binary',
      'a: 1\nb: \0\x01\x02',
      'line 2: this is no UTF-8 text. Give the study file itself, saved as UTF-8.',
    ],
    [
      'in another encoding',
      Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]).toString('utf8'),
      'line 1: this is no UTF-8 text. Give the study file itself, saved as UTF-8.',
    ],
    [
      'too long',
      `name: ${'x'.repeat(1_000_000)}`,
      'line 1: the file has 1000006 characters; at most 1000000 are read.',
    ],
    [
      'nested deeply',
      `a: ${'['.repeat(60)}${']'.repeat(60)}`,
      'line 1: this is nested deeper than 50 levels.',
    ],
  ])('is refused when it is %s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([`  ${problem}`])
  })

  it.each(['[', '{a: ', '- ', '? ', '&a '])('is refused when it is made of %j', (piece) => {
    const start = performance.now()
    expect(problemsOf(piece.repeat(20_000))[0]).toMatch(/^ {2}line \d+: /)
    expect(performance.now() - start).toBeLessThan(3_000)
  })
})

describe('syntax errors', () => {
  it.each<[string, string[]]>([
    ['name: s\ntrial:\n\ttimeout: 3', ['line 3: a tab cannot indent. Use blanks.']],
    [
      'name: s\ncommand: [a, b\ntrials: 3\nresult: `x`',
      [
        'line 3: Flow sequence in block collection must be sufficiently indented and end with a ].',
        'line 4: Plain value cannot start with reserved character `. Put the value in quotes.',
      ],
    ],
    ['name: "s\ntrials: 3', ['line 2: Missing closing ".']],
    [
      'command: a: b',
      ['line 1: Nested mappings are not allowed in compact mappings. Put the value in quotes.'],
    ],
    [
      'name: s\n---\nname: t',
      ['line 2: a second document starts here (---). Keep one study in a file.'],
    ],
    [
      '{lr}: 3',
      ['line 1: a key must be text. If this is a value that starts with {, put it in quotes.'],
    ],
    [
      'name: *s',
      ['line 1: *s repeats an anchor &s, which is missing. If it is text, put it in quotes.'],
    ],
    [
      'name: s\ncommand: [a, "b\\0c"]',
      ['line 2: text with a NUL character cannot be passed to programs. Remove it.'],
    ],
    ['name: s\nspace: &s\n  a: *s\n', ['line 3: *s stands within what it repeats. Remove it.']],
  ])('%j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems.map((line) => `  ${line}`))
  })

  it('do not hide the other problems when the meaning is plain', () => {
    const text = complete.replace('trials: 60', 'trials: 60\nname: t\nlag: x')
    expect(problemsOf(text)).toEqual([
      '  line 14: the key name stands twice. Remove one.',
      '  line 15: lag: expected a whole number >= 1, got "x". Example: lag: 8.',
    ])
  })

  it('include aliases that would expand without bound', () => {
    const lines = Array.from({ length: 9 }, (_, i) => {
      const items = Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*a${i - 1}`))
      return `a${i}: &a${i} [${items.join(', ')}]`
    })
    expect(problemsOf(lines.join('\n'))).toEqual([
      '  line 1: the aliases expand to too much; an anchor may be used 100 times.',
    ])
  })

  it('leave words such as no and on as text, whatever version the file claims', () => {
    const text = `%YAML 1.1\n---\n${complete.replace('[relu, tanh]', '[no, on, yes]')}`
    expect(problemsOf(text)).toEqual([])
    expect(problemsOf(text.replace('seed: 1', 'seed: off'))).toEqual([
      '  line 20: seed: expected a whole number within ±2^53, got "off". Example: seed: 1.',
    ])
  })
})
