/** Whether a running trial goes on. */
export type Decision =
  | { readonly kind: 'continue' }
  | { readonly kind: 'stop'; readonly reason: string }
