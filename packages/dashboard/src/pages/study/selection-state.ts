import type { ReadonlySignal } from '@preact/signals'
import { batch, effect, signal } from '@preact/signals'

import type { OpenedStudy } from '../../data/engine.ts'
import type { Selection } from '../../data/selection.ts'
import { selectionFromText, selectionToText } from '../../data/selection-text.ts'
import { pageQuery, setQuery } from './model/page-query.ts'
import { refreshOf } from './model/refresh.ts'
import { countOf, selectionOf, toggled, trialsOf, unionOf } from './model/selection-change.ts'

/** The one selection of a study's page, which its address holds (`sel`). */
export interface SelectionState extends Disposable {
  readonly selection: ReadonlySignal<Selection | undefined>
  /** By trial 1 where it is selected; undefined without a selection, or until that is known. */
  readonly mask: ReadonlySignal<Uint8Array | undefined>
  readonly count: ReadonlySignal<number>
  /** Trials that charts leave out in this page alone (`out` in the address). */
  readonly out: ReadonlySignal<Selection | undefined>
  /** How many these are; undefined until that is known. */
  readonly outCount: ReadonlySignal<number | undefined>
  /** Selects; with `add` what was selected stays selected. */
  set(selection: Selection | undefined, add?: boolean): void
  /** One trial more, or less. */
  toggle(trial: number): void
  clear(): void
  /** The numbers of what is selected. */
  trials(): Promise<readonly number[]>
  /** Takes what is selected out of the charts of this page, or puts everything back. */
  leaveOut(): Promise<void>
  putBack(): void
  /** The study has grown: the mask may have. */
  grown(): void
}

export function createSelectionState(study: OpenedStudy): SelectionState {
  const selection = signal<Selection | undefined>(undefined)
  const out = signal<Selection | undefined>(undefined)
  const mask = signal<Uint8Array | undefined>(undefined)
  const count = signal(0)
  const outCount = signal<number | undefined>(undefined)
  const masks = refreshOf(async () => {
    const asked = selection.peek()
    if (asked === undefined) return
    const found = await study.mask(asked).catch(() => undefined)
    if (selection.peek() !== asked) return
    batch(() => {
      mask.value = found
      count.value = found === undefined ? 0 : countOf(found)
    })
  }, 0)
  const outCounts = refreshOf(async () => {
    const asked = out.peek()
    if (asked === undefined) return
    const found = await study.mask(asked).catch(() => undefined)
    if (out.peek() === asked) outCount.value = found === undefined ? undefined : countOf(found)
  }, 0)
  let text: string | undefined
  let outText: string | undefined
  // The address is where both are kept: links and the browser's way back change them.
  const stop = effect(() => {
    const query = pageQuery.value
    const [nextText, nextOut] = [query.get('sel') ?? '', query.get('out') ?? '']
    if (nextText !== text) {
      text = nextText
      take(readText(nextText))
    }
    if (nextOut !== outText) {
      outText = nextOut
      batch(() => {
        out.value = readText(nextOut)
        outCount.value = undefined
      })
      outCounts.ask()
    }
  })
  const set = (next: Selection | undefined): void => {
    text = next === undefined ? '' : selectionToText(next)
    take(next)
    setQuery({ sel: text })
  }
  const currentTrials = async (): Promise<readonly number[]> => {
    const asked = selection.peek()
    return asked === undefined ? [] : trialsOf(await study.mask(asked))
  }
  return {
    selection,
    mask,
    count,
    out,
    outCount,
    set(next, add = false) {
      const before = selection.peek()
      if (!add || next === undefined || before === undefined) return set(next)
      void Promise.all([study.mask(before), study.mask(next)]).then(([a, b]) =>
        set(selectionOf(trialsOf(unionOf(a, b)))),
      )
    },
    toggle(trial) {
      void currentTrials().then((trials) => set(selectionOf(toggled(trials, trial))))
    },
    clear: () => set(undefined),
    trials: currentTrials,
    async leaveOut() {
      const before = out.peek()
      const masked = await Promise.all(
        [before, selection.peek()].flatMap((each) =>
          each === undefined ? [] : [study.mask(each)],
        ),
      )
      const all = masked.reduce((a, b) => unionOf(a, b), new Uint8Array())
      setQuery({ out: selectionToText(selectionOf(trialsOf(all)) ?? []), sel: '' })
    },
    putBack: () => setQuery({ out: '' }),
    grown() {
      masks.ask()
      outCounts.ask()
    },
    [Symbol.dispose]() {
      stop()
      masks[Symbol.dispose]()
      outCounts[Symbol.dispose]()
    },
  }

  function take(next: Selection | undefined): void {
    batch(() => {
      selection.value = next
      if (next === undefined) {
        mask.value = undefined
        count.value = 0
      } else if (next.length === 1 && next[0]!.kind === 'trials') {
        // Known at once.
        const { trials } = next[0]!
        const made = new Uint8Array((trials.at(-1) ?? -1) + 1)
        for (const trial of trials) made[trial] = 1
        mask.value = made
        count.value = trials.length
      }
    })
    masks.ask()
  }
}

function readText(text: string): Selection | undefined {
  const found = selectionFromText(text)
  return found.length === 0 ? undefined : found
}
