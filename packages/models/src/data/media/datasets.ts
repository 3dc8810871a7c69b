import { writeFile, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { formatError, gunzip, viewOf } from './bytes.ts'
import { parseCifar } from './cifar.ts'
import { download, fetchKnown } from './download.ts'
import { dataFolders, findFile, missingSet, namesIn, readBytes, readUnpacked } from './files.ts'
import { cifar10Archive, fashionMnistFiles, mnistFiles, type IdxFiles } from './homes.ts'
import { parseIdx } from './idx.ts'
import { codesOf, readIndex, type IndexTable } from './index-table.ts'
import type { MediaSet, SampledSet } from './media-set.ts'
import { readTar } from './tar.ts'

export interface DatasetOptions {
  /**
   * The folder with the files of the set. Default: the folder of its name in the one that the
   * environment variable ATTUNE_DATA names, else in `shared/data` beside the repository.
   */
  readonly folder?: string
}

export interface PartOptions extends DatasetOptions {
  /** Default `train`. */
  readonly part?: 'train' | 'test'
  /** Fetch files that are absent from the web into the folder, checked by SHA-256. Default false. */
  readonly download?: boolean
}

/**
 * MNIST, digits of 28 x 28 grey pixels, 60,000 and 10,000 (LeCun, Cortes, Burges). Files as they were
 * published, gzip or unpacked, `train-images-idx3-ubyte` or `train-images.idx3-ubyte`. Downloads come
 * from the mirror of PyTorch, else that of CVDF.
 *
 * @throws AttuneError `data/missing`, `data/format`
 */
export function loadMnist(options: PartOptions = {}): Promise<MediaSet> {
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit))
  return loadIdxSet('mnist', mnistFiles, classes, options)
}

/**
 * Fashion-MNIST, clothes of 28 x 28 grey pixels, 60,000 and 10,000 (H. Xiao, K. Rasul, R. Vollgraf,
 * 2017), files as those of MNIST. Downloads come from its GitHub repository.
 *
 * @throws AttuneError `data/missing`, `data/format`
 */
export function loadFashionMnist(options: PartOptions = {}): Promise<MediaSet> {
  return loadIdxSet('fashion-mnist', fashionMnistFiles, fashionClasses, options)
}

const fashionClasses = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
]

async function loadIdxSet(
  name: string,
  files: IdxFiles,
  classes: readonly string[],
  options: PartOptions,
): Promise<MediaSet> {
  const part = files[options.part ?? 'train']
  const imagesPath = await idxPath(name, part.images.name, part.images.known, options)
  const labelsPath = await idxPath(name, part.labels.name, part.labels.known, options)
  const images = parseIdx(await readUnpacked(imagesPath), basename(imagesPath))
  const labels = parseIdx(await readUnpacked(labelsPath), basename(labelsPath))
  const [count = 0, height = 0, width = 0] = images.shape
  if (!(images.data instanceof Uint8Array) || images.shape.length !== 3) {
    throw formatError(basename(imagesPath), 2, 'images must be bytes with three dimensions.')
  }
  if (
    !(labels.data instanceof Uint8Array) ||
    labels.shape.length !== 1 ||
    labels.shape[0] !== count
  ) {
    throw formatError(basename(labelsPath), 2, `labels must be ${count} bytes, one an image.`)
  }
  const wrong = labels.data.findIndex((label) => label >= classes.length)
  if (wrong >= 0) {
    throw formatError(
      basename(labelsPath),
      8 + wrong,
      `label ${labels.data[wrong]}; there are ${classes.length} classes.`,
    )
  }
  return {
    name,
    count,
    shape: [1, height, width],
    x: images.data,
    labels: Int32Array.from(labels.data),
    classes,
  }
}

async function idxPath(
  set: string,
  name: string,
  known: Parameters<typeof download>[0],
  options: PartOptions,
): Promise<string> {
  const folders = dataFolders(set, options.folder)
  const dotted = name.replace('-idx', '.idx')
  const names = [`${name}.gz`, name, `${dotted}.gz`, dotted]
  const found = findFile(folders, names)
  if (found !== undefined) return found
  if (options.download !== true) {
    throw missingSet(set, folders, names.slice(0, 2), 'Name its folder, or allow `download: true`.')
  }
  const path = join(folders[0]!, `${name}.gz`)
  await download(known, path)
  return path
}

/**
 * CIFAR-10, colour photographs of 32 x 32 pixels (A. Krizhevsky, 2009), in its binary version:
 * `data_batch_1.bin` … and `test_batch.bin`, or subsets `train-1.bin` … and `test.bin`; gzip or
 * unpacked. The training part is all the files that are there. Downloads come from the home of the
 * set at the University of Toronto (170 MB).
 *
 * @throws AttuneError `data/missing`, `data/format`
 */
