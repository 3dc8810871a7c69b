import type { Journal } from '@attune/core'
import { journalCases } from '@attune/core/testing'
import { afterEach, describe, it } from 'vitest'

import type { JournalStore, StoreOptions } from '../../src/journals/journal-store.ts'
import { openStore } from '../../src/journals/store.ts'
import type { TemporaryFolder } from './temporary.ts'
import { temporaryFolder } from './temporary.ts'

interface Used {
  readonly folder: TemporaryFolder
  readonly store: JournalStore
  readonly study: string
}

describe.each([
  ['SQLite', 'attune.db', 'normal'],
  ['SQLite', 'attune.db', 'full'],
  ['JSON lines', 'study.jsonl', 'normal'],
  ['JSON lines', 'study.jsonl', 'full'],
] as const)('a journal in %s (%s, durability %s)', (_, name, durability) => {
  const options: StoreOptions = { durability }
  const used = new Map<Journal, Used>()

  const openAs = async (use: Omit<Used, 'store'>): Promise<Journal> => {
    const store = await openStore(use.folder.file(name), options)
    const journal = await store.journal(use.study)
    used.set(journal, { ...use, store })
    return journal
  }
  const cases = journalCases((study) => openAs({ folder: temporaryFolder(), study }), {
    async reopen(journal) {
      const use = used.get(journal) as Used
      await use.store[Symbol.asyncDispose]()
      return openAs(use)
    },
    ...(name === 'attune.db' && { share: (journal) => openAs(used.get(journal) as Used) }),
  })

  afterEach(async () => {
    for (const { store } of used.values()) await store[Symbol.asyncDispose]()
    for (const { folder } of used.values()) folder[Symbol.dispose]()
    used.clear()
  })
  for (const { name: title, run } of cases) it(title, run)
})
