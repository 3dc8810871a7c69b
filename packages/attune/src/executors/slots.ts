/** The places in which the trials of an executor run at once, counted from 0. */
export interface Slots {
  /** The free place with the smallest number. */
  take(): number
  give(slot: number): void
}

export function createSlots(): Slots {
  const taken = new Set<number>()
  return {
    take() {
      let slot = 0
      while (taken.has(slot)) slot++
      taken.add(slot)
      return slot
    },
    give: (slot) => void taken.delete(slot),
  }
}
