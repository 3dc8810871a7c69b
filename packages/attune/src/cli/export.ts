import { statSync } from 'node:fs'
import { extname } from 'node:path'

import { AttuneError, csvLine, nearest, trialsTable } from '@attune/core'

import { eventLines } from '../describe/event-lines.ts'
import { inspectFile } from '../journals/inspect-file.ts'
import { jsonLine } from '../text/json-line.ts'
import type { Io } from './io.ts'
import type { OpenStudy } from './open-study.ts'
import { openForReading } from './open-study.ts'
import { recordJson } from '../describe/record-json.ts'
import { writeFile } from './write-file.ts'

const formats = ['csv', 'json', 'jsonl'] as const
export type ExportFormat = (typeof formats)[number]

export interface ExportOptions {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
  /**
   * `csv`: a line a trial; `json`: a list of everything recorded about each; `jsonl`: the events of
   * the study, which is a journal. Default: what the ending of `output` says, else `csv`.
   */
  readonly format?: string | undefined
  /** A file, replaced as a whole if it exists; default, and `-`: standard output. */
  readonly output?: string | undefined
}

/** `attune export`: the trials of a study as a file for other programs. */
export async function exportStudy(options: ExportOptions, io: Io): Promise<number> {
  const { output = '-' } = options
  const format = chooseFormat(options.format, output)
  await using study = await openForReading(options.journal, options.study)
  const pieces = exporters[format](study)
  if (output === '-') {
    for await (const piece of pieces) io.out(piece)
    return 0
  }
  refuseJournal(study.file, output)
  await writeFile(output, pieces)
  const { length } = study.history
  io.out(`${length} ${length === 1 ? 'trial' : 'trials'} of study ${study.name}: ${output}\n`)
  return 0
}

function chooseFormat(given: string | undefined, output: string): ExportFormat {
  const ending = extname(output).slice(1).toLowerCase()
  const fallback =
    formats.find((each) => each === ending) ?? (ending === 'ndjson' ? 'jsonl' : 'csv')
  const format = given?.toLowerCase() ?? fallback
  const known = formats.find((each) => each === format)
  if (known !== undefined) return known
  const near = nearest(format, formats)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  throw new AttuneError(
    'usage',
    `--format: "${given}" is not known.${hint} There are ${formats.join(', ')}.`,
  )
}

/** What is written must not take the place of the journal it is read from, nor of other studies. */
export function refuseJournal(journal: string, output: string): void {
  const there = statSync(output, { throwIfNoEntry: false })
  if (there === undefined || !there.isFile()) return
  const own = statSync(journal)
  if (own.ino !== there.ino || own.dev !== there.dev) {
    if (inspectFile(output).kind !== 'sqlite') return
  }
  throw new AttuneError(
    'usage',
    `${output} is a journal, and this would replace it. Choose another file.`,
  )
}

type Exporter = (study: OpenStudy) => AsyncIterable<string>

/** This many trials are turned into text at a time. */
const batch = 1000

const exporters: Readonly<Record<ExportFormat, Exporter>> = {
  async *csv({ history }) {
    const { header, cells } = trialsTable(history)
    yield csvLine(header)
    yield* inBatches(history.length, (trial) => csvLine(cells(trial)))
  },
  async *json({ history }) {
    yield '[\n'
    const last = history.length - 1
    yield* inBatches(history.length, (trial) => {
      const line = jsonLine(recordJson(history, trial))
      return trial === last ? line : `${line.trimEnd()},\n`
    })
    yield ']\n'
  },
  jsonl: ({ journal }) => eventLines(journal.read(0)),
}

function* inBatches(count: number, line: (trial: number) => string): Iterable<string> {
  for (let first = 0; first < count; first += batch) {
    let text = ''
    for (let trial = first; trial < Math.min(first + batch, count); trial++) text += line(trial)
    yield text
  }
}
