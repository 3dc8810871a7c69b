import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  realpathSync,
  writeSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { setImmediate as otherWork } from 'node:timers/promises'

import type { Entry, Seq, StudyEvent } from '@attune/core'
import { AttuneError } from '@attune/core'

import {
  closedError,
  diskFullError,
  foreignError,
  notWritableError,
  readOnlyError,
} from './file-errors.ts'
import { checkWritable, inspectFile } from './inspect-file.ts'
import type { StoreOptions } from './journal-store.ts'
import type { LinePosition } from './line-reader.ts'
import { fileStart, readLines } from './line-reader.ts'
import type { LockFile } from './lock-file.ts'
import { takeLock } from './lock-file.ts'
import type { Serial } from './serial.ts'
import { serial } from './serial.ts'

/** How every file begins, by which ours are known; a list if several events came first. */
const beginnings = ['{"type":"study-created"', '[{"type":"study-created"']
/** Positions are remembered at this distance or more, so that reading can begin near any event. */
const markBytes = 4 * 1024

export interface JsonlStudy {
  readonly name: string
  readonly createdAt: number
}

/** A file of lines, each with the events of one append. It is made by the first append. */
export class JsonlFile {
  readonly #file: string
  readonly #path: string
  readonly #options: StoreOptions
  readonly #lock: LockFile | undefined
  readonly #writes: Serial = serial()
  readonly #marks: LinePosition[] = [fileStart]
  /** The end of what was read or written so far. */
  #head: LinePosition = fileStart
  /** Whether the file ends at the head, so that a line can be appended. */
  #ready = false
  #fd: number | undefined
  #study: JsonlStudy | undefined
  #closed = false

