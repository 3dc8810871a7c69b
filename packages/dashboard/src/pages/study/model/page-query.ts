import type { ReadonlySignal } from '@preact/signals'
import { computed } from '@preact/signals'

import { hrefOf, route, studyPath } from '../../../app/route.ts'

export { setQuery } from '../../../app/route.ts'

/** The query of the page's address. */
export const pageQuery: ReadonlySignal<URLSearchParams> = computed(() => route.value.query)

/** What stays in the address when another page of the same study is opened. */
const lasting = ['sel', 'out', 'trial', 'o', 'log', 'by', 'view', 'quartiles']

/** Where a page of a study is; selection and options go along. */
export function tabHref(
  id: string,
  page: string,
  more: Readonly<Record<string, string>> = {},
): string {
  return hrefOf(tabPath(id, page, more))
}

export function tabPath(
  id: string,
  page: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = pageQuery.value
  const kept = lasting.flatMap((key) => {
    const value = query.get(key)
    return value === null ? [] : [[key, value] as const]
  })
  return studyPath(id, page, { ...Object.fromEntries(kept), ...more })
}

/** The trial whose drawer is open. */
export const openTrial: ReadonlySignal<number | undefined> = computed(() => {
  const text = pageQuery.value.get('trial')
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
})
