import type { ParcelReader, ParcelWriter } from './parcel.ts'
import { emptyColumn } from './parcel.ts'

/** Plain data by row, of which many are equal: each stands once in a list, rows hold its place. */
export interface WordColumn<T> {
  readonly words: readonly T[]
  readonly places: Float64Array
}

/** @param rows how many there are; rows for which `of` gives undefined have nothing */
export function wordColumn<T>(
  rows: number,
  entries: Iterable<readonly [row: number, word: T | undefined]>,
): WordColumn<T> {
  const words: T[] = []
  const places = emptyColumn(rows)
  const known = new Map<unknown, number>()
  for (const [row, word] of entries) {
    if (word === undefined) continue
    const key = typeof word === 'object' && word !== null ? JSON.stringify(word) : word
    let place = known.get(key)
    if (place === undefined) {
      known.set(key, (place = words.length))
      words.push(word)
    }
    places[row] = place
  }
  return { words, places }
}

/** Adds the places to a parcel, and gives the words for its data. */
export function addWords<T>(parcel: ParcelWriter, { words, places }: WordColumn<T>): readonly T[] {
  parcel.add(places)
  return words
}

/** Calls back for every row that has a word, from the next column of a parcel. */
export function eachWord<T>(
  parcel: ParcelReader,
  words: readonly T[],
  take: (row: number, word: T) => void,
): void {
  parcel.next(emptyColumn).forEach((place, row) => {
    if (!Number.isNaN(place)) take(row, words[place]!)
  })
}
