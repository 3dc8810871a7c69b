import { formatError, gunzip } from './bytes.ts'

export interface CifarRecords {
  readonly count: number
  /** [count][3][32][32], 0 … 255: red, green, blue, each row by row. */
  readonly images: Uint8Array
  /** By record its label, 0 … classes - 1; of CIFAR-100 the fine one. */
  readonly labels: Int32Array
}

export interface CifarOptions {
  /** The name of the file, for messages. */
  readonly file?: string
  /** 1 in CIFAR-10 (default), 2 in CIFAR-100: the coarse label, then the fine one. */
  readonly labelBytes?: 1 | 2
  /** Labels must be below; default 10, and 100 with two label bytes. */
  readonly classes?: number
}

const pixels = 3 * 32 * 32

/**
 * Reads the binary records of CIFAR-10 and CIFAR-100 (A. Krizhevsky, "Learning multiple layers of
 * features from tiny images", 2009, binary version): the label bytes, then 3,072 pixels.
 *
 * @param bytes the file, unpacked or gzip
 * @throws AttuneError `data/format` when the file is not a whole number of records, is empty, or has
 *   a label that is too large
 */
export async function readCifar(
  bytes: Uint8Array,
  options: CifarOptions = {},
): Promise<CifarRecords> {
  return parseCifar(await gunzip(bytes, options.file ?? 'CIFAR data'), options)
}

/** As `readCifar`, of bytes that are unpacked already. */
export function parseCifar(bytes: Uint8Array, options: CifarOptions = {}): CifarRecords {
  const { file = 'CIFAR data', labelBytes = 1 } = options
  const classes = options.classes ?? (labelBytes === 1 ? 10 : 100)
  const size = labelBytes + pixels
  const count = Math.floor(bytes.length / size)
  if (count === 0 || bytes.length !== count * size) {
    throw formatError(
      file,
      count * size,
      `a whole number of records of ${size} bytes is needed, there are ${bytes.length} bytes.`,
    )
  }
  const images = new Uint8Array(count * pixels)
  const labels = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const at = i * size + labelBytes
    const label = bytes[at - 1]!
    if (label >= classes) {
      throw formatError(
        file,
        at - 1,
        `label ${label} of record ${i}; there are ${classes} classes.`,
      )
    }
    labels[i] = label
    images.set(bytes.subarray(at, at + pixels), i * pixels)
  }
  return { count, images, labels }
}
