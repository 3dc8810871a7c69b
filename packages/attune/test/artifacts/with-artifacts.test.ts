import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Executor, Outcome, Summary, TrialRecord } from '@attune/core'
import { createStudy, float, openHistory, random, space } from '@attune/core'
import { describe, expect, it } from 'vitest'
import type { ArtifactRule } from '../../src/artifacts/artifact-rule.ts'
import { storedRule } from '../../src/artifacts/artifact-rule.ts'
import { openArtifactStore } from '../../src/artifacts/artifact-store.ts'
import { collectArtifacts } from '../../src/artifacts/collect-artifacts.ts'
import { fetchArtifacts } from '../../src/artifacts/fetch-artifacts.ts'
import { createReferenceReader } from '../../src/artifacts/study-references.ts'
import { withArtifacts } from '../../src/artifacts/with-artifacts.ts'
import { trialFolder } from '../../src/executors/trial-folder.ts'
import { openStore } from '../../src/journals/store.ts'
import type { TemporaryFolder } from '../journals/temporary.ts'
import { temporaryFolder } from '../journals/temporary.ts'

type Options = Parameters<typeof createStudy>[0]

/** What one trial does: how it ends, and the files it leaves. */
interface Plan {
  readonly outcome: Outcome
  readonly files: Readonly<Record<string, string>>
}

interface Run {
  readonly journal: string
  readonly name?: string
  readonly rule: ArtifactRule
  readonly plan: (trial: number) => Plan | Promise<Plan>
  readonly trials: number
  readonly workers?: number
  readonly study?: Partial<Options>
}

interface Ran {
  readonly records: readonly TrialRecord[]
  readonly notes: readonly string[]
  readonly summary: Summary
}

const complete = (loss: number, more: Record<string, number> = {}): Outcome => ({
  state: 'complete',
  metrics: { loss, ...more },
})

/** Runs a study whose trials leave files, with a real journal and real folders. */
async function runStudy({ journal, name = 's', rule, plan, trials, ...more }: Run): Promise<Ran> {
  await using store = await openStore(journal)
  const objectives = more.study?.objective
  await using study = await createStudy({
    name,
    space: space({ x: float(0, 1) }),
    objective: { minimize: 'loss' },
    sampler: random(),
    program: { artifacts: storedRule(rule, Array.isArray(objectives) ? objectives.length : 1) },
    journal: await store.journal(name),
    ...more.study,
  } as Options)
  const notes: string[] = []
  const programs: Executor = {
    name: 'planned',
    slots: more.workers ?? 1,
    async run({ number }) {
      const { outcome, files } = await plan(number)
      const folder = trialFolder(journal, name, number)
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(join(folder, file, '..'), { recursive: true })
        writeFileSync(join(folder, file), text)
      }
      return outcome
    },
    async [Symbol.asyncDispose]() {},
  }
  await using executor = withArtifacts(programs, {
    study,
    journal,
    rule,
    note: (line) => void notes.push(line),
  })
  const limits = { trials, workers: more.workers ?? 1 }
  const summary = await study.optimize(executor as Executor<never>, limits)
  return { records: study.trials() as TrialRecord[], notes, summary }
}

async function contents(journal: string): Promise<string[]> {
  const store = openArtifactStore(journal)
  const files = await Promise.all((await store.list()).map(({ sha256 }) => store.find(sha256)))
  return files.map((file) => readFileSync(file ?? '', 'utf8')).toSorted()
}

const losses = [5, 3, 4, 1, 2]
const models = (trial: number): Plan => ({
  outcome: complete(losses[trial] ?? 9),
  files: { 'model.txt': `model ${trial}`, 'notes.txt': 'not asked for' },
})

