/**
 * Which trials are selected: those for which all conditions hold; undefined is no selection. One
 * selection serves all charts and the table, and stands in the address of the page.
 */
export type Selection = readonly SelectionCondition[]

export type SelectionCondition =
  /** Trials by number, ascending. */
  | { readonly kind: 'trials'; readonly trials: readonly number[] }
  /** A range of a column, which is called as `Axis.column`; ends belong to it. */
  | { readonly kind: 'range'; readonly column: string; readonly low: number; readonly high: number }
  /** Places on an axis of categories. */
  | { readonly kind: 'labels'; readonly column: string; readonly labels: readonly string[] }
  /** An expression of the engine's language over what `trialScope` knows. */
  | { readonly kind: 'where'; readonly expression: string }
