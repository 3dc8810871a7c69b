import { useState } from 'preact/hooks'
import type { OpenedStudy, TrialView } from '../data/engine.ts'
import { Button } from '../ui/button.tsx'
import { IconCopy, IconEye, IconHide, IconSkip, IconWarning } from '../ui/icons.tsx'
import { isSteerable } from './commands.ts'
import { exclude, failTrial, skipTrial } from './end-trial.ts'
import { EnqueueDialog } from './enqueue-dialog.tsx'
import './steer.css'

export interface TrialCommandsProps {
  readonly study: OpenedStudy
  readonly view: Pick<TrialView, 'number' | 'state' | 'excluded'>
}

/** What can be done with a trial: clone and edit it, end it, take it out of search and charts. */
export function TrialCommands({ study, view }: TrialCommandsProps) {
  const [isCloning, setCloning] = useState(false)
  if (!isSteerable(study)) return null
  const { number, state, excluded } = view
  const isOpen = state === 'waiting' || state === 'running' || state === 'paused'
  return (
    <>
      <Button isSmall icon={<IconCopy size={14} />} onClick={() => setCloning(true)}>
        Clone and edit
      </Button>
      {isOpen && (
        <Button isSmall icon={<IconSkip size={14} />} onClick={() => void skipTrial(study, number)}>
          Skip
        </Button>
      )}
      {isOpen && state !== 'paused' && (
        <Button
          isSmall
          isDangerous
          icon={<IconWarning size={14} />}
          onClick={() => void failTrial(study, number)}
        >
          Mark as failed
        </Button>
      )}
      {!isOpen && (
        <Button
          isSmall
          icon={excluded ? <IconEye size={14} /> : <IconHide size={14} />}
          onClick={() => void exclude(study, [number], !excluded)}
        >
          {excluded ? 'Take back in' : 'Exclude'}
        </Button>
      )}
      {isCloning && (
        <EnqueueDialog study={study} trial={number} onClose={() => setCloning(false)} />
      )}
    </>
  )
}
