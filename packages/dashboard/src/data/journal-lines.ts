import type { StudyEvent } from '@attune/core'
import { AttuneError, parseEvent } from '@attune/core'

/** A part of a journal's file. */
export interface ReadEvents {
  readonly events: readonly StudyEvent[]
  /** How much of the file was read with it, from 0 to 1. */
  readonly share: number
}

/**
 * The events of a journal of JSON lines, in order. A line is an event, or a list of events that were
 * appended together. What comes after the last line break is left out: a writer was killed there.
 *
 * @param name what the file is called
 * @throws AttuneError `journal/corrupt`, `journal/foreign`, `journal/version`, with the line
 */
export async function* journalEvents(file: Blob, name: string): AsyncGenerator<ReadEvents> {
  await refuseOthers(file, name)
  const reader = file.stream().getReader()
  const decoder = new TextDecoder()
  let [rest, lines, bytes] = ['', 0, 0]
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      bytes += value.length
      const text = rest + decoder.decode(value, { stream: true })
      const end = text.lastIndexOf('\n')
      rest = text.slice(end + 1)
      if (end < 0) continue
      const whole = text.slice(0, end).split('\n')
      yield { events: eventsOf(whole, lines, name), share: bytes / file.size }
      lines += whole.length
    }
  } finally {
    void reader.cancel()
  }
}

async function refuseOthers(file: Blob, name: string): Promise<void> {
  const head = await file.slice(0, 16).text()
  if (head === '' || head.startsWith('{') || head.startsWith('[')) return
  throw new AttuneError(
    'journal/foreign',
    head.startsWith('SQLite format 3')
      ? `${name} is a database of SQLite, which this page does not read. Show it with: attune ui --journal ${name}`
      : `${name} is no journal of JSON lines: it does not begin with an event.`,
  )
}

function eventsOf(lines: readonly string[], before: number, name: string): readonly StudyEvent[] {
  return (
    parsedTogether(lines) ??
    lines.flatMap((line, i) => eventsOfLine(line, `${name}, line ${before + i + 1}`))
  )
}

/** All lines at once, which is quicker; undefined when any of them needs a closer look. */
function parsedTogether(lines: readonly string[]): readonly StudyEvent[] | undefined {
  try {
    const values = JSON.parse(`[${lines.join(',')}]`) as unknown[]
    if (values.length !== lines.length) return undefined
    const events = values.flat()
    return events.every(isOrdinary) ? events : undefined
  } catch {
    return undefined
  }
}

/** Whether nothing more needs to be known of an event; of the first of a study its version does. */
function isOrdinary(value: unknown): value is StudyEvent {
  const type = (value as { readonly type?: unknown } | null)?.type
  return typeof type === 'string' && type !== 'study-created'
}

function eventsOfLine(line: string, where: string): StudyEvent[] {
  if (!line.startsWith('[')) return [parseEvent(line, where)]
  let values: unknown[]
  try {
    values = JSON.parse(line) as unknown[]
  } catch {
    return [parseEvent(line, where)]
  }
  return values.map((value) => parseEvent(JSON.stringify(value), where))
}
