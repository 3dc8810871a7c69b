// A process that appends to a journal: node writer.ts FILE STUDY FIRST COUNT SIZE [MODE [GATE]]
// Appends COUNT lists of SIZE events (COUNT 0: for ever), numbered from FIRST, and writes the number
// of the first event of each list to stdout as soon as its append has resolved. With GATE it says
// "ready" and waits until that file is there.
import { existsSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { openStore } from '../../src/journals/store.ts'
import { created, openedFrom } from './temporary.ts'

const [file = '', study = '', ...rest] = process.argv.slice(2)
const [first = 0, count = 0, size = 1] = rest.slice(0, 3).map(Number)
const [mode, gate] = rest.slice(3)
const conditional = mode === 'conditional'
if (gate !== undefined) {
  writeSync(1, 'ready\n')
  while (!existsSync(gate)) await sleep(1)
}

const store = await openStore(file)
const journal = await store.journal(study)
await journal.append([created(study)], { ifLast: 0 })
let last = 1
const lists = count === 0 ? Number.POSITIVE_INFINITY : count
for (let i = 0; i < lists; i++) {
  const events = openedFrom(first + i * size, size)
  let result = await journal.append(events, conditional ? { ifLast: last } : {})
  while ('conflict' in result) {
    last = result.conflict
    result = await journal.append(events, { ifLast: last })
  }
  last = result.seq
  writeSync(1, `${first + i * size}\n`)
}
await store[Symbol.asyncDispose]()
