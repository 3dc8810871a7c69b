// A process that takes the lock of FILE when GATE appears, tells how it went and stays.
import { existsSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { takeLock } from '../../src/journals/lock-file.ts'

const [file = '', gate = ''] = process.argv.slice(2)
writeSync(1, 'ready\n')
while (!existsSync(gate)) await sleep(1)
try {
  takeLock(file)
  writeSync(1, 'taken\n')
} catch (error) {
  const locked = (error as { code?: string }).code === 'journal/locked'
  writeSync(1, locked ? 'locked\n' : `${String(error)}\n`)
}
setInterval(() => undefined, 1_000)