export async function loadCifar10(options: PartOptions = {}): Promise<MediaSet> {
  const folder = dataFolders('cifar10', options.folder)[0]!
  const part = options.part ?? 'train'
  let paths = await cifarPaths(folder, part)
  if (paths.length === 0 && options.download === true) {
    await downloadCifar(folder)
    paths = await cifarPaths(folder, part)
  }
  if (paths.length === 0) {
    const names =
      part === 'train' ? ['data_batch_1.bin', 'train-1.bin.gz'] : ['test_batch.bin', 'test.bin.gz']
    throw missingSet('cifar10', [folder], names, 'Name its folder, or allow `download: true`.')
  }
  const parts = []
  for (const path of paths) {
    parts.push(parseCifar(await readUnpacked(path), { file: basename(path) }))
  }
  const count = parts.reduce((sum, records) => sum + records.count, 0)
  const x = new Uint8Array(count * 3072)
  const labels = new Int32Array(count)
  let at = 0
  for (const records of parts) {
    x.set(records.images, at * 3072)
    labels.set(records.labels, at)
    at += records.count
  }
  return { name: 'cifar10', count, shape: [3, 32, 32], x, labels, classes: cifarClasses }
}

const cifarClasses = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
]

async function cifarPaths(folder: string, part: 'train' | 'test'): Promise<string[]> {
  const pattern =
    part === 'train'
      ? /^(?:data_batch_|train-)\d+\.bin(?:\.gz)?$/
      : /^test(?:_batch)?\.bin(?:\.gz)?$/
  for (const place of [folder, join(folder, 'cifar-10-batches-bin')]) {
    const names = (await namesIn(place)).filter((name) => pattern.test(name))
    // Packed and unpacked, a file counts once.
    const kept = names.filter(
      (name) => !names.includes(name.replace(/\.gz$/, '')) || !name.endsWith('.gz'),
    )
    if (kept.length > 0) return kept.map((name) => join(place, name))
  }
  return []
}

async function downloadCifar(folder: string): Promise<void> {
  const name = 'cifar-10-binary.tar.gz'
  const files = readTar(await gunzip(await fetchKnown(cifar10Archive, name), name), name)
  await mkdir(folder, { recursive: true })
  for (const [path, bytes] of files) {
    if (path.endsWith('.bin')) await writeFile(join(folder, basename(path)), bytes)
  }
}

/** The bytes and the index of one of the sets that have them. */
async function readPair(
  set: string,
  options: DatasetOptions,
  packed: string,
  columns: readonly string[],
): Promise<{ readonly bytes: Uint8Array; readonly index: IndexTable }> {
  const folders = dataFolders(set, options.folder)
  const advice =
    'Name its folder; this set is not downloaded, as it has no lasting home on the web.'
  const bytesPath = findFile(folders, [packed, packed.replace(/\.gz$/, '')])
  if (bytesPath === undefined) throw missingSet(set, folders, [packed], advice)
  const indexPath = findFile(folders, ['index.csv'])
  if (indexPath === undefined) throw missingSet(set, folders, ['index.csv'], advice)
  return {
    bytes: await readUnpacked(bytesPath),
    index: readIndex(await readBytes(indexPath), 'index.csv', columns),
  }
}

function refuseLength(file: string, got: number, expected: number): void {
  if (got === expected) return
  throw formatError(
    file,
    Math.min(got, expected),
    `index.csv tells of ${expected} bytes, but there are ${got}.`,
  )
}

const emotions = ['anger', 'boredom', 'disgust', 'fear', 'happiness', 'sadness', 'neutral']

/**
 * EmoDB, the Berlin Database of Emotional Speech (Burkhardt et al., 2005), as 8-bit µ-law at 11,025
 * samples a second, all utterances 2 s long: 535 utterances, 7 emotions, grouped by speaker.
 *
 * Split by speaker: the same sentence by the same speaker is in several classes.
 *
 * @throws AttuneError `data/missing`, `data/format`
 */
