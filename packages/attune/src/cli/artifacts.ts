import { join } from 'node:path'
import type { Artifact } from '@attune/core'
import { AttuneError } from '@attune/core'

import { describeKeep, keepOf, storedKeep } from '../artifacts/artifact-rule.ts'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import { openArtifactStore } from '../artifacts/artifact-store.ts'
import type { Collected } from '../artifacts/collect-artifacts.ts'
import { collectArtifacts } from '../artifacts/collect-artifacts.ts'
import {
  artifactsOf,
  attachedTo,
  keptTrials,
  trialsWithArtifacts,
} from '../artifacts/kept-trials.ts'
import { createReferenceReader } from '../artifacts/study-references.ts'
import { describeResult } from '../describe/describe-study.ts'
import { formatBytes } from '../executors/limits.ts'
import { jsonLine } from '../text/json-line.ts'
import { table } from '../text/table.ts'
import { plain } from '../text/text.ts'
import { fetchOwn, fetchTrials } from './fetch-trials.ts'
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
  /** Only those of the study itself. */
  readonly own?: boolean | undefined
  /**
   * A folder to copy what is there into; without `trial` and `own` a folder within it for each trial, and
   * one that is called `study`.
   */
  readonly fetch?: string | undefined
  /** Delete what no study of the journal keeps. */
  readonly collect?: boolean | undefined
  /**
   * A line of JSON a trial, `{ number, kept, artifacts: [{ name, sha256, bytes, stored, attached }] }`,
   * before them one of the study without `number` if anything is attached to it; with `collect` one more,
   * `{ collected: { files, bytes, young } }`.
   */
  readonly json?: boolean | undefined
}

/** Content that no event speaks of may be that of a journal that is just being copied here. */
const unknownAfterMs = 3600_000

interface Row {
  /** Of a trial; absent: of the study itself. */
  readonly number?: number
  readonly kept: boolean
  readonly artifacts: readonly {
    readonly name: string
    readonly sha256: string
    readonly bytes: number
    /** Whether its content is there. */
    readonly stored: boolean
    /** Whether somebody attached it; then it is kept. */
    readonly attached: boolean
  }[]
}

/** `attune artifacts`: the files of a study and its trials, and which of them are kept. */
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
  if (number !== undefined && options.own === true) {
    throw new AttuneError('usage', '--own means the study itself, --trial a trial: choose one.')
  }
  const trials = options.own
    ? []
    : trialsWithArtifacts(history).filter((t) => number === undefined || t === number)
  const ofStudy = number === undefined ? await ownRows(study, store) : []
  const rows = [...ofStudy, ...(await rowsOf(study, trials, store))]
  if (options.json) {
    for (const row of rows) io.out(jsonLine(row))
    if (collected !== undefined) io.out(jsonLine({ collected }))
  } else {
    io.out(`${describeRows(study, rows, io.columns).join('\n')}\n`)
    if (collected !== undefined) io.out(`${describeCollected(collected)}\n`)
  }
  if (options.fetch === undefined) return 0
  const lines = await fetchRows(study, rows, options, number)
  if (!options.json) io.out(`${lines.join('\n')}\n`)
  return 0
}

async function fetchRows(
  study: OpenStudy,
  rows: readonly Row[],
  { fetch = '', own = false }: ArtifactsOptions,
  number: number | undefined,
): Promise<string[]> {
  if (number !== undefined) return await fetchTrials(study, [number], fetch, false)
  const trials = rows.flatMap((row) => (isWhole(row) ? (row.number ?? []) : []))
  const hasOwn = rows.some((row) => row.number === undefined)
  const lines = own || hasOwn ? await fetchOwn(study, own ? fetch : join(fetch, 'study')) : []
  return trials.length === 0 && lines.length > 0
    ? lines
    : [...lines, ...(await fetchTrials(study, trials, fetch, true))]
}

const isWhole = ({ artifacts }: Row): boolean => artifacts.every(({ stored }) => stored)

async function collect({ file }: OpenStudy, store: ArtifactStore): Promise<Collected> {
  await using references = createReferenceReader(file)
  return await collectArtifacts(store, () => references.read(), { unknownAfterMs })
}

/** A row of what is attached to the study itself, if anything is. */
async function ownRows({ history }: OpenStudy, store: ArtifactStore): Promise<Row[]> {
  const files = attachedTo(history)
  if (files.length === 0) return []
  return [{ kept: true, artifacts: await filesIn(store, files, files) }]
}

async function filesIn(
  store: ArtifactStore,
  files: readonly Artifact[],
  attached: readonly Artifact[],
): Promise<Row['artifacts']> {
  const found: Row['artifacts'][number][] = []
  for (const file of files) {
    const { name, sha256, bytes } = file
    const stored = (await store.find(sha256)) !== undefined
    found.push({ name, sha256, bytes, stored, attached: attached.includes(file) })
  }
  return found
}

async function rowsOf(
  { history }: OpenStudy,
  trials: readonly number[],
  store: ArtifactStore,
): Promise<Row[]> {
  const kept = new Set(keptTrials(history))
  const rows: Row[] = []
  for (const number of trials) {
    const files = await filesIn(store, artifactsOf(history, number), attachedTo(history, number))
    rows.push({ number, kept: kept.has(number), artifacts: files })
  }
  return rows
}

/** A line a file, then what is kept and what it takes; several names may share their content. */
function describeRows({ name, history }: OpenStudy, rows: readonly Row[], width: number): string[] {
  if (rows.length === 0) return [`Study ${plain(name)} has no artifacts.`]
  const lines = rows.flatMap((row) =>
    row.artifacts.map((artifact, i) => [
      i === 0 ? String(row.number ?? 'study') : '',
      i === 0 && row.number !== undefined ? describeResult(history, row.number) : '',
      artifact.name,
      formatBytes(artifact.bytes),
      stateOf(row, artifact),
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

function stateOf({ kept }: Row, { stored, attached }: Row['artifacts'][number]): string {
  if (attached) return stored ? 'attached' : 'missing'
  if (kept) return stored ? 'kept' : 'missing'
  return stored ? 'not kept' : 'deleted'
}

function describeCollected({ files, bytes, young }: Collected): string {
  const left =
    young === 0
      ? ''
      : ` ${count(young)} that nothing speaks of stay for an hour, lest they be just copied here.`
  const done =
    files === 0 ? 'There was nothing to delete.' : `Deleted ${count(files)}, ${formatBytes(bytes)}.`
  return `${done}${left}`
}

const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`)
