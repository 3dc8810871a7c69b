import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')
let folder = ''

/** The packages as they would be published, installed in an empty folder. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attune-pack-'))
  const npm = (args: readonly string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const packed = ['core', 'attune'].map((name) => {
    const listed = npm(
      ['pack', '--json', '--pack-destination', folder],
      join(root, 'packages', name),
    )
    const [{ filename }] = JSON.parse(listed) as [{ filename: string }]
    return join(folder, filename)
  })
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module' }),
  )
  npm(['install', '--no-audit', '--no-fund', ...packed], folder)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const node = (args: readonly string[]): string =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })

describe('the packages, installed in an empty folder', () => {
  it('give their exports', () => {
    const code = `
      import { createStudy, float, space, openStore } from 'attune'
      import { samplerNames } from '@attune/core'
      import { journalCases } from '@attune/core/testing'
      const study = await createStudy({ space: space({ x: float(0, 1) }) })
      await study.optimize(({ params }) => params.x, { trials: 12 })
      console.log(study.trials().length, typeof openStore, samplerNames.length > 3, typeof journalCases)`
    writeFileSync(join(folder, 'use.mjs'), code)
    expect(node(['use.mjs']).trim()).toBe('12 function true function')
  })

  it('run a command', () => {
    const bin = join(folder, 'node_modules/attune/bin/attune.js')
    const out = node([
      bin,
      'run',
      '--name',
      's',
      '--param',
      'x=float:0..1',
      '--minimize',
      'loss',
      '--trials',
      '3',
      '--',
      'echo',
      '{{"loss": {x}}}',
    ])
    expect(out).toContain('[3/3]')
    expect(node([bin, 'best', '--json'])).toContain('"loss"')
  })

  it('draw pictures without ECharts being installed', () => {
    const code = `
      import { renderSvg } from 'attune'
      const marks = [{ kind: 'line', name: 'a', points: [[0, 1], [1, 2]] }]
      const svg = await renderSvg({ title: 'Drawn', x: { name: 'x' }, y: { name: 'y' }, marks })
      console.log(svg.includes('Drawn</title>'), svg.length > 1000)`
    writeFileSync(join(folder, 'draw.mjs'), code)
    expect(existsSync(join(folder, 'node_modules/echarts'))).toBe(false)
    expect(node(['draw.mjs']).trim()).toBe('true true')
    const notices = join(folder, 'node_modules/attune/dist/pictures/echarts-licences.txt')
    expect(readFileSync(notices, 'utf8')).toMatch(/^echarts 6.*^tslib 2.*^zrender 6/ms)
  })

  it('bring types that compile', () => {
    writeFileSync(
      join(folder, 'use.ts'),
      `import { createStudy, float, space, variant, type Infer } from 'attune'
const s = space({ o: variant({ sgd: { m: float(0, 1) }, adam: {} }) })
type P = Infer<typeof s>
const p: P = { o: { kind: 'sgd', m: 0.5 } }
const study = await createStudy({ space: s })
await study.optimize(({ params }) => (params.o.kind === 'sgd' ? params.o.m : p.o.kind.length), { trials: 1 })
`,
    )
    const tsc = join(root, 'node_modules/.bin/tsc')
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023,esnext.disposable,dom',
      '--types',
      '',
    ]
    execFileSync(tsc, [...flags, 'use.ts'], { cwd: folder, encoding: 'utf8' })
  })

  it('core has no dependency', () => {
    const manifest = JSON.parse(
      readFileSync(join(folder, 'node_modules/@attune/core/package.json'), 'utf8'),
    ) as object
    expect(manifest).not.toHaveProperty('dependencies')
  })
})
