import type { History, StudyCard } from '@attune/core'
import { studyCard } from '@attune/core'

import { isDead, openWorkers } from '../journals/run-standing.ts'
import type { Packer } from './packer.ts'
import type { StudyFeed } from './study-feed.ts'

/** How cards are made of histories, and what is kept for that let go. */
export interface CardTools {
  cardOf(feed: StudyFeed, history: History): MadeCard
  /** The history of a study was let go. */
  release(feed: StudyFeed): void
}

/** A card, which holds until there are other events or a worker dies. */
export interface MadeCard {
  readonly card: StudyCard
  /** Whether somebody died who was not known to be dead when it was made: no event tells that. */
  isOutlived(): boolean
}

export function createCardTools(packer: Packer): CardTools {
  return {
    cardOf({ id, name, file }, history) {
      const { dead, others } = openWorkers(history)
      const card = studyCard(history, { id, name, journal: file, dead })
      return { card, isOutlived: () => others.some(isDead) }
    },
    release: (feed) => packer.release(feed),
  }
}

/** The card of a study of which nothing is known but why. */
export function emptyCard(
  known: Pick<StudyCard, 'id' | 'name' | 'journal'> &
    Partial<Pick<StudyCard, 'problem' | 'createdAt'>>,
): StudyCard {
  return {
    objectives: [],
    createdAt: 0,
    changedAt: 0,
    states: { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0, paused: 0 },
    spark: [],
    tags: [],
    archived: false,
    ...known,
  }
}
