import type { StudyPageProps } from '../pages/study/study-page.tsx'
import type { ComponentType } from 'preact'
import { getEngine } from './engine.ts'

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
