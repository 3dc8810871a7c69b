import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { attune, objective, temporaryFolder } from '../cli/support/attune.ts'

const root = resolve(import.meta.dirname, '../../../..')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map((f) => `docs/${f}`),
].filter((f) => f.endsWith('.md'))
const read = (page: string): string => readFileSync(join(root, page), 'utf8')
/** The fenced blocks of a page in one language. */
const blocks = (page: string, language: string): string[] => {
  const parts = read(page).split(/^```(.*)\n/m)
  // Odd parts are what stands behind a fence: the language of a block that begins, then nothing.
  return parts.filter((_, i) => i % 4 === 2 && parts[i - 1] === language)
}

describe('the documentation', () => {
  it.each(pages)('%s links to files that are there', (page) => {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)#\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      expect([target, existsSync(resolve(root, dirname(page), target))]).toEqual([target, true])
    }
  })

  it('shows the two commands that do all the set-up', () => {
    expect(read('README.md')).toContain('npm ci && npm run tune')
    expect(read('README.md')).toContain('npm ci && npm test')
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: object
    }
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(['tune', 'test', 'test:long', 'bench']),
    )
  })

  it('shows a study file that is valid', () => {
    const [file = ''] = blocks('README.md', 'yaml')
    expect(parseStudyFile(file, join(root, 'README.md')).trials).toBe(60)
    const space =
      blocks('docs/study-file.md', 'yaml').find((text) => text.startsWith('space:')) ?? ''
    const whole = `name: s\ncommand: [echo]\nobjective: { minimize: l }\n${space}`
    expect(parseStudyFile(whole, 'docs/study-file.md').space.params.length).toBeGreaterThan(10)
  })

  it('shows TypeScript that runs', async () => {
    const [code = ''] = blocks('README.md', 'ts')
    const file = join(root, 'packages/attune/test/package', `readme-${process.pid}.tmp.ts`)
    writeFileSync(
      file,
      `${code.replace("'attune'", `'${join(root, 'packages/attune/src/index.ts')}'`)}\nexport const best = study.best()\n`,
    )
    try {
      const module = (await import(file)) as { best: { objectives: number[] } }
      expect(module.best.objectives[0]).toBeLessThan(1)
    } finally {
      rmSync(file)
    }
  })

  it('shows commands of the command line that work', { timeout: 30_000 }, async () => {
    using folder = temporaryFolder()
    const run = [
      'run',
      '--name',
      'digits',
      '--param',
      'lr=log:1e-5..1e-1',
      '--param',
      'x=float:0..1',
      '--param',
      'act=relu,tanh',
    ]
    const more = [
      '--minimize',
      'loss',
      '--trials',
      '8',
      '--workers',
      '2',
      '--scheduler',
      'asha',
      '--',
    ]
    const program = [process.execPath, objective, '--x', '{x}', '--act', '{act}']
    expect((await attune([...run, ...more, ...program], folder.path)).code).toBe(0)
    const shown = blocks('README.md', '').find((text) => text.includes('npx attune show')) ?? ''
    const commands = shown
      .split('\n')
      // Those that end by themselves.
      .filter((line) => line.startsWith('npx attune') && !/ (run|ui) /.test(line))
    expect(commands).toHaveLength(5)
    for (const line of commands) {
      const words = line
        .replace(/#.*$/, '')
        .trim()
        .split(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/)
        .slice(2)
      const { code, stderr } = await attune(
        words.map((word) => word.replaceAll('"', '')),
        folder.path,
      )
      expect([line, code, stderr]).toEqual([line, 0, ''])
    }
  })
})
