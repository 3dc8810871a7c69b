import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate, parseCommandLineWords } from '../../src/executors/command-template.ts'
import type { Command, TemplateValues } from '../../src/executors/command-template.ts'

const parameters = [
  { name: 'lr', conditional: false },
  { name: 'net.width', conditional: false },
  { name: 'net.seed', conditional: false },
  { name: 'act', conditional: false },
  { name: 'optimizer', conditional: false },
  { name: 'optimizer.sgd.momentum', conditional: true },
  { name: 'optimizer.adam.beta1', conditional: true },
  { name: 'layers', conditional: false },
  { name: 'layers.0.units', conditional: false },
  { name: 'layers.1.units', conditional: true },
]
const values: TemplateValues = {
  lr: 0.001,
  'net.width': 64,
  'net.seed': 5,
  act: 'relu',
  optimizer: 'sgd',
  'optimizer.sgd.momentum': 0.9,
  layers: 1,
  'layers.0.units': 32,
}
const specials = { trial: 7, seed: 42, dir: '/tmp/trial 7' }

const argv = (command: Command, more: TemplateValues = {}): readonly string[] =>
  compileTemplate(command, parameters).render({ ...values, ...more }, specials).argv

function problemsOf(command: Command): { path: string; message: string }[] {
  try {
    compileTemplate(command, parameters)
  } catch (error) {
    expect(error).toMatchObject({ code: 'command/template' })
    return (error as { details: { path: string; message: string }[] }).details
  }
  return []
}

describe('a command template', () => {
  it.each<[string, Command, readonly string[]]>([
    ['leaves plain words alone', ['node', 'a b.mjs', ''], ['node', 'a b.mjs', '']],
    ['fills in flat names', ['x', '{lr}', '--w={net.width}'], ['x', '0.001', '--w=64']],
    ['fills in short names', ['x', '{width}', '{momentum}'].slice(0, 2), ['x', '64']],
    ['fills in several in one word', ['x', '{lr}-{act}-{lr}'], ['x', '0.001-relu-0.001']],
    ['reaches elements of lists', ['x', '{layers.0.units}'], ['x', '32']],
    ['fills in the special names', ['x', '{trial}/{seed}', '{dir}'], ['x', '7/42', '/tmp/trial 7']],
    [
      'reads doubled braces as braces',
      ['x', '{{lr}}', '{{{lr}}}', '}}{{'],
      ['x', '{lr}', '{0.001}', '}{'],
    ],
    ['fills in the program', ['./train-{act}'], ['./train-relu']],
    ['keeps a group that is active', ['x', ['-m', '{momentum}'], 'y'], ['x', '-m', '0.9', 'y']],
    ['drops a group that is not', ['x', ['-b', '{beta1}'], 'y'], ['x', 'y']],
    ['drops a group if any part is not', ['x', ['{momentum}', '{beta1}']], ['x']],
    [
      'drops a group over an inactive element',
      ['x', ['{layers.1.units}'], ['{lr}']],
      ['x', '0.001'],
    ],
    ['keeps a group without placeholders', ['x', ['-v', '-q'], []], ['x', '-v', '-q']],
  ])('%s', (_, command, expected) => {
    expect(argv(command)).toEqual(expected)
  })

  it('prefers a parameter of that very name to a special name, and a special name to a short one', () => {
    expect(argv(['x', '{seed}'])).toEqual(['x', '42'])
    const own = compileTemplate(['x', '{seed}'], [{ name: 'seed', conditional: false }])
    expect(own.render({ seed: 9 }, specials).argv).toEqual(['x', '9'])
  })

  it.each([
    [1e-7, '1e-7'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e21, '1e+21'],
    [-3, '-3'],
    [true, 'true'],
    [null, 'null'],
    ['a b', 'a b'],
    ['', ''],
  ])('writes %j as %j', (value, text) => {
    expect(argv(['x', '{act}'], { act: value })).toEqual(['x', text])
  })

  it('refuses to render a value that is missing, naming it', () => {
    const template = compileTemplate(['x', '{lr}'], parameters)
    expect(() => template.render({}, specials)).toThrow(/needs a value for "lr"/)
  })

  it('shows the command as one line that a shell reads back', () => {
    const words = ['printf', '%s\\n', '{act}', "it's", '$HOME `x` "q" \\', '*', '--a={lr}', '', 'ü']
    const { argv: words1, text } = compileTemplate(words, parameters).render(values, specials)
    expect(text).toContain('--a=0.001')
    expect(execFileSync('sh', ['-c', text], { encoding: 'utf8' })).toBe(
      `${words1.slice(2).join('\n')}\n`,
    )
  })

  it('finds all mistakes at once, each with its place and a remedy', () => {
    const problems = problemsOf(['x', '{lrr}', '{units}', '{momentum}', '{ lr }', ['{nope}', '{']])
    expect(problems.map((p) => p.path)).toEqual([
      'command[1]',
      'command[2]',
      'command[3]',
      'command[4]',
      'command[5][0]',
      'command[5][1]',
    ])
    const messages = problems.map((p) => p.message)
    expect(messages[0]).toBe(
      '{lrr} names no parameter. Did you mean {lr}? For literal braces write {{lrr}}.',
    )
    expect(messages[1]).toBe(
      '{units} could mean {layers.0.units} and {layers.1.units}. Write the full name.',
    )
    expect(messages[2]).toMatch(/not active in every trial.*\[--momentum, "\{momentum\}"\]/)
    expect(messages[3]).toContain('Did you mean {lr}?')
    expect(messages[4]).toMatch(/Known are \{lr\}, \{net\.width\}, .* and 5 more/)
    expect(messages[5]).toContain('Write {{ for a literal brace')
  })

  it('refuses commands without a program', () => {
    for (const command of [[], [''], '', '  ']) {
      expect(problemsOf(command)[0]?.message).toContain('no program to run')
    }
    expect(problemsOf([['x', '{lr}']])[0]?.message).toContain('cannot be an optional group')
  })
})

