import type { TrialAttempt } from '../charts/attempts.ts'
import { emptyColumn, parcelReader, parcelWriter } from './parcel.ts'
import { addWords, eachWord, wordColumn } from './word-column.ts'

type Mutable = { -readonly [K in keyof TrialAttempt]: TrialAttempt[K] }

interface About {
  readonly workers: readonly string[]
  readonly ends: readonly TrialAttempt['ended'][]
  readonly reasons: readonly string[]
}

/** Runs of trials as bytes, to be compressed. */
export function packAttempts(attempts: readonly TrialAttempt[]): Uint8Array<ArrayBuffer> {
  const parcel = parcelWriter()
  const words = <T>(of: (attempt: TrialAttempt) => T | undefined): readonly T[] =>
    addWords(
      parcel,
      wordColumn(
        attempts.length,
        attempts.map((one, i) => [i, of(one)] as const),
      ),
    )
  for (const name of ['trial', 'epoch', 'from', 'to'] as const) {
    parcel.add(Float64Array.from(attempts, (one) => one[name] ?? Number.NaN))
  }
  return parcel.finish({
    workers: words(({ worker }) => worker),
    ends: words(({ ended }) => ended),
    reasons: words(({ reason }) => reason),
  } satisfies About)
}

export function unpackAttempts(bytes: Uint8Array): TrialAttempt[] {
  const parcel = parcelReader(bytes)
  const { workers, ends, reasons } = parcel.data as About
  const [trials, epochs, from, to] = Array.from({ length: 4 }, () => parcel.next(emptyColumn))
  const attempts = Array.from(trials!, (trial, i): Mutable => ({
    ...{ trial, epoch: epochs![i]!, worker: '', from: from![i]! },
    ...{ to: Number.isNaN(to![i]!) ? undefined : to![i]!, ended: 'running' },
  }))
  eachWord(parcel, workers, (i, worker) => (attempts[i]!.worker = worker))
  eachWord(parcel, ends, (i, ended) => (attempts[i]!.ended = ended))
  eachWord(parcel, reasons, (i, reason) => (attempts[i]!.reason = reason))
  return attempts
}