export async function loadEmoDb(options: DatasetOptions = {}): Promise<SampledSet> {
  const file = 'audio-11025-ulaw.u8.gz'
  const columns = ['speaker', 'class', 'offset', 'samples']
  const { bytes, index } = await readPair('speech-emotion-emodb', options, file, columns)
  const offsets = index.integers('offset', bytes.length + 1)
  const lengths = index.integers('samples', bytes.length + 1)
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0)
  const x = new Float32Array(index.rows * longest)
  for (let i = 0; i < index.rows; i++) {
    const from = offsets[i]!
    const to = from + lengths[i]!
    if (to > bytes.length) {
      throw formatError(file, bytes.length, `index.csv, line ${i + 2}, tells of bytes up to ${to}.`)
    }
    for (let j = from; j < to; j++) x[i * longest + j - from] = companded[bytes[j]!]!
  }
  return {
    name: 'emodb',
    count: index.rows,
    shape: [1, longest],
    x,
    labels: index.integers('class', emotions.length),
    classes: emotions,
    groups: { kind: 'speaker', ...codesOf(index.text('speaker')) },
    sampleRate: 11_025,
    lengths,
  }
}

/** Continuous µ-law, of which G.711 is an approximation: y = b / 127.5 - 1, |x| = (256^|y| - 1) / 255. */
const companded = Float32Array.from({ length: 256 }, (_, byte) => {
  const y = byte / 127.5 - 1
  return (Math.sign(y) * (256 ** Math.abs(y) - 1)) / 255
})

const eegSamples = 4097
const eegClasses = ['Z', 'O', 'N', 'F', 'S']

/**
 * The EEG of Bonn (R. Andrzejak et al., 2001): 500 segments of 4,097 samples at 173.61 Hz, in
 * microvolts; healthy with eyes open (Z) and closed (O), patients between seizures, away from (N) and
 * in (F) the epileptogenic zone, and in a seizure (S). Grouped by segment, which matters when
 * segments are cut into windows.
 *
 * @throws AttuneError `data/missing`, `data/format`
 */
export async function loadBonnEeg(options: DatasetOptions = {}): Promise<SampledSet> {
  const file = 'segments.i16.gz'
  const { bytes, index } = await readPair('eeg-bonn', options, file, ['segment', 'class'])
  refuseLength(file, bytes.length, index.rows * eegSamples * 2)
  const view = viewOf(bytes)
  const x = new Float32Array(index.rows * eegSamples)
  for (let i = 0; i < x.length; i++) x[i] = view.getInt16(2 * i, true)
  return {
    name: 'bonn-eeg',
    count: index.rows,
    shape: [1, eegSamples],
    x,
    labels: index.integers('class', eegClasses.length),
    classes: eegClasses,
    groups: { kind: 'segment', ...codesOf(index.text('segment')) },
    sampleRate: 173.61,
    lengths: new Int32Array(index.rows).fill(eegSamples),
  }
}

const busiSide = 64
const busiClasses = ['normal', 'benign', 'malignant']

/**
 * BUSI, ultrasound of the breast (Al-Dhabyani et al., 2020), reduced to 64 x 64 grey pixels: 780
 * images, normal, benign or malignant. An image and its exact copy are one group; patients are not
 * known.
 *
 * @throws AttuneError `data/missing`, `data/format`
 */
export async function loadBusi(options: DatasetOptions = {}): Promise<MediaSet> {
  const file = 'images-64x64.u8.gz'
  const columns = ['row', 'class', 'duplicate_of_row']
  const { bytes, index } = await readPair('breast-ultrasound', options, file, columns)
  refuseLength(file, bytes.length, index.rows * busiSide * busiSide)
  const rows = index.text('row')
  const groups = index.text('duplicate_of_row').map((original, i) => original || rows[i]!)
  return {
    name: 'busi',
    count: index.rows,
    shape: [1, busiSide, busiSide],
    x: bytes,
    labels: index.integers('class', busiClasses.length),
    classes: busiClasses,
    groups: { kind: 'image', ...codesOf(groups) },
  }
}

/** By name how a set is loaded. */
export interface DatasetLoaders {
  readonly mnist: (options?: PartOptions) => Promise<MediaSet>
  readonly 'fashion-mnist': (options?: PartOptions) => Promise<MediaSet>
  readonly cifar10: (options?: PartOptions) => Promise<MediaSet>
  readonly emodb: (options?: DatasetOptions) => Promise<SampledSet>
  readonly 'bonn-eeg': (options?: DatasetOptions) => Promise<SampledSet>
  readonly busi: (options?: DatasetOptions) => Promise<MediaSet>
}

export type DatasetName = keyof DatasetLoaders

/** Every set that can be loaded by its name. */
export const datasets: DatasetLoaders = {
  mnist: loadMnist,
  'fashion-mnist': loadFashionMnist,
  cifar10: loadCifar10,
  emodb: loadEmoDb,
  'bonn-eeg': loadBonnEeg,
  busi: loadBusi,
}
