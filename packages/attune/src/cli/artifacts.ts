import { AttuneError } from '@attune/core'

import { describeKeep, keepOf, storedKeep } from '../artifacts/artifact-rule.ts'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import { openArtifactStore } from '../artifacts/artifact-store.ts'
import type { Collected } from '../artifacts/collect-artifacts.ts'
import { collectArtifacts } from '../artifacts/collect-artifacts.ts'
import { artifactsOf, keptTrials, trialsWithArtifacts } from '../artifacts/kept-trials.ts'
import { createReferenceReader } from '../artifacts/study-references.ts'
import { describeResult } from '../describe/describe-study.ts'
import { formatBytes } from '../executors/limits.ts'
import { jsonLine } from '../text/json-line.ts'
import { table } from '../text/table.ts'
import { plain } from '../text/text.ts'
import { fetchTrials } from './fetch-trials.ts'
import { wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import type { OpenStudy } from './open-study.ts'
import { openForReading } from './open-study.ts'

export interface ArtifactsOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /** Only those of this trial. */
  readonly trial?: string | undefined
  /** A folder to copy what is there into; without `trial` a folder within it for each trial. */
  readonly fetch?: string | undefined
  /** Delete what no study of the journal keeps. */
  readonly collect?: boolean | undefined
  /**
   * A line of JSON a trial, `{ number, kept, artifacts: [{ name, sha256, bytes, stored }] }`; with
   * `collect` one more, `{ collected: { files, bytes, young } }`.
   */
  readonly json?: boolean | undefined
}

/** Content that no event speaks of may be that of a journal that is just being copied here. */
const unknownAfterMs = 3600_000

interface Row {
  readonly number: number
  readonly kept: boolean
  readonly artifacts: readonly {
    readonly name: string
    readonly sha256: string
    readonly bytes: number
    /** Whether its content is there. */
    readonly stored: boolean
  }[]
}

/** `attune artifacts`: the files that the trials of a study left, and which of them are kept. */
export async function artifacts(options: ArtifactsOptions, io: Io): Promise<number> {
  await using study = await openForReading(options.journal, options.study)
  const { history } = study
  const number = wholeNumber('--trial', options.trial, 0)
  if (number !== undefined && number >= history.length) {
    const known = history.length === 0 ? 'no trials yet' : `trials 0 to ${history.length - 1}`
    throw new AttuneError('usage', `Study "${study.name}" has ${known}, got --trial ${number}.`)
  }
  const store = openArtifactStore(study.file)
  const collected = options.collect ? await collect(study, store) : undefined
  const trials = trialsWithArtifacts(history).filter((t) => number === undefined || t === number)
  const rows = await rowsOf(study, trials, store)
  if (options.json) {
    for (const row of rows) io.out(jsonLine(row))
    if (collected !== undefined) io.out(jsonLine({ collected }))
  } else {
    io.out(`${describeRows(study, rows, io.columns).join('\n')}\n`)
    if (collected !== undefined) io.out(`${describeCollected(collected)}\n`)
  }
  if (options.fetch === undefined) return 0
  const wanted = number === undefined ? rows.flatMap((r) => (isWhole(r) ? r.number : [])) : [number]
  const lines = await fetchTrials(study, wanted, options.fetch, number === undefined)
  if (!options.json) io.out(`${lines.join('\n')}\n`)
  return 0
}

const isWhole = ({ artifacts }: Row): boolean => artifacts.every(({ stored }) => stored)

async function collect({ file }: OpenStudy, store: ArtifactStore): Promise<Collected> {
  await using references = createReferenceReader(file)
  return await collectArtifacts(store, () => references.read(), { unknownAfterMs })
}

async function rowsOf(
  { history }: OpenStudy,
  trials: readonly number[],
  store: ArtifactStore,
): Promise<Row[]> {
  const kept = new Set(keptTrials(history))
  const rows: Row[] = []
  for (const number of trials) {
    const files: Row['artifacts'][number][] = []
    for (const { name, sha256, bytes } of artifactsOf(history, number)) {
      files.push({ name, sha256, bytes, stored: (await store.find(sha256)) !== undefined })
    }
    rows.push({ number, kept: kept.has(number), artifacts: files })
  }
  return rows
}

/** A line a file, then what is kept and what it takes; several names may share their content. */
function describeRows({ name, history }: OpenStudy, rows: readonly Row[], width: number): string[] {
  if (rows.length === 0) return [`Study ${plain(name)} has no artifacts.`]
  const lines = rows.flatMap((row) =>
    row.artifacts.map((artifact, i) => [
      i === 0 ? String(row.number) : '',
      i === 0 ? describeResult(history, row.number) : '',
      artifact.name,
      formatBytes(artifact.bytes),
      row.kept ? (artifact.stored ? 'kept' : 'missing') : artifact.stored ? 'not kept' : 'deleted',
    ]),
  )
  const there = rows.flatMap((row) => row.artifacts.filter(({ stored }) => stored))
  const sizes = new Map(there.map(({ sha256, bytes }) => [sha256, bytes]))
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const policy = describeKeep(keepOf(history))
  const why = storedKeep(history.config) === undefined ? ', as the study says nothing' : ''
  return [
    ...table(lines, {
      columns: ['trial', 'result', 'file', 'size', 'state'],
      align: ['right', 'left', 'left', 'right', 'left'],
      maxWidth: width,
    }),
    `Kept are those of ${policy}${why}; ${formatBytes(bytes)} in ${count(sizes.size)}.`,
  ]
}

function describeCollected({ files, bytes, young }: Collected): string {
  const left =
    young === 0
      ? ''
      : ` ${count(young)} that no trial speaks of stay for an hour, lest they be just copied here.`
  const done =
    files === 0 ? 'There was nothing to delete.' : `Deleted ${count(files)}, ${formatBytes(bytes)}.`
  return `${done}${left}`
}

const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`)
