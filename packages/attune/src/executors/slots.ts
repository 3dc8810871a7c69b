/** The places in which the trials of an executor run at once, counted from 0. */
export interface Slots {
  /** The free place with the smallest number. */
  take(): number
  give(slot: number): void
}

/** What a place gives to the programs that run in it. */
export interface SlotOptions {
  /** Variables of a place, such as the GPUs that it has for itself. */
  readonly slotEnvironment?: (slot: number) => Readonly<Record<string, string>>
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

/** `ATTUNE_SLOT` is for what two trials at once must not share, such as a port. */
export function slotEnvironment(
  { slotEnvironment: more }: SlotOptions,
  slot: number,
): Record<string, string> {
  return { ATTUNE_SLOT: String(slot), ...more?.(slot) }
}
