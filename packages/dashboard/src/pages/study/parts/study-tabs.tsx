import type { ComponentType, JSX } from 'preact'

import type { Tab } from '../../../ui/tabs.tsx'
import { Tabs } from '../../../ui/tabs.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { tabHref } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import { Overview } from '../tabs/overview.tsx'
import { lazyPart } from './lazy-part.tsx'

interface StudyTab {
  readonly id: string
  readonly label: string
  readonly Page: ComponentType
}

const pending = <Skeleton height={420} />
const later = (load: () => Promise<{ readonly default: ComponentType }>): ComponentType =>
  lazyPart(() => load().then((part) => part.default), pending)

const overview: StudyTab = { id: '', label: 'Overview', Page: Overview }

/** The pages of a study; all but the first come when they are asked for. */
const studyTabs: readonly StudyTab[] = [
  overview,
  { id: 'charts', label: 'Charts', Page: later(() => import('../tabs/charts-tab.tsx')) },
  { id: 'trials', label: 'Trials', Page: later(() => import('../trials/trials-tab.tsx')) },
  { id: 'timeline', label: 'Timeline', Page: later(() => import('../tabs/timeline-tab.tsx')) },
  { id: 'failures', label: 'Failures', Page: later(() => import('../tabs/failures-tab.tsx')) },
  {
    id: 'importance',
    label: 'Importance',
    Page: later(() => import('../tabs/importance-tab.tsx')),
  },
  { id: 'judge', label: 'Judge', Page: later(() => import('../tabs/judge-tab.tsx')) },
  { id: 'settings', label: 'Settings', Page: later(() => import('../tabs/settings-tab.tsx')) },
]

/** The page of an address such as `/study/ID/charts`; the overview for what is not known. */
export const tabOf = (id: string | undefined): StudyTab =>
  studyTabs.find((tab) => tab.id === (id ?? '')) ?? overview

export function StudyTabs({ active }: { readonly active: string }): JSX.Element {
  const { id, facts, canWrite } = useStudy()
  const states = facts.value?.states
  const counts: Readonly<Record<string, number | undefined>> = {
    trials: states === undefined ? undefined : Object.values(states).reduce((a, b) => a + b, 0),
    failures: states?.failed,
    judge: facts.value?.toJudge,
  }
  const tabs = studyTabs
    .filter((tab) => tab.id !== 'judge' || canWrite)
    .map((tab): Tab => {
      const count = counts[tab.id]
      return {
        id: tab.id,
        label: tab.label,
        href: tabHref(id, tab.id),
        ...(count === undefined || count === 0 ? {} : { count }),
      }
    })
  return (
    <div class="study-tabs">
      <Tabs label="Study" tabs={tabs} active={active} />
    </div>
  )
}
