// `npm run tune`: runs the study, or continues it, then retrains its winner and the default setup.
// Arguments are passed on to `attune run`: npm run tune -- --trials 120
// With --learners the study is that of learners.yaml, trained by the network of @attune/models.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const path = (name) => relative(process.cwd(), fileURLToPath(new URL(name, import.meta.url)))
const attune = path('../../packages/attune/bin/attune.js')
if (!existsSync(attune)) {
  console.error(`tune.mjs: ${attune} is missing; run npm ci at the root of the repository first`)
  process.exit(2)
}

// At a terminal Ctrl-C reaches the child by itself, elsewhere it is handed on. Either way the child
// tidies up and ends first.
let child
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
process.on('SIGTERM', () => child.kill('SIGTERM'))

// Resolves to what the program printed, if that is asked for. Leaves with its exit code unless 0.
function run(args, { input, capture = false } = {}) {
  const stdio = [input === undefined ? 'inherit' : 'pipe', capture ? 'pipe' : 'inherit', 'inherit']
  return new Promise((resolve) => {
    child = spawn(process.execPath, args, { stdio })
    let printed = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => (printed += text))
    child.stdin?.end(input)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed)
      else process.exit(code ?? 128 + constants.signals[signal])
    })
  })
}

const learners = process.argv.includes('--learners')
const passed = process.argv.slice(2).filter((word) => word !== '--learners')
const [file, study] = learners ? ['learners.yaml', 'digits-learners'] : ['study.yaml', 'digits']
const { values } = parseArgs({
  args: passed,
  options: { journal: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  strict: false,
})
const journal = values.journal ?? path('digits.db')

await run([attune, 'run', path(file), '--journal', journal, ...passed])
if (!values.help) {
  const winner = await run([attune, 'best', study, '--journal', journal, '--json'], {
    capture: true,
  })
  const flags = [...(values.json ? ['--json'] : []), ...(learners ? ['--learners'] : [])]
  await run([path('compare.mjs'), ...flags], { input: winner })
}
