import { command } from '../app/api.ts'
import { canWrite } from '../app/session.ts'
import { embeddedId } from '../app/sources.ts'
import { tell, tellError } from '../app/toasts.ts'
import type { OpenedStudy } from '../data/engine.ts'
import type { Artifact, Range } from '@attune/core'

/** What the server is asked to do to a study; see its `commands`. */
export type Command =
  | { readonly kind: 'pause' | 'resume' | 'stop'; readonly why?: string }
  | { readonly kind: 'skip' | 'fail'; readonly trial: number; readonly why?: string }
  | {
      readonly kind: 'enqueue'
      readonly values: Readonly<Record<string, string | number | boolean | null>>
      readonly from?: number
    }
  | { readonly kind: 'narrow'; readonly ranges: Readonly<Record<string, Range>> }
  | ({ readonly kind: 'annotate'; readonly trial?: number } & Annotation)
  | { readonly kind: 'ask' }
  | {
      readonly kind: 'tell'
      readonly trial: number
      readonly metrics: Readonly<Record<string, number>>
    }

/** What can be said of a study or a trial; only what is given changes. */
export type Annotation = {
  readonly note?: string
  /** Number of the event with the note that was edited, 0 for none. */
  readonly was?: number
  readonly tags?: readonly string[]
  readonly title?: string
  readonly archived?: boolean
  readonly excluded?: boolean
  /** Files whose content the server has: those that were attached before. */
  readonly attached?: readonly Artifact[]
  readonly detached?: readonly string[]
  readonly why?: string
}

/** What the answer to a command holds; `trial` after `ask`. */
export interface Answered {
  readonly seq: number
  readonly trial?: number
}

/** A study that commands can be sent to: its id is the server's. */
export type Steered = Pick<OpenedStudy, 'id'>

/** Whether commands can be sent to a study from here; not to files, and not where all is read-only. */
export function isSteerable({ id }: Steered): boolean {
  return canWrite.value && id !== embeddedId && !id.startsWith('file ')
}

/** Sends a command; the error is the engine's. */
export function send({ id }: Steered, given: Command): Promise<Answered> {
  return command(id, given)
}

/** What is said when commands are done, with those that take them back if there are any. */
export interface Said {
  readonly text: string
  readonly undo?: Command | readonly Command[]
}

/**
 * Sends commands one after the other and tells what came of them: the text, with a button that takes them
 * back, or why one was refused, which ends it. Gives whether all was done.
 */
export async function act(
  study: Steered,
  given: Command | readonly Command[],
  { text, undo }: Said,
): Promise<boolean> {
  try {
    for (const each of Array.isArray(given) ? (given as readonly Command[]) : [given as Command]) {
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
