import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRng, stateOf } from '@attune/core'
import { expect } from 'vitest'
import {
  attune,
  eventsOf,
  historyOf,
  programsOf,
  start,
  temporaryFolder,
  writeStudy,
} from './attune.ts'

/**
 * Runs a study while attune is killed again and again at random moments, then to its end, and checks
 * that nothing acknowledged is lost, nothing is counted twice and no process is left.
 */
export async function surviveKills(kills: number, trials: number, name: string): Promise<void> {
  using folder = temporaryFolder()
  writeStudy(folder.path, name, `trials: ${trials}\nworkers: 2\nscheduler: asha`, 15)
  const journal = join(folder.path, 'attune.db')
  const rng = createRng('kills', name)
  const acknowledged = new Map<number, string>()
  const note = (stdout: string): void => {
    for (const line of stdout.split('\n')) {
      // The last line of a killed process may be cut.
      if (!line.startsWith('{"type":"trial"') || !line.endsWith('}')) continue
      const { number, state, objectives } = JSON.parse(line) as {
        number: number
        state: string
        objectives: unknown
      }
      if (state === 'requeued') continue
      const result = JSON.stringify([state, objectives])
      expect(acknowledged.get(number) ?? result).toBe(result)
      acknowledged.set(number, result)
    }
  }
  for (let i = 0; i < kills; i++) {
    const run = start(['run', 'study.yaml', '--json'], folder.path)
    await sleep(150 + rng.next() * 900)
    run.kill('SIGKILL')
    note((await run.ended).stdout)
    await sleep(rng.next() * 200)
  }
  const last = await attune(['run', 'study.yaml', '--json'], folder.path)
  expect(last.stderr).toBe('')
  expect(last.code).toBe(0)
  note(last.stdout)
  await sleep(300)
  expect(programsOf(name)).toEqual([])

  const events = await eventsOf(journal, name)
  const history = historyOf(events)
  expect(history.length).toBe(trials)
  expect(history.finished).toBe(trials)
  const finished = events.flatMap((e) => (e.type === 'trial-finished' ? [e.trial] : []))
  expect(new Set(finished).size).toBe(trials)
  expect(finished).toHaveLength(trials)
  for (const [trial, result] of acknowledged) {
    const [state] = JSON.parse(result) as [string]
    expect([trial, stateOf(history, trial)]).toEqual([trial, state])
  }
}
