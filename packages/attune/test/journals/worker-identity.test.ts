import { hostname } from 'node:os'

import { expect, it } from 'vitest'

import {
  probeProcess,
  probeWorker,
  thisProcess,
  workerIdentity,
} from '../../src/journals/worker-identity.ts'
import { run } from './processes.ts'

it('gives every worker of a process its own name, with the suffix it asks for', () => {
  expect(workerIdentity()).not.toBe(workerIdentity())
  const [host, pid, startTime, suffix] = workerIdentity('seven').split('/')
  expect([host, pid, suffix]).toEqual([hostname(), String(process.pid), 'seven'])
  expect(startTime).toBe(thisProcess().startTime ?? '')
})

it('knows that a worker of this process is alive', () => {
  expect(probeWorker(workerIdentity())).toBe(thisProcess().startTime ? 'alive' : 'unknown')
})

it('knows a worker dead as soon as its process is', async () => {
  const child = run('identity.ts', [])
  await child.hasWritten(1)
  const worker = child.lines[0] as string
  expect(probeWorker(worker)).not.toBe('dead')
  child.process.kill('SIGKILL')
  await child.ended
  expect(probeWorker(worker)).toBe('dead')
})

it('is not deceived by another process with the number of a dead one', () => {
  const { host, pid } = thisProcess()
  expect(probeProcess({ host, pid, startTime: 'long ago' })).toBe('dead')
})

it('knows nothing of other hosts and of names made otherwise', () => {
  const [, ...rest] = workerIdentity().split('/')
  expect(probeWorker(['elsewhere', ...rest].join('/'))).toBe('unknown')
  for (const name of ['', 'worker-1', `${hostname()}/x/1/1`, `${hostname()}/0/1/1`, 'a/1/2']) {
    expect(probeWorker(name)).toBe('unknown')
  }
})

it('takes the number alone for no proof of life where start times are not told', () => {
  const { host, pid } = thisProcess()
  expect(probeProcess({ host, pid, startTime: undefined })).toBe('unknown')
})
