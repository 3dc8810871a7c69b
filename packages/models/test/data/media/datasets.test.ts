import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  loadBonnEeg,
  loadBusi,
  loadCifar10,
  loadEmoDb,
  loadFashionMnist,
  loadMnist,
} from '../../../src/data/media/datasets.ts'
import { download, type KnownFile } from '../../../src/data/media/download.ts'
import { gzipped, idxBytes } from './bytes-of.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'attune-datasets-'))
})
afterAll(() => rm(root, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

/** A folder with these files, gzip where the name says so. */
async function folderWith(
  name: string,
  files: Record<string, Uint8Array | string>,
): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    const path = join(root, name, file)
    await mkdir(dirname(path), { recursive: true })
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    await writeFile(path, file.endsWith('.gz') ? await gzipped(bytes) : bytes)
  }
  return join(root, name)
}

const refused = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })

describe('MNIST and Fashion-MNIST', () => {
  const images = idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 6])
  const labels = idxBytes([2], [7, 9])

  it('are read packed and unpacked, by either name', async () => {
    const folder = await folderWith('mnist', {
      'train-images-idx3-ubyte.gz': images,
      'train-labels-idx1-ubyte': labels,
      't10k-images.idx3-ubyte': idxBytes([1, 1, 3], [9, 9, 9]),
      't10k-labels.idx1-ubyte': idxBytes([1], [0]),
    })
    const train = await loadMnist({ folder })
    expect(train).toMatchObject({
      name: 'mnist',
      count: 2,
      shape: [1, 1, 3],
      classes: [...'0123456789'],
    })
    expect([...train.x]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...train.labels]).toEqual([7, 9])
    expect((await loadMnist({ folder, part: 'test' })).count).toBe(1)
    expect((await loadFashionMnist({ folder })).classes[9]).toBe('Ankle boot')
  })

  it('are found where ATTUNE_DATA says', async () => {
    await folderWith('mnist', {
      'train-images-idx3-ubyte.gz': images,
      'train-labels-idx1-ubyte': labels,
    })
    vi.stubEnv('ATTUNE_DATA', root)
    expect((await loadMnist()).count).toBe(2)
    vi.stubEnv('ATTUNE_DATA', join(root, 'absent'))
    await expect(loadMnist()).rejects.toThrow(
      refused('data/missing', join(root, 'absent', 'mnist')),
    )
  })

  it('are refused when images and labels do not fit', async () => {
    const load = async (name: string, i: Uint8Array, l: Uint8Array) =>
      loadMnist({
        folder: await folderWith(name, {
          'train-images-idx3-ubyte': i,
          'train-labels-idx1-ubyte': l,
        }),
      })
    await expect(load('a', images, idxBytes([1], [1]))).rejects.toThrow(
      refused('data/format', 'must be 2 bytes'),
    )
    await expect(load('b', labels, labels)).rejects.toThrow(
      refused('data/format', 'three dimensions'),
    )
    await expect(load('c', images, idxBytes([2], [1, 10]))).rejects.toThrow(
      refused('data/format', 'byte 9: label 10'),
    )
    await expect(load('d', images.subarray(0, 20), labels)).rejects.toThrow(
      refused('data/format', 'byte 20'),
    )
  })
})

it('CIFAR-10 is read from subsets and from the original files', async () => {
  const records = (...classes: number[]) =>
    Uint8Array.from(classes.flatMap((label) => [label, ...new Array<number>(3072).fill(label)]))
  const subset = await folderWith('cifar10', {
    'train-2.bin.gz': records(5),
    'train-1.bin.gz': records(3, 4),
    'test.bin.gz': records(9),
  })
  const train = await loadCifar10({ folder: subset })
  expect(train).toMatchObject({ count: 3, shape: [3, 32, 32], labels: Int32Array.of(3, 4, 5) })
  expect([train.x[0], train.x[3072], train.x[3 * 3072 - 1]]).toEqual([3, 4, 5])
  expect((await loadCifar10({ folder: subset, part: 'test' })).labels).toEqual(Int32Array.of(9))
  const original = await folderWith('original', {
    'cifar-10-batches-bin/data_batch_1.bin': records(1),
    'cifar-10-batches-bin/data_batch_1.bin.gz': records(1),
    'cifar-10-batches-bin/test_batch.bin': records(2),
  })
  expect((await loadCifar10({ folder: original })).labels).toEqual(Int32Array.of(1))
  await expect(loadCifar10({ folder: root })).rejects.toThrow(
    refused('data/missing', 'data_batch_1.bin'),
  )
})

