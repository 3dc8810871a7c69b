import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findFiles } from '../../src/artifacts/find-files.ts'
import type { TemporaryFolder } from '../journals/temporary.ts'
import { temporaryFolder } from '../journals/temporary.ts'

function write(folder: TemporaryFolder, ...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(folder.file(name)), { recursive: true })
    writeFileSync(folder.file(name), name)
  }
}

async function namesOf(folder: string, ...patterns: string[]): Promise<string[]> {
  return (await findFiles(folder, patterns)).files.map(({ name }) => name)
}

describe('files of a folder that match patterns', () => {
  it('are found once each, in the order of their names', async () => {
    using folder = temporaryFolder()
    write(folder, 'model.onnx', 'plots/b.png', 'plots/a.png', 'plots/deep/c.png', 'other.txt')
    const found = await findFiles(folder.path, ['plots/**/*.png', '**/a.png', 'model.*', '*.pt'])
    expect(found.files).toEqual([
      { name: 'model.onnx', path: join(folder.path, 'model.onnx') },
      { name: 'plots/a.png', path: join(folder.path, 'plots/a.png') },
      { name: 'plots/b.png', path: join(folder.path, 'plots/b.png') },
      { name: 'plots/deep/c.png', path: join(folder.path, 'plots/deep/c.png') },
    ])
    expect(found).toMatchObject({ unmatched: ['*.pt'], more: false, problems: [] })
  })

  it('are no links and nothing beyond links, no folders, and nothing outside', async () => {
    using outside = temporaryFolder()
    using folder = temporaryFolder()
    write(outside, 'secret')
    write(folder, 'real')
    mkdirSync(folder.file('folder'))
    symlinkSync(outside.file('secret'), folder.file('link'))
    symlinkSync(outside.path, folder.file('linked'))
    expect(await namesOf(folder.path, '**', 'linked/secret', 'link')).toEqual(['real'])
  })

  it("include attune's own only when they are named", async () => {
    using folder = temporaryFolder()
    write(folder, 'stdout.log', 'stderr.log', 'result.json', 'sub/stdout.log', 'mine.log')
    expect(await namesOf(folder.path, '**')).toEqual(['mine.log', 'sub/stdout.log'])
    expect(await namesOf(folder.path, '*.log', 'result.json')).toEqual(['mine.log', 'result.json'])
  })

  it('are none where there is no folder, and not more than are asked for', async () => {
    using folder = temporaryFolder()
    write(folder, 'a', 'b', 'c')
    expect(await namesOf(folder.file('missing'), '**')).toEqual([])
    const some = await findFiles(folder.path, ['*'], 2)
    expect(some.files.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(some.more).toBe(true)
    expect((await findFiles(folder.path, ['*'], 3)).more).toBe(false)
  })
})
