import type { KnownFile } from './download.ts'

interface NamedFile {
  readonly name: string
  readonly known: KnownFile
}

interface IdxPart {
  readonly images: NamedFile
  readonly labels: NamedFile
}

/** The files of a set like MNIST by part. */
export interface IdxFiles {
  readonly train: IdxPart
  readonly test: IdxPart
}

function idxFiles(
  homes: readonly string[],
  of: KnownFile['of'],
  sums: readonly [string, string, string, string],
): IdxFiles {
  const file = (name: string, sha256: string): NamedFile => ({
    name,
    known: { urls: homes.map((home) => `${home}${name}.gz`), sha256, of, limit: 64 * 2 ** 20 },
  })
  return {
    train: {
      images: file('train-images-idx3-ubyte', sums[0]),
      labels: file('train-labels-idx1-ubyte', sums[1]),
    },
    test: {
      images: file('t10k-images-idx3-ubyte', sums[2]),
      labels: file('t10k-labels-idx1-ubyte', sums[3]),
    },
  }
}

/** Checksums of the unpacked files: mirrors may pack them anew. */
export const mnistFiles: IdxFiles = idxFiles(
  [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
  'unpacked',
  [
    'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  ],
)

/** Checksums of the packed files as TensorFlow Datasets lists them (url_checksums/fashion_mnist.txt). */
export const fashionMnistFiles: IdxFiles = idxFiles(
  ['https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/'],
  'file',
  [
    '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
    '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
  ],
)

/** The checksum that TorchVision for Ruby and MLDatasets.jl have for it. */
export const cifar10Archive: KnownFile = {
  urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
  of: 'file',
  limit: 256 * 2 ** 20,
}
