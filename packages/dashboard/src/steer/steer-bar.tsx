import { useEffect, useState } from 'preact/hooks'
import { confirmBox, promptBox } from '../app/confirm.ts'
import { atWork } from '../data/at-work.ts'
import type { AboutStudy, OpenedStudy } from '../data/engine.ts'
import type { StudyFacts } from '@attune/core'
import { Button } from '../ui/button.tsx'
import { IconFilter, IconPause, IconPlay, IconPlus, IconStop } from '../ui/icons.tsx'
import { Menu } from '../ui/menu.tsx'
import { act, isSteerable } from './commands.ts'
import { EnqueueDialog } from './enqueue-dialog.tsx'
import { NarrowDialog } from './narrow-dialog.tsx'
import './steer.css'

export interface SteerBarProps {
  readonly study: OpenedStudy
  readonly about: AboutStudy
  readonly facts: StudyFacts | undefined
}

/**
 * Studies that are to be stopped from this page when their last running trial has ended: first the page
 * asks to pause, then it waits; whoever resumes the study calls it off.
 */
const stopping = new Map<string, 'asked' | 'paused'>()

/** What can be done to a study that runs: pause, stop, enqueue, other ranges. Nothing where all is read-only. */
export function SteerBar({ study, about, facts }: SteerBarProps) {
  const [open, setOpen] = useState<'enqueue' | 'narrow' | undefined>()
  const running = facts === undefined ? 0 : atWork(facts)
  useStopWhenDone(study, about.name, running, facts)
  if (!isSteerable(study)) return null
  const paused = facts?.steering?.command === 'pause'
  const close = (): void => setOpen(undefined)
  return (
    <div class="steer-bar" role="group" aria-label="Steering">
      {paused ? (
        <Button
          look="primary"
          aria-label="Resume"
          icon={<IconPlay size={14} />}
          title={facts?.steering?.why ?? pausedHint(running)}
          onClick={() => void resume(study)}
        >
          <span class="steer-label">Resume</span>
        </Button>
      ) : (
        <Button
          aria-label="Pause"
          icon={<IconPause size={14} />}
          title="No further trial starts; what runs goes on to its end"
          disabled={facts === undefined}
          onClick={() => void pause(study, running)}
        >
          <span class="steer-label">Pause</span>
        </Button>
      )}
      <Menu
        label="Pause or stop"
        icon={<IconStop size={14} />}
        text="Stop"
        isDisabled={facts === undefined}
        items={[
          {
            label: 'Pause with a reason…',
            about: 'Others see it, until somebody resumes.',
            icon: <IconPause />,
            isDisabled: paused,
            onSelect: () => void pauseWithReason(study, running),
          },
          {
            label: 'Stop after running trials',
            about: `${trialsText(running)} to the end; leave this page open so long.`,
            icon: <IconStop />,
            isDisabled: running === 0,
            onSelect: () => void stopWhenDone(study, about.name, running),
          },
          {
            label: 'Stop now…',
            about: 'What runs is put back for the next run.',
            icon: <IconStop />,
            isDangerous: true,
            onSelect: () => void stopNow(study, about.name, running),
          },
        ]}
      />
      <Button aria-label="Enqueue" icon={<IconPlus size={14} />} onClick={() => setOpen('enqueue')}>
        <span class="steer-label">Enqueue</span>
      </Button>
      <Button aria-label="Ranges" icon={<IconFilter size={14} />} onClick={() => setOpen('narrow')}>
        <span class="steer-label">Ranges</span>
      </Button>
      {open === 'enqueue' && (
        <EnqueueDialog study={study} trial={facts?.best?.trial} onClose={close} />
      )}
      {open === 'narrow' && <NarrowDialog study={study} onClose={close} />}
    </div>
  )
}

function pausedHint(running: number): string {
  return running === 0
    ? 'No trial starts until it is resumed.'
    : `${trialsText(running)} to the end.`
}

function trialsText(running: number): string {
  return running === 1 ? 'The running trial goes on' : `${running} running trials go on`
}

async function pause(study: OpenedStudy, running: number, why?: string): Promise<void> {
  const going = running === 0 ? '' : ` ${trialsText(running)} to the end.`
  const command = { kind: 'pause', ...(why === undefined ? {} : { why }) } as const
  await act(study, command, { text: `Paused.${going}`, undo: { kind: 'resume' } })
}

async function pauseWithReason(study: OpenedStudy, running: number): Promise<void> {
  const why = await promptBox({
    title: 'Pause the study',
    text: 'No further trial starts until somebody resumes it, also after a new start.',
    yes: 'Pause',
    input: { label: 'Why, for others', value: '', optional: true },
  })
  if (why !== undefined) await pause(study, running, why === '' ? undefined : why)
}

async function resume(study: OpenedStudy): Promise<void> {
  await act(study, { kind: 'resume' }, { text: 'Resumed.', undo: { kind: 'pause' } })
}

async function stopNow(study: OpenedStudy, name: string, running: number): Promise<void> {
  const lost =
    running === 0
      ? 'Whoever runs it ends.'
      : `Whoever runs it ends now. ${running === 1 ? 'The running trial is' : `${running} running trials are`} put back and start anew with the next run, or from their checkpoints.`
  const yes = await confirmBox({
    title: `Stop ${name}?`,
    text: `${lost} Nothing that has ended is lost; attune run goes on with the study.`,
    yes: 'Stop now',
    isDangerous: true,
  })
  if (yes) await act(study, { kind: 'stop' }, { text: 'Stopped. attune run goes on with it.' })
}

async function stopWhenDone(study: OpenedStudy, name: string, running: number): Promise<void> {
  const why = 'It is to stop after the running trials.'
  const text = `${name} stops when ${running === 1 ? 'its running trial has' : 'its running trials have'} ended.`
  stopping.set(study.id, 'asked')
  const done = await act(study, { kind: 'pause', why }, { text, undo: { kind: 'resume' } })
  if (!done) stopping.delete(study.id)
}

function useStopWhenDone(
  study: OpenedStudy,
  name: string,
  running: number,
  facts: StudyFacts | undefined,
): void {
  const paused = facts?.steering?.command === 'pause'
  useEffect(() => {
    const state = stopping.get(study.id)
    if (facts === undefined || state === undefined) return
    if (!paused) {
      if (state === 'paused') stopping.delete(study.id)
      return
    }
    stopping.set(study.id, 'paused')
    if (running > 0) return
    stopping.delete(study.id)
    void act(study, { kind: 'stop' }, { text: `${name} has stopped.` })
  }, [study.id, running, paused])
}
