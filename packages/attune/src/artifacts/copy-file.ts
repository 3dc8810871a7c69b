import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, copyFile, open } from 'node:fs/promises'

/** What a copy holds. */
export interface Copied {
  readonly sha256: string
  readonly bytes: number
}

const chunkBytes = 1 << 20

/**
 * Copies a file and tells the hash of the copy. Where the file system can, both share their
 * blocks until one of them is written to. The hash is that of the copy, so that it is right even if
 * somebody writes to the file meanwhile.
 */
export async function copyFileHashed(from: string, to: string): Promise<Copied> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  // The copy takes over the permissions, and may not be writable.
  await chmod(to, 0o644)
  const handle = await open(to, 'r')
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(chunkBytes)
    let bytes = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, bytes)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      bytes += bytesRead
    }
    return { sha256: hash.digest('hex'), bytes }
  } finally {
    await handle.close()
  }
}

/**
 * Writes what comes into a new file and tells its hash.
 * @throws RangeError when there are more than `most` bytes
 */
export async function writeHashed(
  chunks: AsyncIterable<Uint8Array>,
  to: string,
  most: number,
): Promise<Copied> {
  const handle = await open(to, 'wx', 0o644)
  try {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > most) throw new RangeError(`There are more than ${most} bytes.`)
      hash.update(chunk)
      await handle.writeFile(chunk)
    }
    return { sha256: hash.digest('hex'), bytes }
  } finally {
    await handle.close()
  }
}

/** Resolves when the content of a file is on the disk. */
export async function toDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
