/**
 * Whether a running trial goes on. `stop` ends its run: for good, or with `pause` until it is promoted,
 * when it is run again from its checkpoint or, if it keeps none, from the start.
 */
export type Decision =
  | { readonly kind: 'continue' }
  | { readonly kind: 'stop'; readonly reason: string; readonly pause?: boolean }