  /** @throws AttuneError what stands against the file, as `openJsonl` says. */
  constructor(file: string, options: StoreOptions) {
    this.#file = file
    this.#path = existsSync(file) ? realpathSync(file) : resolve(file)
    this.#options = options
    if (!options.readOnly) checkWritable(file)
    try {
      this.study()
      this.#lock = options.readOnly ? undefined : takeLock(this.#path)
    } catch (error) {
      if (this.#fd !== undefined) closeSync(this.#fd)
      throw error
    }
  }

  /** The study in the file; undefined as long as there is none. */
  study(): JsonlStudy | undefined {
    const fd = this.#open()
    if (this.#study !== undefined || fd === undefined) return this.#study
    const lines = readLines(this.#file, fd, fileStart, fstatSync(fd).size)
    const first = lines?.events[0]
    if (first?.type === 'study-created') {
      this.#study = { name: first.study.name, createdAt: first.at }
    }
    return this.#study
  }

  /** @throws AttuneError `journal/foreign` when the file holds another study. */
  checkStudy(asked: string): void {
    const inside = this.study()?.name
    if (inside === undefined || inside === asked) return
    const message = `${this.#file} holds study "${inside}", and a file of JSON lines holds one study. Choose another file for "${asked}", or a SQLite file such as attune.db, which holds many.`
    throw new AttuneError('journal/foreign', message, { details: { inside, asked } })
  }

  /** The events after `after`, up to the last whole line that the file has now. */
  async *read(after: Seq): AsyncIterable<readonly Entry[]> {
    const fd = this.#open()
    if (fd === undefined) return
    const end = fstatSync(fd).size
    let from = this.#before(after)
    for (;;) {
      const lines = readLines(this.#file, fd, from, end)
      if (lines === undefined) return
      this.#advance(lines.next)
      const skipped = Math.max(0, after - from.seq)
      const first = from.seq + skipped + 1
      const events = skipped === 0 ? lines.events : lines.events.slice(skipped)
      if (events.length > 0) yield events.map((event, i) => ({ seq: first + i, event }))
      from = lines.next
      if (from.offset === end) return
      await otherWork()
      this.#open()
    }
  }

  async lastSeq(): Promise<Seq> {
    for await (const _ of this.read(this.#head.seq));
    return this.#head.seq
  }

  /**
   * Appends events as one line, unless `ifLast` is given and is not the number of the last event.
   * @throws AttuneError `journal/read-only`, also when the disk is full; `journal/foreign` when the
   *   file holds another study, or none and the first event does not create this one.
   */
  async append(
    study: string,
    events: readonly StudyEvent[],
    ifLast: Seq | undefined,
  ): Promise<{ readonly seq: Seq } | { readonly conflict: Seq }> {
    if (this.#closed) throw closedError(this.#file)
    if (this.#options.readOnly) throw readOnlyError(this.#file)
    const line = Buffer.from(`${lineOf(events)}\n`)
    const [first] = events
    const created = first?.type === 'study-created' ? first.study.name : undefined
    return this.#writes.run(async () => {
      if (!this.#ready) await this.#prepare()
      const { offset, lines, seq } = this.#head
      if (ifLast !== undefined && ifLast !== seq) return { conflict: seq }
      this.checkStudy(study)
      if (seq === 0 && created !== study) throw unbegunError(this.#file, study, first?.type)
      this.#write(line)
      const next = { offset: offset + line.length, lines: lines + 1, seq: seq + events.length }
      this.#advance(next)
      return { seq: next.seq }
    })
  }

  async close(): Promise<void> {
    await this.#writes.idle()
    if (this.#closed) return
    this.#closed = true
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#lock?.release()
  }

  /** Whether there is a journal; false for an empty or absent file. */
  #isThere(): boolean {
    const { kind, head } = inspectFile(this.#file, this.#path)
    if (kind === 'absent' || kind === 'empty') return false
    const text = head.toString('latin1')
    // The very first line may be torn, too.
    if (beginnings.some((b) => text.startsWith(b) || b.startsWith(text))) return true
    throw foreignError(this.#file, 'no log of JSON lines')
  }

  #open(): number | undefined {
    if (this.#closed) throw closedError(this.#file)
    if (this.#fd === undefined && this.#isThere()) {
      this.#fd = openSync(this.#path, this.#options.readOnly ? 'r' : 'a+')
    }
    return this.#fd
  }

  #before(after: Seq): LinePosition {
    if (after >= this.#head.seq) return this.#head
    return this.#marks.findLast((mark) => mark.seq <= after) ?? fileStart
  }

  #advance(next: LinePosition): void {
    if (next.offset <= this.#head.offset) return
    this.#head = next
    const last = this.#marks.at(-1) as LinePosition
    if (next.offset - last.offset >= markBytes) this.#marks.push(next)
  }

  /** Goes to the end and removes what a process that died in mid-write left after the last line. */
  async #prepare(): Promise<void> {
    this.#fd ??= this.#open() ?? openSync(this.#path, 'a+')
    await this.lastSeq()
    if (fstatSync(this.#fd).size > this.#head.offset) ftruncateSync(this.#fd, this.#head.offset)
    this.#ready = true
  }

  #write(line: Buffer): void {
    const fd = this.#fd as number
    try {
      // One write as a rule; a second one tells why the first was short.
      for (let done = 0; done < line.length;) done += writeSync(fd, line, done)
      if (this.#options.durability === 'full') fdatasyncSync(fd)
    } catch (error) {
      this.#ready = false
      ftruncateSync(fd, this.#head.offset)
      const { code } = error as NodeJS.ErrnoException
      const full = code === 'ENOSPC' || code === 'EDQUOT'
      throw full ? diskFullError(this.#file, error) : notWritableError(this.#file, error)
    }
  }
}

/** The creation of the study has its type in front, so that a file can be told by its beginning. */
function lineOf(events: readonly StudyEvent[]): string {
  const ordered = events.map((event) =>
    event.type === 'study-created' ? Object.assign({ type: event.type }, event) : event,
  )
  return JSON.stringify(ordered.length === 1 ? ordered[0] : ordered)
}

function unbegunError(file: string, study: string, type: string | undefined): AttuneError {
  const message = `${file}: a file of JSON lines begins with the creation of its study, but the first event for "${study}" is ${type}. Append its study-created event first.`
  return new AttuneError('journal/foreign', message)
}
