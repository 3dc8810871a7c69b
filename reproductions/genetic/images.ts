import { splitRows, takeExamples, toMatrix, toTarget } from '@attune/models'
import type { ClassTarget, Matrix } from '@attune/models'
import { loadCifar10, loadMnist } from '@attune/models/node'

export type SetName = 'mnist' | 'cifar10'

export interface ImageSizes {
  readonly train: number
  readonly validation: number
  readonly test: number
  /** Squares of so many pixels a side become one, by their mean; 1 leaves them as they are. */
  readonly pool: number
}

export interface Examples {
  readonly x: Matrix
  readonly y: ClassTarget
}

export interface Images {
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number]
  readonly train: Examples
  readonly validation: Examples
  readonly test: Examples
}

/** Parts of a set, drawn with equal shares of the classes; test images are the set's own. */
export async function loadImages(name: SetName, sizes: ImageSizes): Promise<Images> {
  const load = name === 'mnist' ? loadMnist : loadCifar10
  const [known, unseen] = [await load({ part: 'train' }), await load({ part: 'test' })]
  const rows = splitRows(known.count, sharesOf(sizes, ['train', 'validation'], known.count), {
    ...{ stratify: known.labels, seed: 1 },
  })
  // There may be fewer test images than are asked for.
  const test = Math.min(sizes.test, unseen.count)
  const judged = splitRows(unseen.count, sharesOf({ test }, ['test'], unseen.count), {
    ...{ stratify: unseen.labels, seed: 1 },
  })
  const [channels, height, width] = known.shape as [number, number, number]
  const { pool } = sizes
  const shape = [channels, height / pool, width / pool] as const
  const examples = (set: typeof known, of: ArrayLike<number>): Examples => {
    const part = takeExamples(set, Int32Array.from(of))
    const data = pooled(toMatrix(part).data, [channels, height, width], pool)
    const columns = shape[0] * shape[1] * shape[2]
    return { x: { rows: part.count, columns, data }, y: toTarget(part) }
  }
  return {
    shape,
    train: examples(known, rows['train']!),
    validation: examples(known, rows['validation']!),
    test: examples(unseen, judged['test']!),
  }
}

/** The shares of a split into so many examples each, with what is left over. */
function sharesOf<K extends string>(
  counts: Readonly<Record<K, number>>,
  names: readonly K[],
  all: number,
): Record<string, number> {
  const shares = names.map((name) => [name, counts[name] / all] as const)
  const rest = 1 - shares.reduce((sum, [, share]) => sum + share, 0)
  return { ...Object.fromEntries(shares), ...(rest > 1e-9 ? { rest } : {}) }
}

/** The means of squares of pixels, image by image and channel by channel. */
function pooled(
  pixels: ArrayLike<number>,
  [channels, height, width]: readonly [number, number, number],
  pool: number,
): Float32Array {
  const planes = (pixels.length / (channels * height * width)) * channels
  const [rows, columns] = [height / pool, width / pool]
  const out = new Float32Array(planes * rows * columns)
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < rows * pool; i++) {
      for (let j = 0; j < columns * pool; j++) {
        const to = (plane * rows + Math.floor(i / pool)) * columns + Math.floor(j / pool)
        out[to] = out[to]! + pixels[(plane * height + i) * width + j]! / pool ** 2
      }
    }
  }
  return out
}
