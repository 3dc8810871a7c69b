import { rm } from 'node:fs/promises'
import type { Executor, Outcome, StudyEvent, Trial } from '@attune/core'
import { cell, messageOf } from '@attune/core'

import { trialFolder } from '../executors/trial-folder.ts'
import type { ArtifactRule } from './artifact-rule.ts'
import { keepOf } from './artifact-rule.ts'
import { openArtifactStore } from './artifact-store.ts'
import { collectArtifacts } from './collect-artifacts.ts'
import type { Gathered } from './gather-artifacts.ts'
import { gatherArtifacts } from './gather-artifacts.ts'
import { keptHashes, policyHashes } from './kept-trials.ts'
import type { LiveStudy } from './study-references.ts'
import { createReferenceReader } from './study-references.ts'

export interface WithArtifactsOptions {
  /** The study whose trials are run; what it keeps is stored with it. */
  readonly study: LiveStudy & {
    subscribe(listener: (event: StudyEvent) => void): () => void
  }
  /** The journal's file; trial folders and artifacts lie beside it. */
  readonly journal: string
  readonly rule: ArtifactRule
  /** Told what could not be kept, and why. */
  readonly note?: (line: string) => void
}

/** What a trial left whose end is not in the journal yet. */
interface Left extends Gathered {
  /** Under which it ran. */
  readonly epoch: number
}

/**
 * Runs trials by another executor and takes the files that match the study's patterns from the
 * folder of each complete or pruned one into the store of artifacts. What the study does not keep any
 * more is deleted when a trial has finished, and at the end. A file that cannot be stored never costs
 * a trial its result: it is left out and noted.
 */
export function withArtifacts(executor: Executor, options: WithArtifactsOptions): Executor {
  const { study, journal, rule } = options
  const { history } = study
  const store = openArtifactStore(journal)
  const note = onceEach(options.note ?? (() => {}))
  const references = createReferenceReader(journal, study)
  const collect = async (only?: ReadonlySet<string>): Promise<void> => {
    try {
      await collectArtifacts(store, () => references.read(), only === undefined ? {} : { only })
    } catch (error) {
      note(`Artifacts that nobody keeps could not be deleted: ${messageOf(error)}`)
    }
  }
  const left = new Map<number, Left>()
  /** What trials of this study may have in the store. */
  const stored = policyHashes(history)
  const tidying = repeated(async () => {
    const kept = keptHashes(history)
    for (const { contents } of left.values()) for (const { sha256 } of contents) kept.add(sha256)
    const dropped = new Set([...stored].filter((sha256) => !kept.has(sha256)))
    for (const sha256 of dropped) stored.delete(sha256)
    if (dropped.size > 0) await collect(dropped)
  })
  let settling: Promise<unknown> = Promise.resolve()

  async function run(trial: Trial): Promise<Outcome> {
    const outcome = await executor.run(trial)
    if (outcome.state !== 'complete' && outcome.state !== 'pruned') return outcome
    // A trial that the scheduler paused goes on later.
    if (history.details.get(trial.number)?.pausing === true) return outcome
    const isKeepable = outcome.state === 'complete' || keepOf(history) === 'all'
    if (!isKeepable && rule.move !== true) return outcome
    const folder = trialFolder(journal, study.name, trial.number)
    const say = (line: string): void => note(`Trial ${trial.number}: ${line}`)
    const gathered = await gatherArtifacts(folder, rule, isKeepable ? store : undefined, say)
    left.set(trial.number, { ...gathered, epoch: trial.epoch })
    if (outcome.state === 'complete') for (const each of gathered.unmatched) note(missing(each))
    const { artifacts } = gathered
    return artifacts.length === 0 ? outcome : { ...outcome, artifacts }
  }

  function onEvent(event: StudyEvent): void {
    const hasEnded = event.type === 'trial-finished' || event.type === 'trial-ran'
    if (hasEnded) {
      for (const { sha256 } of event.artifacts ?? []) stored.add(sha256)
    }
    const own = 'trial' in event ? left.get(event.trial) : undefined
    if (own === undefined || !('trial' in event)) return
    const { trial } = event
    const isOpen = history.open.has(trial) && cell(history, 'epoch', trial) === own.epoch
    if (isOpen && event.type !== 'trial-ran') return
    const ended = hasEnded && event.epoch === own.epoch
    settling = Promise.all([settling, settle(trial, own, ended)])
  }

  /** What a trial left needs no protection any more once the journal says how its run ended. */
  async function settle(trial: number, own: Left, ended: boolean): Promise<void> {
    left.delete(trial)
    for (const { sha256 } of own.contents) stored.add(sha256)
    try {
      for (const content of own.contents) await content.release()
      if (ended && rule.move === true) {
        for (const file of own.files) await rm(file, { force: true })
      }
    } catch (error) {
      note(`Trial ${trial}: ${messageOf(error)}`)
    }
    tidying.start()
  }

  const unsubscribe = study.subscribe(onEvent)
  return {
    name: executor.name,
    slots: executor.slots,
    run,
    async [Symbol.asyncDispose]() {
      try {
        await executor[Symbol.asyncDispose]()
      } finally {
        unsubscribe()
        await settling
        for (const [trial, own] of left) await settle(trial, own, false)
        await tidying.idle()
        await collect()
        await references[Symbol.asyncDispose]()
      }
    },
  }
}

function missing(pattern: string): string {
  return `No file matches the artifact pattern ${pattern}. A program writes what is to be kept into the folder that ATTUNE_DIR names.`
}

/** Says nothing twice. */
function onceEach(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>()
  return (line) => {
    if (!said.has(line)) say(line)
    said.add(line)
  }
}

/** After some work this many times as long is spent on other things. */
const restShare = 20

/**
 * Work that never goes on twice at a time, and is done once more when it is started meanwhile. What is
 * started soon after it is left for later, so that the work of many cheap trials stays small.
 */
function repeated(work: () => Promise<void>): { start(): void; idle(): Promise<void> } {
  let going: Promise<void> | undefined
  let again = false
  let notBefore = Number.NEGATIVE_INFINITY
  const go = async (): Promise<void> => {
    while (again) {
      again = false
      const started = performance.now()
      await work()
      const ended = performance.now()
      notBefore = ended + restShare * (ended - started)
    }
    going = undefined
  }
  return {
    start() {
      if (going === undefined && performance.now() < notBefore) return
      again = true
      going ??= go()
    },
    idle: async () => going,
  }
}
