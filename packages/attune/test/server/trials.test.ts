import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact, StudyEvent } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { openArtifactStore } from '../../src/artifacts/artifact-store.ts'
import { trialFolder } from '../../src/executors/trial-folder.ts'
import { openStore } from '../../src/journals/store.ts'
import type { Folder, Ui } from './support/ui.ts'
import { folder, openStudy, runTrials, serve } from './support/ui.ts'

interface Stage extends AsyncDisposable {
  readonly ui: Ui
  /** The address of the trial. */
  readonly trial: string
  readonly folder: string
}

/** A study of one trial that left these files under these names. */
async function stage(place: Folder, files: Readonly<Record<string, string>>): Promise<Stage> {
  const journal = place.file('a.db')
  const artifacts: Artifact[] = []
  const store = openArtifactStore(journal)
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(place.file('draft'), text)
    const draft = await store.copyIn(place.file('draft'))
    await store.place(draft)
    artifacts.push({ name, sha256: draft.sha256, bytes: draft.bytes })
  }
  {
    await using study = await openStudy(journal, 'a')
    await study.ask()
    await using opened = await openStore(journal)
    const log = await opened.journal('a')
    const reports = [1, 2, 3].map((step): StudyEvent => ({
      ...{ type: 'trial-reported', at: 5_000 + step, trial: 0, epoch: 0, step },
      values: { value: 1 / step },
    }))
    await log.append([
      ...reports,
      {
        ...{ type: 'trial-finished', at: 9_000, trial: 0, epoch: 0, state: 'complete' },
        metrics: { value: 0.5 },
        resources: { seconds: 4 },
        artifacts,
      },
    ])
    await study.refresh()
    await runTrials(study, 2)
  }
  const ui = await serve([journal])
  const [card] = await ui.cards()
  const trial = `/api/studies/${card!.id}/trials/0`
  const home = trialFolder(journal, 'a', 0)
  mkdirSync(home, { recursive: true })
  return { ui, trial, folder: home, [Symbol.asyncDispose]: () => ui[Symbol.asyncDispose]() }
}

interface Details {
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly output: Readonly<Record<string, number>>
  readonly artifacts: readonly unknown[]
  readonly story: readonly { readonly at: number; readonly text: string }[]
}

describe('a trial', () => {
  it('tells what its columns do not: files, output, environment and what happened', async () => {
    using place = folder()
    await using stand = await stage(place, { 'plots/curve.png': 'png', 'model.html': '<b>' })
    const { ui, trial } = stand
    writeFileSync(join(stand.folder, 'stdout.log'), 'twelve bytes')
    const details = (await ui.get(trial)).json<Details>()
    expect(details).toMatchObject({
      folder: stand.folder,
      output: { stdout: 12 },
      artifacts: [
        { name: 'plots/curve.png', bytes: 3, type: 'image/png' },
        { name: 'model.html', bytes: 3, type: 'application/octet-stream' },
      ],
    })
    expect(details.environment).toMatchObject({ ATTUNE_STUDY: 'a', ATTUNE_TRIAL: '0' })
    const story = details.story.map(({ text }) => text)
    expect(story[0]).toBe('opened')
    expect(story[1]).toMatch(/^started by .*\/\d+/)
    expect(story[2]).toMatch(/^got its values/)
    expect(story.slice(3)).toEqual(['reported 3 times, steps 1 to 3', 'complete after 4.0 s'])
    expect(details.story.at(-1)?.at).toBe(9_000)
  })

  it('that does not exist is not found', async () => {
    using place = folder()
    await using stand = await stage(place, {})
    const { ui, trial } = stand
    for (const name of ['2', '-1', '0x0', '1e0', '..', '%2e%2e', 'NaN', '9999999999']) {
      const path = trial.replace(/0$/, name)
      expect([path, (await ui.get(path)).status]).toEqual([path, 404])
    }
  })
})

describe('output', () => {
  it('is given as text: its end, or from a byte on', async () => {
    using place = folder()
    await using stand = await stage(place, {})
    const { ui, trial } = stand
    const text = `<script>alert(1)</script>${'x'.repeat(1_200_000)}end`
    writeFileSync(join(stand.folder, 'stdout.log'), text)
    writeFileSync(join(stand.folder, 'stderr.1.log'), 'of the first attempt')
    const reply = await ui.get(`${trial}/output/stdout`)
    expect(reply.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'attune-size': String(text.length),
      'attune-from': String(text.length - 1_000_000),
    })
    expect(reply.headers['content-security-policy']).toContain('sandbox')
    expect(reply.text()).toBe(text.slice(-1_000_000))
    const from = text.length - 3
    expect((await ui.get(`${trial}/output/stdout?from=${from}`)).text()).toBe('end')
    expect((await ui.get(`${trial}/output/stdout?from=99999999`)).text()).toBe('')
    expect((await ui.get(`${trial}/output/stderr?attempt=1`)).text()).toBe('of the first attempt')
    expect((await ui.get(`${trial}/output/stderr`)).status).toBe(404)
  })

  it('is of these two names only, and no link that a program left in their place', async () => {
    using place = folder()
    await using stand = await stage(place, {})
    const { ui, trial } = stand
    writeFileSync(place.file('secret'), 'classified')
    symlinkSync(place.file('secret'), join(stand.folder, 'stdout.log'))
    writeFileSync(join(stand.folder, 'result.json'), 'classified')
    const names = [
      'stdout',
      'result.json',
      '..%2f..%2fsecret',
      'stdout.log',
      'stdout%2f..%2fstdout',
    ]
    for (const name of names) {
      const reply = await ui.get(`${trial}/output/${name}`)
      expect([name, reply.status]).toEqual([name, 404])
      expect(reply.text()).not.toContain('classified')
    }
    expect((await ui.get(trial)).json<Details>().output).toEqual({})
  })
})

