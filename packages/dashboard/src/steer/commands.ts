import { command } from '../app/api.ts'
import { canWrite } from '../app/session.ts'
import { embeddedId } from '../app/sources.ts'
import { tell, tellError } from '../app/toasts.ts'
import type { OpenedStudy } from '../data/engine.ts'
import type { CommandDone, StudyCommand } from '@attune/core'

/** A study that commands can be sent to: its id is the server's. */
export type Steered = Pick<OpenedStudy, 'id'>

/** Whether commands can be sent to a study from here; not to files, and not where all is read-only. */
export function isSteerable({ id }: Steered): boolean {
  return canWrite.value && id !== embeddedId && !id.startsWith('file ')
}

/** Sends a command; the error is the engine's. */
export function send({ id }: Steered, given: StudyCommand): Promise<CommandDone> {
  return command(id, given)
}

/** What is said when commands are done, with those that take them back if there are any. */
export interface Said {
  readonly text: string
  readonly undo?: StudyCommand | readonly StudyCommand[]
}

/**
 * Sends commands one after the other and tells what came of them: the text, with a button that takes them
 * back, or why one was refused, which ends it. Gives whether all was done.
 */
export async function act(
  study: Steered,
  given: StudyCommand | readonly StudyCommand[],
  { text, undo }: Said,
): Promise<boolean> {
  try {
    for (const each of Array.isArray(given)
      ? (given as readonly StudyCommand[])
      : [given as StudyCommand]) {
      await send(study, each)
    }
  } catch (error) {
    tellError(error)
    return false
  }
  const back = undo === undefined ? undefined : () => void act(study, undo, { text: 'Taken back.' })
  tell(text, 'good', back === undefined ? undefined : { label: 'Undo', act: back })
  return true
}