describe('EmoDB', () => {
  const header = 'file,speaker,sex,age,text,emotion,class,offset,samples'
  const load = async (index: string, name = 'emo') =>
    loadEmoDb({
      folder: await folderWith(name, {
        'index.csv': index,
        'audio-11025-ulaw.u8.gz': Uint8Array.of(255, 0, 128),
      }),
    })

  it('is read with its speakers', async () => {
    const set = await load(
      `${header}\na,03,male,31,a01,anger,0,1,2\nb,08,male,31,a01,neutral,6,0,1\nc,03,m,1,a,fear,3,2,1\n`,
    )
    expect(set).toMatchObject({
      count: 3,
      shape: [1, 2],
      sampleRate: 11_025,
      labels: Int32Array.of(0, 6, 3),
    })
    expect(set.groups).toEqual({
      kind: 'speaker',
      codes: Int32Array.of(0, 1, 0),
      labels: ['03', '08'],
    })
    expect([...set.lengths]).toEqual([2, 1, 1])
    // (256^|y| - 1) / 255 of y = -1, of y = 128/127.5 - 1, of y = 1.
    const small = (256 ** (1 / 255) - 1) / 255
    ;[-1, small, 1, 0, small, 0].forEach((value, i) => expect(set.x[i]).toBeCloseTo(value, 9))
  })

  it('is refused when the index does not fit', async () => {
    await expect(load(`${header}\na,03,m,1,a,anger,0,2,2`)).rejects.toThrow(
      refused('data/format', 'bytes up to 4'),
    )
    await expect(load(`${header}\na,03,m,1,a,anger,7,0,1`)).rejects.toThrow(
      refused('data/format', 'line 2: class is `7`'),
    )
    await expect(load(`${header}\na,03`)).rejects.toThrow(refused('data/format', 'line 2: 2 cells'))
    await expect(load('file,class\na,1')).rejects.toThrow(
      refused('data/format', 'speaker, offset, samples is absent'),
    )
    await expect(load(`${header}\na,03,m,1,a,anger,0,-1,1`)).rejects.toThrow(
      refused('data/format', 'offset'),
    )
  })
})

it('the EEG of Bonn is read with its segments', async () => {
  const bytes = new Uint8Array(2 * 4097 * 2)
  bytes.set([0xfe, 0xff], 4097 * 2)
  const index = 'row,segment,set,class\n0,Z001,Z,0\n1,S001,S,4\n'
  const folder = await folderWith('eeg', { 'segments.i16.gz': bytes, 'index.csv': index })
  const set = await loadBonnEeg({ folder })
  expect(set).toMatchObject({
    count: 2,
    shape: [1, 4097],
    sampleRate: 173.61,
    labels: Int32Array.of(0, 4),
  })
  expect(set.x[4097]).toBe(-2)
  expect(set.groups?.labels).toEqual(['Z001', 'S001'])
  const short = await folderWith('eeg-short', {
    'segments.i16.gz': bytes.subarray(2),
    'index.csv': index,
  })
  await expect(loadBonnEeg({ folder: short })).rejects.toThrow(refused('data/format', 'byte 16386'))
})

it('BUSI is read, copies in one group', async () => {
  const index = [
    'row,class_name,class,source_number,source_width,source_height,duplicate_of_row',
    '0,normal,0,1,9,9,',
    '1,benign,1,1,9,9,',
    '2,benign,1,2,9,9,1',
  ].join('\n')
  const bytes = new Uint8Array(3 * 4096)
  bytes[4096] = 200
  const folder = await folderWith('busi', { 'images-64x64.u8.gz': bytes, 'index.csv': index })
  const set = await loadBusi({ folder })
  expect(set).toMatchObject({ count: 3, shape: [1, 64, 64], labels: Int32Array.of(0, 1, 1) })
  expect(set.x[4096]).toBe(200)
  expect([...set.groups!.codes]).toEqual([0, 1, 1])
  await expect(loadBusi({ folder: join(root, 'nowhere') })).rejects.toThrow(
    refused('data/missing', 'images-64x64'),
  )
})

describe('downloads', () => {
  const content = new TextEncoder().encode('known content')
  const sha256 = createHash('sha256').update(content).digest('hex')
  const server = createServer((request, response) => {
    if (request.url !== '/file') response.writeHead(404)
    response.end(request.url === '/file' ? content : '')
  })
  let home = ''
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    home = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  })
  afterAll(() => new Promise((done) => server.close(done)))

  const known = (changes: Partial<KnownFile>): KnownFile => ({
    urls: [`${home}/absent`, `${home}/file`],
    sha256,
    of: 'file',
    limit: 1000,
    ...changes,
  })

  it('go on to the next address, and are put in their place once checked', async () => {
    const path = join(root, 'new', 'deep', 'file')
    await download(known({}), path)
    expect(await readdir(dirname(path))).toEqual(['file'])
  })

  it('are not kept when they are something else', async () => {
    const path = join(root, 'wrong', 'file')
    await mkdir(dirname(path))
    await expect(download(known({ sha256: '0'.repeat(64) }), path)).rejects.toThrow(
      refused('data/format', sha256),
    )
    expect(await readdir(dirname(path))).toEqual([])
  })

  it('fail with all the reasons when no address gives the file', async () => {
    const urls = [`${home}/absent`, 'http://127.0.0.1:1/file']
    await expect(download(known({ urls }), join(root, 'x'))).rejects.toThrow(/404.*127\.0\.0\.1:1/)
    await expect(download(known({ limit: 5 }), join(root, 'x'))).rejects.toThrow(
      refused('data/missing', 'more than 5 bytes'),
    )
  })
})