describe('a study with artifacts', () => {
  it.each<[string, ArtifactRule['keep'], string[]]>([
    ['the best trial, if nothing else is said', undefined, ['model 3']],
    ['the best two', { best: 2 }, ['model 3', 'model 4']],
    ['all', 'all', ['model 0', 'model 1', 'model 2', 'model 3', 'model 4']],
  ])('keeps those of %s', async (_, keep, kept) => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const rule = { files: ['*.txt'], ...(keep === undefined ? {} : { keep }) }
    const plan = (trial: number): Plan => ({
      ...models(trial),
      files: { 'model.txt': `model ${trial}` },
    })
    const { records, notes } = await runStudy({ journal, rule, plan, trials: 5 })
    expect(await contents(journal)).toEqual(kept)
    expect(records.map(({ artifacts }) => artifacts.map(({ name }) => name))).toEqual(
      losses.map(() => ['model.txt']),
    )
    expect(notes).toEqual([])
    expect(readFileSync(join(trialFolder(journal, 's', 0), 'model.txt'), 'utf8')).toBe('model 0')
  })

  it('keeps those of the Pareto front of several objectives', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const results = [
      [1, 5],
      [2, 6],
      [3, 1],
      [2, 2],
    ]
    await runStudy({
      journal,
      rule: { files: ['model.txt'] },
      trials: 4,
      study: { objective: [{ minimize: 'loss' }, { minimize: 'size' }] },
      plan: (trial) => {
        const [loss = 0, size = 0] = results[trial] ?? []
        return { ...models(trial), outcome: complete(loss, { size }) }
      },
    })
    expect(await contents(journal)).toEqual(['model 0', 'model 2', 'model 3'])
  })

  it('keeps none of trials that break an outcome constraint, or were pruned or failed', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const outcomes: Outcome[] = [
      complete(1, { size: 100 }),
      { state: 'pruned' },
      { state: 'failed', failure: { reason: 'error', message: 'no' } },
      complete(7, { size: 1 }),
    ]
    const run = (name: string, keep: ArtifactRule['keep']): Promise<Ran> =>
      runStudy({
        journal,
        name,
        rule: { files: ['model.txt'], ...(keep === undefined ? {} : { keep }) },
        trials: 4,
        study: { constraints: ['size <= 50'] },
        plan: (trial) => ({
          outcome: outcomes[trial] ?? complete(0),
          files: { 'model.txt': `model ${trial}` },
        }),
      })
    await run('some', { best: 4 })
    expect(await contents(journal)).toEqual(['model 3'])
    await run('every', 'all')
    expect(await contents(journal)).toEqual(['model 0', 'model 1', 'model 3'])
  })

  it('shares its store with the other studies of the journal, and deletes nothing of theirs', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const rule = { files: ['model.txt'], keep: { best: 1 } }
    const fixed = (text: string) => (trial: number) => ({
      outcome: complete(10 - trial),
      files: { 'model.txt': trial === 0 ? text : `${text} ${trial}` },
    })
    // The only trial of the first study leaves the same as the first of the second.
    await runStudy({ journal, name: 'one', rule, trials: 1, plan: fixed('same') })
    await runStudy({ journal, name: 'two', rule, trials: 3, plan: fixed('same') })
    expect(await contents(journal)).toEqual(['same', 'same 2'])
    // And so does that of a journal of the other kind.
    const other = folder.file('a.jsonl')
    await runStudy({ journal: other, name: 'three', rule, trials: 3, plan: fixed('else') })
    await runStudy({ journal, name: 'two', rule, trials: 4, plan: fixed('same') })
    await using references = createReferenceReader(journal)
    const read = () => references.read()
    await collectArtifacts(openArtifactStore(journal), read, { unknownAfterMs: 0 })
    expect(await contents(journal)).toEqual(['else 2', 'same', 'same 3'])
  })

  it('keeps the best of all while several workers finish at once', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const { records } = await runStudy({
      journal,
      rule: { files: ['**'], keep: { best: 3 } },
      trials: 24,
      workers: 8,
      plan: (trial) => ({
        outcome: complete((trial * 7) % 24),
        // Every third leaves the same.
        files: { 'deep/model.txt': trial % 3 === 0 ? 'common' : `model ${trial}` },
      }),
    })
    const best = records.toSorted((a, b) => (a.objectives[0] ?? 0) - (b.objectives[0] ?? 0))
    const store = openArtifactStore(journal)
    for (const { artifacts } of best.slice(0, 3)) {
      expect(artifacts).toHaveLength(1)
      expect(await store.find(artifacts[0]?.sha256 ?? '')).toBeDefined()
    }
    const kept = best.slice(0, 3).map(({ artifacts }) => artifacts[0]?.sha256)
    expect(await store.list()).toHaveLength(new Set(kept).size)
  })

  it('deletes what it does not keep while it runs', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    let before = Number.NaN
    await runStudy({
      journal,
      rule: { files: ['model.txt'], keep: { best: 1 } },
      trials: 9,
      async plan(trial) {
        await sleep(60)
        if (trial === 8) before = (await contents(journal)).length
        return { outcome: complete(-trial), files: { 'model.txt': `model ${trial}` } }
      },
    })
    expect(before).toBeLessThan(8)
    expect(await contents(journal)).toEqual(['model 8'])
  })

  it('takes over another policy when it goes on', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const files = ['model.txt']
    await runStudy({ journal, rule: { files, keep: 'all' }, plan: models, trials: 4 })
    expect(await contents(journal)).toHaveLength(4)
    await runStudy({ journal, rule: { files, keep: { best: 2 } }, plan: models, trials: 5 })
    expect(await contents(journal)).toEqual(['model 3', 'model 4'])
  })

  it('moves the files when it shall, once the result is recorded', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const rule = { files: ['model.txt'], keep: { best: 1 }, move: true }
    await runStudy({ journal, rule, plan: models, trials: 5 })
    expect(await contents(journal)).toEqual(['model 3'])
    for (const trial of [0, 3]) {
      expect(readdirSync(trialFolder(journal, 's', trial))).toEqual(['notes.txt'])
    }
  })

  it('keeps the result of a trial whose files cannot be kept, and says why', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    writeFileSync(folder.file('a.artifacts'), 'no folder')
    const rule = { files: ['model.txt'] }
    const { records, notes } = await runStudy({ journal, rule, plan: models, trials: 2 })
    expect(records.map(({ state }) => state)).toEqual(['complete', 'complete'])
    expect(records.flatMap(({ artifacts }) => artifacts)).toEqual([])
    expect(notes[0]).toMatch(/^Trial 0: model\.txt was not kept as an artifact: .*a\.artifacts/)
    expect(readFileSync(folder.file('a.artifacts'), 'utf8')).toBe('no folder')
  })

  it('says once that no file matches', async () => {
    using folder = temporaryFolder()
    const rule = { files: ['model.onnx'] }
    const run = { journal: folder.file('a.db'), rule, plan: models, trials: 3 }
    const { notes } = await runStudy(run)
    expect(notes).toEqual([expect.stringContaining('artifact pattern model.onnx')])
    expect(notes[0]).toContain('ATTUNE_DIR')
  })

  it('can be moved with its folders to another place', async () => {
    using here = temporaryFolder()
    using there = temporaryFolder()
    const rule = { files: ['**'], keep: { best: 1 } }
    const plan = (trial: number): Plan => ({
      outcome: complete(losses[trial] ?? 9),
      files: { 'model.txt': `model ${trial}`, 'plots/loss.svg': `plot ${trial}` },
    })
    await runStudy({ journal: here.file('a.db'), rule, plan, trials: 3 })
    for (const name of readdirSync(here.path)) {
      cpSync(here.file(name), there.file(name), { recursive: true })
      rmSync(here.file(name), { recursive: true })
    }
    const journal = there.file('a.db')
    const { records } = await runStudy({ journal, rule, plan, trials: 4 })
    expect(existsSync(here.file('a.artifacts'))).toBe(false)
    expect(await contents(journal)).toEqual(['model 3', 'plot 3'])
    const winner = records[3]?.artifacts ?? []
    const copies = await fetchArtifacts(openArtifactStore(journal), winner, there.file('out'))
    expect(copies).toEqual(['model.txt', 'plots/loss.svg'].map((name) => there.file(`out/${name}`)))
    expect(readFileSync(there.file('out/plots/loss.svg'), 'utf8')).toBe('plot 3')
  })

  it('keeps everything of a study that says no policy any more', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const rule = { files: ['model.txt'], keep: 'all' as const }
    await runStudy({ journal, rule, plan: models, trials: 2 })
    await runStudy({ journal, rule, plan: models, trials: 2, study: { program: {} } })
    await using references = createReferenceReader(journal)
    const store = openArtifactStore(journal)
    await collectArtifacts(store, () => references.read(), { unknownAfterMs: 0 })
    expect(await contents(journal)).toEqual(['model 0', 'model 1'])
  })

  it('deletes nothing as long as another study of the journal cannot be read', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const rule = { files: ['model.txt'], keep: { best: 1 } }
    // A newer attune wrote this one.
    const newer = { type: 'study-created', version: 99, at: 1, study: { name: 'newer' } }
    writeFileSync(folder.file('a.jsonl'), `${JSON.stringify(newer)}\n`)
    const { notes } = await runStudy({ journal, rule, plan: models, trials: 3 })
    expect(await contents(journal)).toHaveLength(3)
    expect(notes).toEqual([expect.stringContaining('could not be deleted')])
    renameSync(folder.file('a.jsonl'), folder.file('b.jsonl'))
    await runStudy({ journal, rule, plan: models, trials: 3 })
    expect(await contents(journal)).toEqual(['model 1'])
  })

  it('gives other readers the same history', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const rule = { files: ['model.txt'], keep: { best: 1 } }
    const { records } = await runStudy({ journal, rule, plan: models, trials: 2 })
    await using store = await openStore(journal, { readOnly: true })
    await using log = await store.journal('s')
    const { history } = await openHistory(log)
    expect(history.details.get(1)?.artifacts).toEqual(records[1]?.artifacts)
    expect(records[1]?.artifacts).toMatchObject([{ name: 'model.txt', bytes: 7 }])
  })
})

