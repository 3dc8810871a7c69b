// Draws the pictures of docs/guides/plots.md from real studies: the digits example as it stands, and
// short trainings of the same network by two samplers with three seeds each. Takes some minutes; the
// studies are kept in a journal and only continued when it runs again.
// usage: node scripts/plot-pictures.mjs [FOLDER of the journal, default: a temporary one]
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const digits = join(root, 'examples/digits')
const images = join(root, 'docs/images/plots')
const folder = resolve(process.argv[2] ?? join(tmpdir(), 'attune-plots'))
mkdirSync(folder, { recursive: true })
mkdirSync(images, { recursive: true })
const journal = join(folder, 'plots.db')

const attune = (...args) =>
  execFileSync(process.execPath, [join(root, 'packages/attune/bin/attune.js'), ...args], {
    cwd: digits,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
const run = (file, ...args) => attune('run', file, '--journal', journal, '--workers', '2', ...args)

run('study.yaml')
const whole = readFileSync(join(digits, 'study.yaml'), 'utf8')
const short = whole
  .replace(
    '  - train.mjs\n',
    `  - ${JSON.stringify(join(digits, 'train.mjs'))}\n  - --epochs\n  - "15"\n`,
  )
  .replace(/^scheduler:.*$/m, 'scheduler: none')
for (const sampler of ['auto', 'random']) {
  for (const seed of ['1', '2', '3']) {
    const name = `${sampler}-${seed}`
    const file = join(folder, `${name}.yaml`)
    writeFileSync(file, short.replace('name: digits', `name: ${name}`))
    run(file, '--sampler', sampler, '--seed', seed, '--trials', '40')
  }
}

const plot = (picture, ...args) => {
  attune('plot', ...args, '--journal', journal, '-o', join(images, `${picture}.svg`))
}
const seeds = ['auto-1', 'auto-2', 'auto-3', 'random-1', 'random-2', 'random-3']
plot('history', 'auto-1', 'history')
plot('curves', 'digits', 'curves')
plot('timeline', 'digits', 'timeline')
plot('parallel', 'auto-1', 'parallel')
plot('importance', 'auto-1', 'importance')
plot('effects', 'auto-1', 'effects', '--param', 'lr,act,optimizer,batch,units,layers')
plot('contour', 'auto-1', 'contour', '--param', 'lr,batch')
plot('rank', 'auto-1', 'rank', '--param', 'lr,batch')
plot('surrogate', 'auto-1', 'surrogate')
plot('compare', ...seeds, 'compare', '--seeds')
plot('edf', 'auto-1', 'random-1', 'edf')
