import type { ReadonlySignal } from '@preact/signals'
import { signal } from '@preact/signals'

export interface Question {
  readonly title: string
  readonly text?: string
  /** What the button says that does it. */
  readonly yes: string
  readonly isDangerous?: boolean
  /** Asks for a text too, which begins as this. */
  readonly input?: { readonly label: string; readonly value: string; readonly optional?: boolean }
}

interface Asked {
  readonly question: Question
  readonly answer: (text: string | undefined) => void
}

const shown = signal<Asked | undefined>(undefined)

/** The question that stands open. */
export const asked: ReadonlySignal<Asked | undefined> = shown

/** Asks before something is done; false when it is not wanted. */
export async function confirmBox(question: Omit<Question, 'input'>): Promise<boolean> {
  return (await put(question)) !== undefined
}

/** Asks for a text; undefined when it is not wanted. */
export async function promptBox(
  question: Question & { readonly input: NonNullable<Question['input']> },
): Promise<string | undefined> {
  return await put(question)
}

function put(question: Question): Promise<string | undefined> {
  shown.value?.answer(undefined)
  return new Promise((resolve) => {
    shown.value = {
      question,
      answer: (text) => {
        shown.value = undefined
        resolve(text)
      },
    }
  })
}
