import type { StudyPageProps } from '../pages/study/study-page.tsx'
import type { ComponentType } from 'preact'
import type { OpenedStudy } from '../data/engine.ts'
import { getEngine } from './engine.ts'
import { sourceOf } from './sources.ts'

/** The page of a study; its worker starts meanwhile, which otherwise would wait for the page. */
export async function loadStudyPage(): Promise<{
  readonly default: ComponentType<StudyPageProps>
}> {
  // Whoever asks the engine for something hears what is wrong with it.
  getEngine().catch(() => {})
  return await import('../pages/study/study-page.tsx')
}

/** Loads it because somebody is about to go there. */
export function expectStudyPage(): void {
  // When it cannot be loaded, it is told when it is shown.
  loadStudyPage().catch(() => {})
}

/** A study that is read ahead is let go of when no page has taken it after so many milliseconds. */
const patienceMs = 10_000

/** Has a study read while the page that shows it is still being loaded. */
export async function readAhead(id: string): Promise<void> {
  const source = sourceOf(id)
  if (source?.kind !== 'server') return
  let opened: OpenedStudy
  try {
    opened = await (await getEngine()).open(source)
  } catch {
    // The page of the study asks again, and tells of it.
    return
  }
  // Its page opens it for itself meanwhile.
  setTimeout(() => opened[Symbol.dispose](), patienceMs)
}
