import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import type { OpenedStudy, TrialView } from '../../../data/engine.ts'
import { Button } from '../../../ui/button.tsx'
import { IconEdit, IconEye, IconHide, IconSkip, IconWarning } from '../../../ui/icons.tsx'
import type { MenuItem } from '../../../ui/menu.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { valuesOfTrial } from '../model/nested-values.ts'
import { useStudy } from '../model/study-model.ts'
import { CopyParams } from '../parts/copy-params.tsx'
import { lazyPart } from '../parts/lazy-part.tsx'
import { excludeTrials, failTrial, skipTrial } from './trial-changes.ts'

const EnqueueDialog = lazyPart(() =>
  import('../../../steer/enqueue-dialog.tsx').then((part) => part.EnqueueDialog),
)

/** What can be done with a trial. */
export function TrialActions({ view }: { readonly view: TrialView }): JSX.Element {
  const { opened, selection, canWrite } = useStudy()
  const [cloning, setCloning] = useState(false)
  const { number } = view
  const selected = selection.mask.value?.[number] === 1
  return (
    <div class="drawer-actions">
      <Button isSmall aria-pressed={selected} onClick={() => selection.toggle(number)}>
        {selected ? 'Selected' : 'Select'}
      </Button>
      <CopyParams trial={number} values={() => valuesOfTrial(opened, number)} isSmall />
      {canWrite ? (
        <>
          <Button isSmall icon={<IconEdit size={14} />} onClick={() => setCloning(true)}>
            Clone and edit
          </Button>
          <Menu label="More" text="More" isSmall align="end" items={changesOf(view, opened)} />
        </>
      ) : null}
      {cloning ? (
        <EnqueueDialog study={opened} trial={number} onClose={() => setCloning(false)} />
      ) : null}
    </div>
  )
}

function changesOf({ number, state, excluded }: TrialView, study: OpenedStudy): MenuItem[] {
  const isOpen = state === 'running' || state === 'waiting'
  return [
    {
      label: 'Skip',
      icon: <IconSkip />,
      isDisabled: !isOpen && state !== 'paused',
      onSelect: () => void skipTrial(study, number),
    },
    {
      label: 'Mark as failed',
      icon: <IconWarning />,
      isDangerous: true,
      isDisabled: !isOpen,
      onSelect: () => void failTrial(study, number),
    },
    'rule',
    {
      label: excluded ? 'Take back in' : 'Exclude from search and charts',
      icon: excluded ? <IconEye /> : <IconHide />,
      isDisabled: isOpen,
      onSelect: () => void excludeTrials(study, [number], !excluded),
    },
  ]
}
