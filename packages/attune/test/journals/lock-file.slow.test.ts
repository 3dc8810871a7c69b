import { existsSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

import { expect, it } from 'vitest'

import { run } from './processes.ts'
import { temporaryFolder } from './temporary.ts'

const dead = { host: hostname(), pid: 1, startTime: 'before the flood' }

it('a lock goes to one only of the processes that find a dead one at the same time', async () => {
  using folder = temporaryFolder()
  for (let round = 0; round < 3; round++) {
    const file = folder.file(`file-${round}`)
    writeFileSync(`${file}.lock`, JSON.stringify(dead))
    const gate = folder.file(`go-${round}`)
    const children = [1, 2, 3].map(() => run('locker.ts', [file, gate]))
    await Promise.all(children.map((child) => child.hasWritten(1)))
    writeFileSync(gate, '')
    await Promise.all(children.map((child) => child.hasWritten(2)))
    const count = (answer: string): number =>
      children.filter((child) => child.lines[1] === answer).length
    expect([count('taken'), count('locked')]).toEqual([1, 2])
    for (const child of children) child.process.kill('SIGKILL')
    await Promise.all(children.map((child) => child.ended))
    expect(existsSync(`${file}.lock`)).toBe(true)
  }
})
