import type { StudyCard } from '@attune/core'
import type { ReadonlySignal } from '@preact/signals'
import { signal } from '@preact/signals'
import { api } from './api.ts'
import { isFile } from './base.ts'
import { follow } from './follow.ts'
import { loadSession, setStale } from './session.ts'

const cards = signal<ReadonlyMap<string, StudyCard> | undefined>(undefined)
const problem = signal<Error | undefined>(undefined)
const loaded = signal(false)
let watchers = 0
let stop: (() => void) | undefined

/** The studies of the server by id; undefined until they have come. */
export const studies: ReadonlySignal<ReadonlyMap<string, StudyCard> | undefined> = cards

/** Whether all of them have come: a study that is not among them is not there. */
export const areLoaded: ReadonlySignal<boolean> = loaded

/** Why they have not come. */
export const studiesProblem: ReadonlySignal<Error | undefined> = problem

/** Keeps `studies` as they are on the server until the function it gives is called. */
export function followStudies(): () => void {
  if (isFile) return () => {}
  watchers++
  stop ??= start()
  return () => {
    watchers--
    if (watchers > 0) return
    stop?.()
    stop = undefined
  }
}

export async function loadStudies(): Promise<void> {
  try {
    const list = await api<StudyCard[]>('/api/studies')
    cards.value = new Map(list.map((card) => [card.id, readCard(card)]))
    loaded.value = true
    problem.value = undefined
  } catch (error) {
    problem.value = error as Error
  }
}

function start(): () => void {
  void loadStudies()
  let isFirst = true
  // The stream begins with all cards; which are gone since it broke, the list tells.
  return follow('/api/studies/events', {
    events: {
      card: (data) => {
        const card = readCard(data as StudyCard)
        change((next) => next.set(card.id, card))
      },
      gone: (data) => change((next) => next.delete((data as { id: string }).id)),
    },
    onOpen: () => {
      setStale(false)
      if (!isFirst) void loadStudies()
      isFirst = false
    },
    // It may be gone, or be another one that wants to see its link.
    onLost: () => void loadSession(),
  })
}

function change(edit: (next: Map<string, StudyCard>) => void): void {
  const next = new Map(cards.value)
  edit(next)
  cards.value = next
}

/** NaN and infinities are strings in JSON. */
function readCard(card: StudyCard): StudyCard {
  const { best } = card
  return {
    ...card,
    spark: card.spark.map(Number),
    ...(best === undefined ? {} : { best: { ...best, values: best.values.map(Number) } }),
  }
}
