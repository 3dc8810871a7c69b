import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { formatShare } from '../../../ui/format.ts'
import { Skeleton } from '../../../ui/skeleton.tsx'

/** Holds the places of a study until it is read; says how far it is when that takes a while. */
export function StudySkeleton({ share }: { readonly share: number }): JSX.Element {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 300)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div class="page study" aria-busy="true">
      <header class="study-head">
        <div class="study-title">
          <h1 class="study-name">
            <span class="visually-hidden">Reading the study</span>
            <Skeleton width={280} height={28} />
          </h1>
        </div>
        <div class="facts">
          {[0, 1, 2, 3].map((key) => (
            <div class="fact" key={key}>
              <Skeleton width={60} height={14} />
              <Skeleton width={120} height={34} />
              <Skeleton width={160} height={14} />
            </div>
          ))}
        </div>
      </header>
      <p class="soft loading-share" role="status">
        {slow && share > 0 ? `Reading: ${formatShare(share)}` : '\u00A0'}
      </p>
      <div class="study-body">
        <Skeleton height={360} />
      </div>
    </div>
  )
}
