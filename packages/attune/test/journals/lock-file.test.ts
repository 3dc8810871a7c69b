import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

import { expect, it } from 'vitest'

import { takeLock } from '../../src/journals/lock-file.ts'
import { temporaryFolder } from './temporary.ts'

const dead = { host: hostname(), pid: 1, startTime: 'before the flood' }

it('names its process while it is held, and leaves nothing behind', () => {
  using folder = temporaryFolder()
  const lock = takeLock(folder.file('a'))
  expect(readdirSync(folder.path)).toEqual(['a.lock'])
  const owner = JSON.parse(readFileSync(folder.file('a.lock'), 'utf8')) as object
  expect(owner).toMatchObject({ host: hostname(), pid: process.pid })
  lock.release()
  expect(readdirSync(folder.path)).toEqual([])
})

it('is refused to a second one, with the process that holds it and what to do', () => {
  using folder = temporaryFolder()
  const lock = takeLock(folder.file('a'))
  const refusal = `is being written by process ${process.pid} on ${hostname()}`
  expect(() => takeLock(folder.file('a'))).toThrow(refusal)
  expect(() => takeLock(folder.file('a'))).toThrow(/use a SQLite file/)
  expect(() => takeLock(folder.file('a'))).not.toThrow(/delete/)
  lock.release()
  takeLock(folder.file('a')).release()
})

it('is taken over from a process that has died', () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('a.lock'), JSON.stringify(dead))
  const lock = takeLock(folder.file('a'))
  expect(readFileSync(folder.file('a.lock'), 'utf8')).toContain(`"pid":${process.pid},`)
  expect(readdirSync(folder.path)).toEqual(['a.lock'])
  lock.release()
})

it('is taken over even if somebody died while taking it over', () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('a.lock'), JSON.stringify(dead))
  writeFileSync(folder.file('a.lock.lock'), JSON.stringify(dead))
  const lock = takeLock(folder.file('a'))
  expect(readdirSync(folder.path)).toEqual(['a.lock'])
  lock.release()
})

it.each([
  ['of another host', JSON.stringify({ ...dead, host: 'elsewhere' })],
  ['that cannot be read', 'garbage'],
  ['that is something else', 'null'],
])('is not taken over from a holder %s, but may be deleted', (_, text) => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('a.lock'), text)
  expect(() => takeLock(folder.file('a'))).toThrow(`delete ${folder.file('a.lock')}`)
  expect(readFileSync(folder.file('a.lock'), 'utf8')).toBe(text)
})