describe('fetching artifacts', () => {
  async function oneModel(folder: TemporaryFolder) {
    const journal = folder.file('a.db')
    const rule = { files: ['model.txt'] }
    const { records } = await runStudy({ journal, rule, plan: models, trials: 1 })
    const [artifact] = records[0]?.artifacts ?? []
    if (artifact === undefined) throw new Error('the trial left nothing')
    return { artifact, store: openArtifactStore(journal) }
  }

  it('replaces files, which can be written to', async () => {
    using folder = temporaryFolder()
    const { artifact, store } = await oneModel(folder)
    mkdirSync(folder.file('out'))
    writeFileSync(folder.file('out/model.txt'), 'an older one')
    await fetchArtifacts(store, [artifact], folder.file('out'))
    writeFileSync(folder.file('out/model.txt'), 'changed', { flag: 'a' })
    expect(readFileSync(folder.file('out/model.txt'), 'utf8')).toBe('model 0changed')
    expect(readdirSync(folder.file('out'))).toEqual(['model.txt'])
  })

  it('refuses content that is damaged, missing content, and names that lead out', async () => {
    using folder = temporaryFolder()
    const { artifact, store } = await oneModel(folder)
    const out = folder.file('out')
    for (const name of ['../evil', '/etc/evil', 'a/../../evil', 'C:/evil', '']) {
      await expect(fetchArtifacts(store, [{ ...artifact, name }], out)).rejects.toThrow('leads out')
    }
    const gone = { ...artifact, sha256: 'ab'.repeat(32) }
    await expect(fetchArtifacts(store, [artifact, gone], out)).rejects.toThrow('does not hold')
    expect(existsSync(out)).toBe(false)
    const file = (await store.find(artifact.sha256)) ?? ''
    rmSync(file)
    writeFileSync(file, 'model X')
    await expect(fetchArtifacts(store, [artifact], out)).rejects.toThrow('damaged')
    expect(readdirSync(out)).toEqual([])
  })
})
