import { chmodSync, copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { attune, start, temporaryFolder, writeStudy } from './support/attune.ts'

/** Runs the study on a journal that is not right: one clear message, exit code 2, file unchanged. */
async function refused(folder: string, journal: string, text: string | RegExp): Promise<void> {
  const before = readFileSync(join(folder, journal))
  const { code, stderr, stdout } = await attune(['run', 'study.yaml', '--journal', journal], folder)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(text)
  expect(stderr).toMatch(/^attune: /)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(readFileSync(join(folder, journal)).equals(before)).toBe(true)
}

async function studyIn(folder: string, journal: string): Promise<void> {
  writeStudy(folder, 'known', 'trials: 3')
  expect((await attune(['run', 'study.yaml', '--journal', journal], folder)).code).toBe(0)
}

describe('a journal that cannot be used is refused and left as it is', { timeout: 30_000 }, () => {
  it('not ours at all', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'known', 'trials: 3')
    writeFileSync(
      join(folder.path, 'picture.db'),
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    )
    await refused(folder.path, 'picture.db', /picture\.db/)
    const other = new DatabaseSync(join(folder.path, 'other.db'))
    other.exec('create table notes (text)')
    other.close()
    await refused(folder.path, 'other.db', /other\.db/)
  })

  it('of a newer attune', async () => {
    using folder = temporaryFolder()
    await studyIn(folder.path, 'new.jsonl')
    const file = join(folder.path, 'new.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version":1', '"version":2'))
    await refused(folder.path, 'new.jsonl', /newer attune.*Update/s)
  })

  it('truncated or damaged', async () => {
    using folder = temporaryFolder()
    await studyIn(folder.path, 'short.db')
    truncateSync(join(folder.path, 'short.db'), 3000)
    await refused(folder.path, 'short.db', /short\.db/)
    await studyIn(folder.path, 'lines.jsonl')
    const file = join(folder.path, 'lines.jsonl')
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, [lines[0], 'torn in the middle', ...lines.slice(1)].join('\n'))
    await refused(folder.path, 'lines.jsonl', /line 2/)
  })

  it('locked by another process', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'known', 'trials: 400', 30)
    const first = start(['run', 'study.yaml', '--journal', 'lines.jsonl'], folder.path)
    while (!first.stdout().includes('trial 0 ')) await new Promise((done) => setTimeout(done, 20))
    const second = await attune(['run', 'study.yaml', '--journal', 'lines.jsonl'], folder.path)
    first.kill('SIGINT')
    await first.ended
    expect([second.code, second.stdout]).toEqual([2, ''])
    expect(second.stderr).toContain(String(first.pid))
    expect(second.stderr).toContain('.db')
  })

  it('of another study, in JSON lines', async () => {
    using folder = temporaryFolder()
    await studyIn(folder.path, 'lines.jsonl')
    writeStudy(folder.path, 'other', 'trials: 3')
    await refused(folder.path, 'lines.jsonl', /known/)
  })

  it.skipIf(process.getuid?.() === 0)(
    'read-only (not asked of root, who may write anything)',
    async () => {
      using folder = temporaryFolder()
      await studyIn(folder.path, 'fixed.db')
      copyFileSync(join(folder.path, 'fixed.db'), join(folder.path, 'copy.db'))
      chmodSync(join(folder.path, 'copy.db'), 0o444)
      await refused(folder.path, 'copy.db', /written|read-only/)
    },
  )
})
