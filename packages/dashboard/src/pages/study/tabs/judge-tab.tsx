import type { JSX } from 'preact'

import { useStudy } from '../model/study-model.ts'
import { lazyPart } from '../parts/lazy-part.tsx'

const Judge = lazyPart(() => import('../../../judge/judge-page.tsx').then((part) => part.JudgePage))

/** Trials that people judge. */
export default function JudgeTab(): JSX.Element {
  const { opened, facts } = useStudy()
  return <Judge study={opened} about={opened.about} facts={facts.value} />
}