describe('artifacts', () => {
  it('are given by their own type where a browser only shows them, else to be saved', async () => {
    using place = folder()
    const files = {
      'curve.png': 'png',
      'sound.wav': '0123456789',
      'log.csv': 'a,b',
      'page.html': '<script>alert(1)</script>',
      'drawing.svg': '<svg onload="alert(1)"/>',
      'paper.pdf': '%PDF',
      'tricky.png.html': '<b>',
      'naïve "name"\n.bin': 'x',
    }
    await using stand = await stage(place, files)
    const { ui, trial } = stand
    const found = new Map<string, [string | undefined, string]>()
    for (const [name, text] of Object.entries(files)) {
      const reply = await ui.get(`${trial}/artifacts/${encodeURIComponent(name)}`)
      expect([name, reply.status, reply.text()]).toEqual([name, 200, text])
      expect(reply.headers['x-content-type-options']).toBe('nosniff')
      expect(reply.headers['content-security-policy']).toMatch(/^sandbox/)
      const disposition = reply.headers['content-disposition'] as string
      found.set(name, [reply.headers['content-type'], disposition.split(';')[0] as string])
    }
    const saved = ['application/octet-stream', 'attachment']
    expect(Object.fromEntries(found)).toEqual({
      'curve.png': ['image/png', 'inline'],
      'sound.wav': ['audio/wav', 'inline'],
      'log.csv': ['text/plain; charset=utf-8', 'inline'],
      'page.html': saved,
      'drawing.svg': saved,
      'paper.pdf': saved,
      'tricky.png.html': saved,
      'naïve "name"\n.bin': saved,
    })
  })

  it('are given in parts to players', async () => {
    using place = folder()
    await using stand = await stage(place, { 'sound.wav': '0123456789' })
    const path = `${stand.trial}/artifacts/sound.wav`
    const part = await stand.ui.get(path, { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.headers['content-range'], part.text()]).toEqual([
      206,
      'bytes 2-4/10',
      '234',
    ])
    expect((await stand.ui.get(path, { headers: { range: 'bytes=-3' } })).text()).toBe('789')
    expect((await stand.ui.get(path, { headers: { range: 'bytes=20-' } })).text()).toBe(
      '0123456789',
    )
  })

  it('are found by the names in the journal and by no path', async () => {
    using place = folder()
    const bad = '../../secret'
    await using stand = await stage(place, { 'a/b.txt': 'inside', [bad]: 'stored' })
    const { ui, trial } = stand
    writeFileSync(place.file('secret'), 'classified')
    expect((await ui.get(`${trial}/artifacts/a/b.txt`)).text()).toBe('inside')
    expect((await ui.get(`${trial}/artifacts/a%2fb.txt`)).text()).toBe('inside')
    // A journal may come from anywhere: such a name is one of a content, and leads nowhere.
    expect((await ui.get(`${trial}/artifacts/${encodeURIComponent(bad)}`)).text()).toBe('stored')
    const paths = [
      '../../../secret',
      '..%2f..%2f..%2fsecret',
      '%2e%2e/%2e%2e/secret',
      'a/../../secret',
      'a%00b',
      '%ff',
      '',
      'a',
      'A/B.TXT',
    ]
    for (const path of paths) {
      const reply = await ui.get(`${trial}/artifacts/${path}`)
      expect(reply.text()).not.toContain('classified')
      expect([path, reply.status >= 400]).toEqual([path, true])
    }
  })

  it('that are not kept any more are not found', async () => {
    using place = folder()
    await using stand = await stage(place, { 'a.txt': 'inside' })
    const { store, hash } = await only(place)
    await store.discard(hash)
    for (const trashed of (await store.trash()).keys()) await store.remove(trashed)
    expect((await stand.ui.get(`${stand.trial}/artifacts/a.txt`)).status).toBe(404)
  })
})

async function only(
  place: Folder,
): Promise<{ store: ReturnType<typeof openArtifactStore>; hash: string }> {
  const store = openArtifactStore(place.file('a.db'))
  const [file] = await store.list()
  return { store, hash: file!.sha256 }
}
