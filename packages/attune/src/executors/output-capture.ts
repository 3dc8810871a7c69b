import { closeSync, openSync, writeSync } from 'node:fs'
import { AttuneError, messageOf } from '@attune/core'
import { createLineSplitter } from './line-splitter.ts'

export interface OutputCaptureOptions {
  /** The file to keep the output in; replaced if it exists. Default: the output is not kept. */
  readonly file?: string
  /**
   * Whether the file is made when there is something to keep in it; if it cannot be, `fileError` says
   * so. Default: it is made, or refused, at once.
   */
  readonly lazy?: boolean
  /** How much of the beginning is kept. Default 256 kB. */
  readonly headBytes?: number
  /** How much of the end is kept. Default 256 kB. */
  readonly tailBytes?: number
  /** Gets every line with the time at which the end of it arrived. */
  readonly onLine?: (line: string, atMs: number) => void
  /** Milliseconds, of any origin. Default: since the epoch, never running backwards. */
  readonly clock?: () => number
}

/** Takes in the output of a program, of any size and content, in bounded memory and disk. */
export interface OutputCapture {
  push(chunk: Buffer): void
  /** Hands out an unfinished last line, writes the end of the output and closes the file. */
  end(): void
  /** The last `n` lines, at most 100, each cut at 2,000 characters; redrawn lines count once. */
  lastLines(n: number): readonly string[]
  /** Why the file could not be written to its end, such as a full disk. The lines still come. */
  readonly fileError: string | undefined
}

const LINES_KEPT = 100
const LONGEST_KEPT_LINE = 2_000

/** Milliseconds since the epoch that no change of the system's time can turn back. */
export const steadyClock = (): number => performance.timeOrigin + performance.now()

/**
 * A capture that keeps the first `headBytes`, written as they come, and the last `tailBytes`, written
 * at the end below a line that says how much was left out between.
 *
 * @throws AttuneError `executor/failed` when the file cannot be created at once.
 */
export function createOutputCapture(options: OutputCaptureOptions = {}): OutputCapture {
  const { onLine, clock = steadyClock } = options
  const file = options.file === undefined ? undefined : openBoundedFile(options.file, options)
  let lines: string[] = []
  const splitter = createLineSplitter((line, redrawn) => {
    if (redrawn) lines.pop()
    lines.push(line.length > LONGEST_KEPT_LINE ? `${line.slice(0, LONGEST_KEPT_LINE)}…` : line)
    if (lines.length >= 2 * LINES_KEPT) lines = lines.slice(-LINES_KEPT)
    onLine?.(line, clock())
  })
  return {
    push(chunk) {
      file?.write(chunk)
      splitter.push(chunk)
    },
    end() {
      file?.close()
      splitter.end()
    },
    lastLines: (n) => lines.slice(-Math.min(n, LINES_KEPT)),
    get fileError() {
      return file?.error()
    },
  }
}

interface BoundedFile {
  write(chunk: Buffer): void
  close(): void
  error(): string | undefined
}

function openBoundedFile(
  path: string,
  options: Pick<OutputCaptureOptions, 'lazy' | 'headBytes' | 'tailBytes'>,
): BoundedFile {
  const { lazy = false, headBytes = 256_000, tailBytes = 256_000 } = options
  let fd = lazy ? undefined : open(path)
  // The end of the output lies in a ring: byte i beyond the head is at i modulo its size.
  let ring: Buffer | undefined
  let beyond = 0
  let headLeft = headBytes
  let lastByte = NEWLINE
  let failure: string | undefined

  const save = (bytes: Buffer): void => {
    if (failure !== undefined || bytes.length === 0) return
    try {
      fd ??= open(path)
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
      lastByte = bytes[bytes.length - 1]!
    } catch (error) {
      failure = messageOf(error)
    }
  }
  const keep = (bytes: Buffer): void => {
    if (tailBytes <= 0) return void (beyond += bytes.length)
    ring ??= Buffer.alloc(tailBytes)
    // Of a chunk larger than the ring only its end matters.
    const skipped = Math.max(0, bytes.length - tailBytes)
    const start = (beyond + skipped) % tailBytes
    const untilEnd = bytes.copy(ring, start, skipped)
    bytes.copy(ring, 0, skipped + untilEnd)
    beyond += bytes.length
  }

  return {
    write(chunk) {
      if (headLeft === 0) return keep(chunk)
      const cut = chunk.length <= headLeft ? chunk.length : characterStart(chunk, headLeft)
      save(chunk.subarray(0, cut))
      headLeft = cut < chunk.length ? 0 : headLeft - cut
      if (cut < chunk.length) keep(chunk.subarray(cut))
    },
    close() {
      if (ring !== undefined && beyond <= tailBytes) save(ring.subarray(0, beyond))
      else if (beyond > 0) {
        const at = tailBytes > 0 ? beyond % tailBytes : 0
        const whole = ring === undefined ? [] : [ring.subarray(at), ring.subarray(0, at)]
        const end = Buffer.concat(whole)
        const tail = end.subarray(nextCharacter(end))
        const gap = `… ${beyond - tail.length} bytes left out …\n`
        save(Buffer.from(lastByte === NEWLINE ? gap : `\n${gap}`))
        save(tail)
      }
      try {
        if (fd !== undefined) closeSync(fd)
      } catch (error) {
        failure ??= messageOf(error)
      }
    },
    error: () => failure,
  }
}

const NEWLINE = 0x0a
const isContinuation = (byte: number | undefined): boolean => ((byte ?? 0) & 0xc0) === 0x80

/** The last place up to `at` where a UTF-8 character starts, looking back no further than one. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at
  while (start > 0 && at - start < 3 && isContinuation(bytes[start])) start--
  return isContinuation(bytes[start]) ? at : start
}

/** The first place where a UTF-8 character starts, looking no further than one. */
function nextCharacter(bytes: Buffer): number {
  let start = 0
  while (start < 3 && isContinuation(bytes[start])) start++
  return start
}

function open(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (cause) {
    const reason = `${messageOf(cause)}. Make its folder writable, or choose another one.`
    throw new AttuneError(
      'executor/failed',
      `The output file "${path}" cannot be made: ${reason}`,
      {
        details: { file: path },
        cause,
      },
    )
  }
}
