import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createSampler, samplerNames } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'

const root = resolve(import.meta.dirname, '../../../..')
const folder = join(root, 'docs/algorithms')
const fileOf = (sampler: string): string =>
  `${sampler.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}.md`
const read = (page: string): string => readFileSync(join(folder, page), 'utf8')
/** The first fenced block of a page in one language. */
const block = (page: string, language: string): string =>
  new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(read(page))?.[1] ?? ''
/** The name GitHub gives to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))

/** Links with their anchors, but for pictures. */
const links = /(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#([^)]+))?\)/g

/** Options and their defaults as the table of a page tells them. */
function told(page: string): Record<string, string> {
  const rows = read(page).matchAll(/^\| `(\w+)` \|.*\| `([^`]*)`[^|]*\|$/gm)
  return Object.fromEntries([...rows].map(([, option = '', usual = '']) => [option, usual]))
}

/** Runs the TypeScript of a page and gives the study it makes. */
async function studyOf(page: string): Promise<{
  optimize(objective: () => number[], limits: { trials: number }): Promise<unknown>
  readonly history: { readonly length: number }
}> {
  const file = join(root, 'packages/attune/test/package', `${page}-${process.pid}.tmp.ts`)
  const code = block(page, 'ts').replace(
    "'attune'",
    `'${join(root, 'packages/attune/src/index.ts')}'`,
  )
  writeFileSync(file, `${code}\nexport { study }\n`)
  try {
    const { study } = (await import(file)) as { study: Awaited<ReturnType<typeof studyOf>> }
    return study
  } finally {
    rmSync(file)
  }
}

describe('the pages of the samplers', () => {
  it('are one for every sampler there is', () => {
    const pages = readdirSync(folder).filter((file) => file !== 'README.md')
    expect(pages.sort()).toEqual(samplerNames.map(fileOf).sort())
  })

  it('are listed in the overview', () => {
    for (const name of samplerNames) {
      expect(read('README.md')).toContain(`[\`${name}\`](${fileOf(name)})`)
    }
  })

  it.each(readdirSync(folder))('%s links to files and headings that are there', (page) => {
    for (const [, target = '', anchor] of read(page).matchAll(links)) {
      if (/^https?:/.test(target)) continue
      const file = resolve(folder, dirname(page), target)
      expect([target, existsSync(file)]).toEqual([target, true])
      if (anchor !== undefined) expect(anchors(readFileSync(file, 'utf8'))).toContain(anchor)
    }
  })

  // Drawn by bench/quality/curves.ts.
  it.each([...samplerNames])('show how the regret of %s falls', (name) => {
    const picture = `../images/algorithms/${fileOf(name).replace('.md', '.svg')}`
    expect(read(fileOf(name))).toContain(`](${picture})`)
    const file = resolve(folder, picture)
    expect([picture, existsSync(file)]).toEqual([picture, true])
    const svg = readFileSync(file, 'utf8')
    expect(svg).toContain(`<title id="title">Regret of ${name} by evaluations</title>`)
    expect(svg).not.toMatch(/<script|href=|url\(/)
  })

  describe.each([...samplerNames])('%s', (name) => {
    const page = fileOf(name)

    it('tells every option with its default', () => {
      const options = Object.entries(createSampler({ name }).options ?? {})
      const usual = options.map(([option, value]) => [
        option,
        typeof value === 'string' ? value : value === 1 / 6 ? '1/6' : JSON.stringify(value),
      ])
      expect(told(page)).toEqual(Object.fromEntries(usual))
    })

    it('shows a study file that is valid', () => {
      const rest =
        'name: s\ncommand: [echo]\nobjective: { minimize: l }\nspace: { lr: { float: [1e-5, 1e-1], scale: log } }\n'
      const { sampler } = parseStudyFile(rest + block(page, 'yaml'), page)
      expect(sampler?.name).toBe(name)
    })

    it('shows code that runs', async () => {
      const study = await studyOf(page)
      const objectives = block(page, 'ts').match(/minimize:/g)?.length ?? 0
      const result = Array.from({ length: objectives }, (_, k) => k)
      await study.optimize(() => result, { trials: 2 })
      expect(study.history.length).toBe(2)
    })
  })

  it('show how to diagnose a study in code', async () => {
    const study = await studyOf('README.md')
    expect(study.history.length).toBe(20)
  })
})
