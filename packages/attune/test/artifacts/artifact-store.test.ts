import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ArtifactStore } from '../../src/artifacts/artifact-store.ts'
import { artifactFolder, openArtifactStore } from '../../src/artifacts/artifact-store.ts'
import type { References } from '../../src/artifacts/collect-artifacts.ts'
import { collectArtifacts } from '../../src/artifacts/collect-artifacts.ts'
import { putArtifact } from '../../src/artifacts/put-artifact.ts'
import { run } from '../journals/processes.ts'
import type { TemporaryFolder } from '../journals/temporary.ts'
import { temporaryFolder } from '../journals/temporary.ts'

// printf hello | sha256sum
const hello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
const nothing = async (): Promise<References> => ({ kept: new Set(), mentioned: new Set() })

function write(folder: TemporaryFolder, name: string, text: string | Buffer): string {
  writeFileSync(folder.file(name), text)
  return folder.file(name)
}

function leftovers(store: ArtifactStore): string[] {
  const kinds = ['incoming', 'pins', 'trash'].map((kind) => join(store.folder, kind))
  return kinds.flatMap((kind) => (existsSync(kind) ? readdirSync(kind) : []))
}

const isWhole = (file: string, sha256: string): boolean =>
  createHash('sha256').update(readFileSync(file)).digest('hex') === sha256

describe('the store of artifacts', () => {
  it('keeps content once, read-only, under its hash, beside the journal', async () => {
    using folder = temporaryFolder()
    const store = openArtifactStore(folder.file('study.db'))
    const first = write(folder, 'first', 'hello')
    chmodSync(first, 0o400)
    const one = await putArtifact(store, first)
    const two = await putArtifact(store, write(folder, 'second', 'hello'))
    expect([one.sha256, one.bytes]).toEqual([hello, 5])
    expect([two.sha256, two.bytes]).toEqual([hello, 5])
    const file = folder.file(`study.artifacts/2c/${hello}`)
    expect(await store.find(hello)).toBe(file)
    expect(readFileSync(file, 'utf8')).toBe('hello')
    expect(statSync(file).mode & 0o777).toBe(0o444)
    expect(readFileSync(first, 'utf8')).toBe('hello')
    expect(statSync(first).mode & 0o777).toBe(0o400)
    expect(await store.list()).toHaveLength(1)
    await one.release()
    expect((await store.pins()).get(hello)?.isHeld).toBe(true)
    await two.release()
    expect(leftovers(store)).toEqual([])
  })

  it.each(['a.db', 'a.sqlite', 'a.jsonl', 'a.ndjson', 'a'])('of %s lies in a.artifacts', (name) => {
    expect(artifactFolder(`/some/${name}`)).toBe('/some/a.artifacts')
  })

  it('is not changed when a file is written to after it was stored', async () => {
    using folder = temporaryFolder()
    const store = openArtifactStore(folder.file('study.db'))
    const file = write(folder, 'model', 'hello')
    await putArtifact(store, file)
    writeFileSync(file, 'other')
    expect(readFileSync((await store.find(hello)) ?? '', 'utf8')).toBe('hello')
  })

  it('replaces content that was cut short', async () => {
    using folder = temporaryFolder()
    const store = openArtifactStore(folder.file('study.db'))
    const file = write(folder, 'model', 'hello')
    await putArtifact(store, file)
    const place = (await store.find(hello)) ?? ''
    chmodSync(place, 0o644)
    truncateSync(place, 2)
    await putArtifact(store, file)
    expect(readFileSync(place, 'utf8')).toBe('hello')
  })

  it('holds nothing of a file that cannot be read, and knows no names but hashes', async () => {
    using folder = temporaryFolder()
    const store = openArtifactStore(folder.file('study.db'))
    mkdirSync(folder.file('folder'))
    await expect(putArtifact(store, folder.file('folder'))).rejects.toThrow()
    await expect(putArtifact(store, folder.file('missing'))).rejects.toThrow('ENOENT')
    expect(leftovers(store)).toEqual([])
    expect(await store.list()).toEqual([])
    expect(await store.find('../../../etc/passwd')).toBeUndefined()
    expect(await store.find(hello)).toBeUndefined()
  })

  it('holds nothing of a file for which there is no room', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('study.db')
    const file = write(folder, 'large', Buffer.alloc(1 << 20, 7))
    // No file of more than 64 or 128 kB may be written.
    const child = run('../artifacts/support/putter.ts', [journal, file], {
      shell: 'ulimit -f 128; exec "$@"',
    })
    await child.hasWritten(1)
    expect(child.lines).toEqual(['EFBIG'])
    const store = openArtifactStore(journal)
    expect(leftovers(store)).toEqual([])
    expect(await store.list()).toEqual([])
    child.process.kill('SIGKILL')
    await child.ended
  })

  it('has no wrong content when a process is killed while it copies', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('study.db')
    const store = openArtifactStore(journal)
    const file = write(folder, 'large', Buffer.alloc(96 << 20, 7))
    const child = run('../artifacts/support/putter.ts', [journal, file])
    while (leftovers(store).length === 0) await sleep(1)
    // A collector meanwhile leaves what is being copied alone.
    await collectArtifacts(store, nothing, { unknownAfterMs: 0 })
    expect(leftovers(store).length).toBeGreaterThan(0)
    child.process.kill('SIGKILL')
    await child.ended
    expect(child.lines).toEqual([])
    for (const { sha256 } of await store.list()) {
      expect(isWhole((await store.find(sha256)) ?? '', sha256)).toBe(true)
    }
    await collectArtifacts(store, nothing)
    expect(leftovers(store)).toEqual([])
    const { sha256 } = await putArtifact(store, file)
    expect(isWhole((await store.find(sha256)) ?? '', sha256)).toBe(true)
  })

  it('lets go of what a process stored that died before it could record it', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('study.db')
    const store = openArtifactStore(journal)
    const child = run('../artifacts/support/putter.ts', [journal, write(folder, 'model', 'hello')])
    await child.hasWritten(1)
    expect(child.lines).toEqual([hello])
    expect(await collectArtifacts(store, nothing, { unknownAfterMs: 0 })).toMatchObject({
      files: 0,
    })
    expect(await store.find(hello)).toBeDefined()
    child.process.kill('SIGKILL')
    await child.ended
    // Known to be left over, so that it need not be old.
    expect(await collectArtifacts(store, nothing)).toEqual({ files: 1, bytes: 5, young: 0 })
    expect(leftovers(store)).toEqual([])
  })

  it('keeps what a process recorded before it died', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('study.db')
    const store = openArtifactStore(journal)
    const child = run('../artifacts/support/putter.ts', [journal, write(folder, 'model', 'hello')])
    await child.hasWritten(1)
    child.process.kill('SIGKILL')
    await child.ended
    const kept = async (): Promise<References> => ({
      kept: new Set([hello]),
      mentioned: new Set([hello]),
    })
    expect(await collectArtifacts(store, kept)).toEqual({ files: 0, bytes: 0, young: 0 })
    expect(await store.find(hello)).toBeDefined()
    expect(leftovers(store)).toEqual([])
  })
})
