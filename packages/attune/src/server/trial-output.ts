import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'

/** What a program printed, as far as it was kept. */
export type OutputName = 'stdout' | 'stderr'

export const isOutputName = (name: string): name is OutputName =>
  name === 'stdout' || name === 'stderr'

/** A part of an output, and where in it that stands. */
export interface OutputPart {
  readonly bytes: Uint8Array
  readonly from: number
  /** Of the whole file. */
  readonly size: number
}

/** At most so much is given at a time, in bytes. */
export const mostOutput = 1_000_000

const fileOf = (folder: string, name: OutputName, attempt?: number): string =>
  join(folder, attempt === undefined ? `${name}.log` : `${name}.${attempt}.log`)

/** How large the outputs are; those that were not kept are left out. */
export async function outputSizes(folder: string): Promise<Partial<Record<OutputName, number>>> {
  const sizes: Partial<Record<OutputName, number>> = {}
  for (const name of ['stdout', 'stderr'] as const) {
    const stats = await lstat(fileOf(folder, name)).catch(() => undefined)
    if (stats?.isFile() === true) sizes[name] = stats.size
  }
  return sizes
}

/**
 * Reads an output from a byte on, or its end. A link in its place is not followed: a program must not be
 * able to show what it cannot read itself.
 * @param attempt an earlier attempt, from 1; default the last one
 * @returns undefined when it was not kept
 */
export async function readOutput(
  folder: string,
  name: OutputName,
  { from, attempt }: { readonly from?: number; readonly attempt?: number } = {},
): Promise<OutputPart | undefined> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const file = await open(fileOf(folder, name, attempt), flags).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const stats = await file.stat()
    if (!stats.isFile()) return undefined
    const { size } = stats
    const start = Math.min(size, from ?? Math.max(0, size - mostOutput))
    const wanted = Math.min(mostOutput, size - start)
    const buffer = new Uint8Array(wanted)
    let done = 0
    while (done < wanted) {
      const { bytesRead } = await file.read(buffer, done, wanted - done, start + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return { bytes: buffer.subarray(0, done), from: start, size }
  } finally {
    await file.close()
  }
}
