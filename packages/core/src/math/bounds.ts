import { AttuneError } from '../errors.ts'

/**
 * Refuses what is no integer in 0 … `limit`.
 * @throws AttuneError `usage`
 */
export function refuseOutside(name: string, value: number, limit: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= limit) return
  throw new AttuneError('usage', `${name} must be an integer in 0 … ${limit}, but got ${value}.`, {
    details: { [name]: String(value) },
  })
}
