import type { History } from '../../journal/history.ts'
import type { HistoryView } from '../../journal/view.ts'

/**
 * Keeps a state that is folded over the settled trials of a view, in the order in which they
 * settled. What was folded is remembered and brought forward; a view that shows less, a study that
 * was changed or another key is folded from the start. The state depends on nothing but the key, the
 * study and the settled trials.
 */
export function createFold<K extends readonly unknown[], S>(
  start: (...key: K) => S,
  add: (state: S, view: HistoryView, trial: number) => void,
): (view: HistoryView, ...key: K) => S {
  const kept = new WeakMap<
    History,
    {
      readonly key: K
      readonly era: number
      readonly order: HistoryView['order']
      readonly state: S
      settled: number
    }
  >()
  return (view, ...key) => {
    let fold = kept.get(view.history)
    if (
      fold === undefined ||
      fold.era !== view.history.era ||
      fold.order !== view.order ||
      fold.settled > view.settledCount ||
      fold.key.some((part, i) => part !== key[i])
    ) {
      fold = {
        key,
        era: view.history.era,
        order: view.order,
        state: start(...key),
        settled: 0,
      }
      kept.set(view.history, fold)
    }
    while (fold.settled < view.settledCount) add(fold.state, view, view.settledAt(fold.settled++))
    return fold.state
  }
}
