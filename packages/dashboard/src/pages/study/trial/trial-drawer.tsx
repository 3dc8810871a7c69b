import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

import { useKeys } from '../../../app/keys.ts'
import type { TrialView } from '../../../data/engine.ts'
import { Badge } from '../../../ui/badge.tsx'
import { IconButton } from '../../../ui/button.tsx'
import { IconClose, IconLeft, IconRight } from '../../../ui/icons.tsx'
import { ChartView } from '../charts/chart-view.tsx'
import { useFileDrop } from '../files/file-drop.ts'
import { TrialFiles } from '../files/trial-files.tsx'
import { useUploads } from '../files/use-uploads.ts'
import { openTrial, setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { drawerId, enterDrawer, leaveDrawer } from './drawer-focus.ts'
import { NearestTrials } from './nearest-trials.tsx'
import { OutputViewer } from './output-viewer.tsx'
import { TrialActions } from './trial-actions.tsx'
import type { TrialDetails } from './trial-details.ts'
import { useTrialDetails } from './trial-details.ts'
import { TrialFailure, TrialFacts, TrialParams, TrialResults, TrialStory } from './trial-parts.tsx'
import { TrialNote } from './trial-note.tsx'
import { useTrial } from './use-trial.ts'

/** Everything of one trial, beside the page: the charts stay as they are. */
export function TrialDrawer(): JSX.Element | null {
  const trial = openTrial.value
  return trial === undefined ? null : <Drawer trial={trial} />
}

function Drawer({ trial }: { readonly trial: number }): JSX.Element {
  const { opened, table, canWrite } = useStudy()
  const box = useRef<HTMLDivElement>(null)
  const { view, problem } = useTrial(trial)
  const { details, problem: unread } = useTrialDetails(trial, view?.state, view?.attached)
  const owner = { study: opened, trial, attached: view?.attached ?? [] }
  const sending = useUploads(owner)
  const { isOver, handlers } = useFileDrop(canWrite && view ? sending.send : undefined)
  useEffect(() => table.watch(), [table])
  useLayoutEffect(() => {
    const drawer = box.current
    return () => leaveDrawer(drawer)
  }, [])
  useEffect(() => box.current?.querySelector('.drawer-body')?.scrollTo(0, 0), [trial])
  const order = table.order.value
  const place = order?.indexOf(trial) ?? -1
  const [before, after] = [order?.[place - 1], order?.[place + 1]]
  const go = (to: number | undefined): void => {
    if (to !== undefined && place >= 0) setQuery({ trial: String(to) })
  }
  const close = (): void => setQuery({ trial: undefined })
  useKeys([
    { keys: 'Escape', about: 'Close the trial', act: close },
    { keys: 'd', about: 'Go into the trial that is open', act: enterDrawer },
    {
      keys: 'ArrowLeft',
      about: 'The trial before, in the order of the table',
      act: () => go(before),
    },
    {
      keys: 'ArrowRight',
      about: 'The next trial, in the order of the table',
      act: () => go(after),
    },
  ])
  return (
    <div
      class={`drawer${isOver ? ' is-over' : ''}`}
      ref={box}
      id={drawerId}
      tabIndex={-1}
      role="dialog"
      aria-modal="false"
      aria-label={`Trial ${trial}`}
      {...handlers}
    >
      <header class="drawer-head">
        <h2>Trial {trial}</h2>
        {view === undefined ? null : <StateMark state={view.state} />}
        {view?.excluded === true ? <Badge tone="warn">excluded</Badge> : null}
        <span class="drawer-steps">
          <IconButton
            label="Trial before (←)"
            disabled={before === undefined || place < 0}
            onClick={() => go(before)}
          >
            <IconLeft />
          </IconButton>
          <IconButton
            label="Next trial (→)"
            disabled={after === undefined || place < 0}
            onClick={() => go(after)}
          >
            <IconRight />
          </IconButton>
          <IconButton label="Close (Escape)" onClick={close}>
            <IconClose />
          </IconButton>
        </span>
      </header>
      <div class="drawer-body">
        {view === undefined ? (
          <p class="soft drawer-part">{problem ?? 'Reading …'}</p>
        ) : (
          <Body view={view} details={details} unread={unread} sending={sending} />
        )}
      </div>
    </div>
  )
}

interface BodyProps {
  readonly view: TrialView
  readonly details: TrialDetails | undefined
  readonly unread: string | undefined
  readonly sending: ReturnType<typeof useUploads>
}

function Body({ view, details, unread, sending }: BodyProps): JSX.Element {
  const { number, curves, why } = view
  return (
    <>
      <TrialActions view={view} />
      <TrialFailure view={view} />
      <TrialResults view={view} />
      <TrialParams view={view} />
      {why === undefined ? null : (
        <section class="drawer-part">
          <h3>Why it was suggested</h3>
          <p>{why}</p>
        </section>
      )}
      {curves === undefined ? null : (
        <section class="drawer-part">
          <h3>Reported</h3>
          <ChartView chart={curves} height={200} isAlone />
        </section>
      )}
      <TrialFacts view={view} details={details} />
      <NearestTrials trial={number} />
      {details === undefined ? null : (
        <>
          <section class="drawer-part">
            <h3>Output</h3>
            <OutputViewer trial={number} sizes={details.output} />
          </section>
          <TrialFiles key={number} view={view} artifacts={details.artifacts} {...sending} />
        </>
      )}
      {unread === undefined ? null : (
        <p class="soft drawer-part">Output and artifacts could not be read: {unread}</p>
      )}
      <TrialNote view={view} />
      <TrialStory view={view} details={details} />
    </>
  )
}
