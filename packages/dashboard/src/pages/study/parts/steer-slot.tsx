import type { JSX } from 'preact'

import { useStudy } from '../model/study-model.ts'
import { lazyPart } from './lazy-part.tsx'

const SteerBar = lazyPart(
  () => import('../../../steer/steer-bar.tsx').then((part) => part.SteerBar),
  null,
  true,
)

/** Pausing, stopping and steering, where somebody may. */
export function SteerSlot(): JSX.Element | null {
  const { opened, facts, canWrite } = useStudy()
  return canWrite ? <SteerBar study={opened} about={opened.about} facts={facts.value} /> : null
}
