import { isUtf8 } from 'node:buffer'
import { readSync } from 'node:fs'

import type { Seq, StudyEvent } from '@attune/core'
import { AttuneError, parseEvent } from '@attune/core'

import { isOrdinaryEvent, parseValues } from './parse-events.ts'

/** The beginning of a line: its offset in bytes, and how many lines and events come before it. */
export interface LinePosition {
  readonly offset: number
  readonly lines: number
  readonly seq: Seq
}

export const fileStart: LinePosition = { offset: 0, lines: 0, seq: 0 }

const chunkBytes = 128 * 1024
const newline = 0x0a

/**
 * Reads whole lines of events from a position on: at most 128 kB, or one line if that is longer.
 * Undefined when no whole line comes before byte `end`. A line holds an event, or a list of events
 * that were appended together.
 *
 * @throws AttuneError `journal/corrupt`, `journal/foreign`, `journal/version`, with the line.
 */
export function readLines(
  file: string,
  fd: number,
  from: LinePosition,
  end: number,
): { readonly events: readonly StudyEvent[]; readonly next: LinePosition } | undefined {
  const bytes = readWholeLines(fd, from.offset, end)
  if (bytes === undefined) return undefined
  const lines = countLines(bytes)
  const text = bytes.toString('utf8', 0, bytes.length - 1)
  const events =
    (isUtf8(bytes) ? parseTogether(text, lines) : undefined) ?? parseEach(file, bytes, from.lines)
  const next = {
    offset: from.offset + bytes.length,
    lines: from.lines + lines,
    seq: from.seq + events.length,
  }
  return { events, next }
}

function readWholeLines(fd: number, offset: number, end: number): Buffer | undefined {
  for (let size = chunkBytes; ; size *= 2) {
    const wanted = Math.min(size, end - offset)
    if (wanted <= 0) return undefined
    const buffer = Buffer.allocUnsafe(wanted)
    const bytes = buffer.subarray(0, readSync(fd, buffer, 0, wanted, offset))
    const last = bytes.lastIndexOf(newline)
    if (last >= 0) return bytes.subarray(0, last + 1)
    if (wanted < size) return undefined
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++
  return lines
}

/** All lines at once; undefined when there is anything that needs a closer look. */
function parseTogether(text: string, lines: number): readonly StudyEvent[] | undefined {
  const values = parseValues(text.replaceAll('\n', ','), lines)
  if (values?.every(isOrdinaryEvent)) return values
  const fits = values?.every((v) =>
    Array.isArray(v) ? v.every(isOrdinaryEvent) : isOrdinaryEvent(v),
  )
  return fits ? (values as StudyEvent[]).flat() : undefined
}

function parseEach(file: string, bytes: Buffer, linesBefore: number): readonly StudyEvent[] {
  const events: StudyEvent[] = []
  let line = linesBefore
  for (let start = 0; start < bytes.length;) {
    const stop = bytes.indexOf(newline, start)
    const one = bytes.subarray(start, stop)
    const place = `${file}, line ${++line}`
    if (!isUtf8(one)) throw notTextError(place)
    const text = one.toString('utf8')
    for (const event of splitList(text)) events.push(parseEvent(event, place))
    start = stop + 1
  }
  return events
}

/** The texts of the events of a line. */
function splitList(text: string): readonly string[] {
  if (!text.startsWith('[')) return [text]
  try {
    return (JSON.parse(text) as unknown[]).map((value) => JSON.stringify(value))
  } catch {
    return [text]
  }
}

function notTextError(place: string): AttuneError {
  const message = `${place}: this is not UTF-8, so the journal is damaged here. Restore a copy, or export what comes before with an editor.`
  return new AttuneError('journal/corrupt', message)
}
