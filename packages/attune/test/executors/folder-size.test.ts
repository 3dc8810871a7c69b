import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderBytes } from '../../src/executors/folder-size.ts'
import { temporaryFolder } from './processes.ts'

describe('the size of a folder', () => {
  it('is what its files take on the disk, each once', async () => {
    const folder = temporaryFolder()
    expect(await folderBytes(folder)).toBe(0)
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/b/one'), Buffer.alloc(100_000, 1))
    const one = await folderBytes(folder)
    expect(one).toBeGreaterThanOrEqual(100_000)
    expect(one).toBeLessThan(120_000)
    linkSync(join(folder, 'a/b/one'), join(folder, 'again'))
    symlinkSync(join(folder, 'a/b/one'), join(folder, 'link'))
    symlinkSync(folder, join(folder, 'a/circle'))
    expect((await folderBytes(folder)) - one).toBeLessThan(20_000)
    writeFileSync(join(folder, 'hole'), '')
    truncateSync(join(folder, 'hole'), 50_000_000)
    expect((await folderBytes(folder)) - one).toBeLessThan(1_000_000)
  })

  it('is not counted to the end when it is enough', async () => {
    const folder = temporaryFolder()
    for (let i = 0; i < 50; i++) writeFileSync(join(folder, String(i)), Buffer.alloc(10_000, 1))
    const counted = await folderBytes(folder, 30_000)
    expect(counted).toBeGreaterThan(30_000)
    expect(counted).toBeLessThan(100_000)
  })

  it('is nothing for a folder that is gone', async () => {
    expect(await folderBytes(join(temporaryFolder(), 'gone'))).toBe(0)
  })
})
