import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'

import { getEngine } from '../../app/engine.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { hrefOf } from '../../app/route.ts'
import { sourceOf } from '../../app/sources.ts'
import type { OpenedStudy } from '../../data/engine.ts'
import { LinkButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { StudyModel } from './model/study-model.ts'
import { createStudyModel, StudyProvider } from './model/study-model.ts'
import { StudyHeader } from './parts/header.tsx'
import { SelectionBar } from './parts/selection-bar.tsx'
import { StaleBanner } from './parts/stale-banner.tsx'
import { StudySkeleton } from './parts/study-skeleton.tsx'
import { StudyTabs, tabOf } from './parts/study-tabs.tsx'
import './charts/charts.css'
import './parts/selection-bar.css'
import './study.css'
import './trial/trial.css'
import { CompareTrials } from './trial/compare-trials.tsx'
import { TrialDrawer } from './trial/trial-drawer.tsx'

export interface StudyPageProps {
  /** As it stands in the address. */
  readonly id: string
  /** What stands after it: the name of a page. */
  readonly path: string
}

type Opening =
  | { readonly state: 'opening'; readonly share: number }
  | { readonly state: 'opened'; readonly opened: OpenedStudy }
  | { readonly state: 'refused'; readonly message: string; readonly code: string }

/** A study: the answer first, then its charts, trials and what went wrong. */
export default function StudyPage({ id, path }: StudyPageProps): JSX.Element {
  const opening = useOpened(id)
  if (opening.state === 'opening') return <StudySkeleton share={opening.share} />
  if (opening.state === 'refused') return <Refused {...opening} />
  return <Opened key={opening.opened.id} id={id} tab={path.split('/')[0]} opened={opening.opened} />
}

function useOpened(id: string): Opening {
  const [opening, setOpening] = useState<Opening & { readonly of: string }>({
    ...{ state: 'opening', share: 0, of: id },
  })
  useEffect(() => {
    let gone = false
    let opened: OpenedStudy | undefined
    const source = sourceOf(id)
    if (source === undefined) {
      const message = 'The file is no longer open in this page. Choose it again.'
      setOpening({ state: 'refused', message, code: 'file', of: id })
      return undefined
    }
    const open = async (): Promise<void> => {
      const engine = await getEngine()
      opened = await engine.open(source, (share) => {
        if (!gone) setOpening({ state: 'opening', share, of: id })
      })
      if (gone) opened[Symbol.dispose]()
      else setOpening({ state: 'opened', opened, of: id })
    }
    open().catch((error: unknown) => {
      if (gone) return
      const message = error instanceof Error ? error.message : String(error)
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      setOpening({ state: 'refused', message, code, of: id })
    })
    return () => {
      gone = true
      opened?.[Symbol.dispose]()
    }
  }, [id])
  return opening.of === id ? opening : { state: 'opening', share: 0 }
}

function Refused({
  message,
  code,
}: {
  readonly message: string
  readonly code: string
}): JSX.Element {
  usePageTitle('No study')
  return (
    <EmptyState
      isPage
      title={code.endsWith('not-found') ? 'There is no such study' : 'This study cannot be shown'}
      actions={
        <LinkButton look="primary" href={hrefOf('/')}>
          All studies
        </LinkButton>
      }
    >
      <p>{message}</p>
    </EmptyState>
  )
}

interface OpenedProps {
  readonly id: string
  readonly tab: string | undefined
  readonly opened: OpenedStudy
}

function Opened({ id, tab, opened }: OpenedProps): JSX.Element {
  const onServer = sourceOf(id)?.kind === 'server'
  const model = useMemo<StudyModel>(
    () => createStudyModel(id, opened, onServer),
    [id, opened, onServer],
  )
  useEffect(() => () => model[Symbol.dispose](), [model])
  usePageTitle(model.facts.value?.title ?? opened.about.name)
  const { id: active, Page } = tabOf(tab)
  return (
    <StudyProvider value={model}>
      <div class="page study" data-tab={active}>
        <StaleBanner />
        <StudyHeader />
        <StudyTabs active={active} />
        <div class="study-body">
          <Page />
        </div>
        <SelectionBar />
        <TrialDrawer />
        <CompareTrials />
      </div>
    </StudyProvider>
  )
}