describe('a command for a shell', () => {
  const run = (command: string, act: string): string => {
    const rendered = compileTemplate(command, parameters).render({ ...values, act }, specials)
    expect(rendered.argv).toEqual(['sh', '-c', rendered.text])
    return execFileSync('sh', ['-c', rendered.text], { encoding: 'utf8' })
  }

  it('quotes values where it has to', () => {
    const template = compileTemplate('train --lr {lr} --act={act} | tee {dir}/log', parameters)
    expect(template.render(values, specials).text).toBe(
      "train --lr 0.001 --act=relu | tee '/tmp/trial 7'/log",
    )
  })

  it('passes any value through any kind of quotes unchanged', () => {
    const anyText = fc.string({ unit: fc.constantFrom(...`'"\\$\`a b;*\n{}(#`), maxLength: 8 })
    fc.assert(
      fc.property(anyText, (act) => {
        const text = `printf '%s|' {act} x{act}y "<{act}>" '<{act}>' "it's {act}" \\"{act}`
        const expected = [act, `x${act}y`, `<${act}>`, `<${act}>`, `it's ${act}`, `"${act}`]
        expect(run(text, act)).toBe(`${expected.join('|')}|`)
      }),
      { numRuns: 60 },
    )
  })

  it('refuses conditional parameters and says how to write a list', () => {
    expect(problemsOf('train --m {momentum}')).toEqual([
      { path: 'command', message: expect.stringContaining('Write the command as a list') },
    ])
  })

  it('tells how to write a variable of the shell', () => {
    expect(problemsOf('echo ${HOME} {lr}')[0]?.message).toContain('write ${{HOME}}.')
    expect(run('x=5; echo ${{x}}', 'relu')).toBe('5\n')
  })
})

describe('words of the command line', () => {
  it.each([
    [
      ['x', '--lr', '{lr}'],
      ['x', '--lr', '{lr}'],
    ],
    [['[--momentum {momentum}]'], [['--momentum', '{momentum}']]],
    [['[ --momentum   {momentum} ]'], [['--momentum', '{momentum}']]],
    [['[--momentum={momentum}]'], [['--momentum={momentum}']]],
    [['[sgd {momentum}]'], [['sgd', '{momentum}']]],
    [
      ['[0,1]', '[a-z] x]', '[{a},{b}]'],
      ['[0,1]', '[a-z] x]', '[{a},{b}]'],
    ],
    [
      ['[-f {{x}}]', '[', ']', ''],
      ['[-f {{x}}]', '[', ']', ''],
    ],
  ])('reads %j as %j', (words, expected) => {
    expect(parseCommandLineWords(words)).toEqual(expected)
  })
})
