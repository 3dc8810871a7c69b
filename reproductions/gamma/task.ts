import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createRng } from '@attune/core'
import type { ClassTarget, Layer, Matrix, MediaSet } from '@attune/models'
import { channelMoments, takeExamples, toTarget, toTensor } from '@attune/models'
import { loadCifar10, loadMnist } from '@attune/models/node'

export type TaskName = 'mnist' | 'cifar10'

/** What a training is about. */
export interface TaskSettings {
  readonly task: TaskName
  /** Decides which images are drawn. */
  readonly seed: number
  /** Images to learn from, to select by and to judge by. */
  readonly images: { readonly train: number; readonly validation: number; readonly test: number }
  /** Filters of the first convolution; the second has twice as many. */
  readonly filters?: number
}

/** Images with their labels. */
export interface Part {
  readonly x: Matrix
  readonly y: ClassTarget
}

export interface Task {
  readonly train: Part
  readonly validation: Part
  readonly test: Part
  readonly network: { readonly inputShape?: readonly number[]; readonly layers: readonly Layer[] }
}

/** What does not differ between the seeds of a task, kept while the process lives. */
const known = new Map<string, Promise<Task>>()

/** The images of a seed, the same whenever they are asked for, with the network that learns them. */
export function loadTask(settings: TaskSettings): Promise<Task> {
  const key = JSON.stringify(settings)
  const there = known.get(key)
  if (there !== undefined) return there
  const task = makeTask(settings)
  known.set(key, task)
  return task
}

async function makeTask(settings: TaskSettings): Promise<Task> {
  const { train, validation, test } = settings.images
  const set = await drawn(settings)
  const some = (from: number, count: number): MediaSet => {
    const indices = Int32Array.from({ length: count }, (_, i) => from + i)
    return takeExamples(set, indices)
  }
  // Without it plain SGD hardly learns colours in an epoch; digits are black and white.
  const scale = settings.task === 'cifar10' ? channelMoments(some(0, train)) : {}
  const rows = (from: number, count: number): Part => {
    const part = some(from, count)
    const { data } = toTensor(part, scale)
    return { x: { rows: count, columns: data.length / count, data }, y: toTarget(part) }
  }
  return {
    train: rows(0, train),
    validation: rows(train, validation),
    test: rows(train + validation, test),
    network: networkOf(settings, set.shape),
  }
}

/** Plain networks, as the thesis names none: a perceptron for MNIST, convolutions for CIFAR-10. */
function networkOf({ task, filters = 8 }: TaskSettings, shape: readonly number[]): Task['network'] {
  if (task === 'mnist') return { layers: [{ kind: 'dense', units: 64, activation: 'relu' }] }
  const convolution = (count: number): Layer[] => [
    { kind: 'conv2d', filters: count, size: 3, padding: 'same', activation: 'relu' },
    { kind: 'maxPool2d', size: 2 },
  ]
  return {
    inputShape: shape,
    layers: [
      ...convolution(filters),
      ...convolution(2 * filters),
      { kind: 'flatten' },
      { kind: 'dense', units: 64, activation: 'relu' },
    ],
  }
}

const shapes = { mnist: [1, 28, 28], cifar10: [3, 32, 32] } as const

/**
 * Images for learning and selection from the training part, for judging from the test part, drawn
 * without replacement. Reading the published files takes longer than many a training, so what was drawn
 * lies beside the journals: a byte for the label of every image, then its pixels.
 */
async function drawn({ task, seed, images }: TaskSettings): Promise<MediaSet> {
  const folder = fileURLToPath(new URL('../runs/gamma-images/', import.meta.url))
  const shape = shapes[task]
  const size = shape[0] * shape[1] * shape[2]
  const { train, validation, test } = images
  const file = `${folder}${[task, seed, train, validation, test].join('-')}.bin`
  const count = train + validation + test
  if (!existsSync(file)) {
    const load = task === 'mnist' ? loadMnist : loadCifar10
    const rng = createRng('gamma', task, seed)
    const learning = sample(await load({ part: 'train' }), train + validation, rng.fork('train'))
    const judging = sample(await load({ part: 'test' }), test, rng.fork('test'))
    const bytes = new Uint8Array(count * (1 + size))
    for (const [set, at] of [[learning, 0] as const, [judging, train + validation] as const]) {
      bytes.set(set.labels, at)
      bytes.set(set.x, count + at * size)
    }
    await mkdir(folder, { recursive: true })
    // Several workers may do so at once; each file appears whole.
    const draft = `${file}.${process.pid}`
    await writeFile(draft, bytes)
    await rename(draft, file)
  }
  const bytes = new Uint8Array(await readFile(file))
  return {
    ...{ name: task, count, shape, x: bytes.subarray(count) },
    labels: Int32Array.from(bytes.subarray(0, count)),
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
  }
}

function sample(set: MediaSet, count: number, rng: ReturnType<typeof createRng>): MediaSet {
  const rows = Int32Array.from({ length: set.count }, (_, i) => i)
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(rng.next() * (set.count - i))
    const row = rows[i]!
    rows[i] = rows[j]!
    rows[j] = row
  }
  return takeExamples(set, rows.subarray(0, count))
}
