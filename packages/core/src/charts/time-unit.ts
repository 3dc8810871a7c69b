/** The unit in which a time of so many seconds is drawn, and its length in seconds. */
export function timeUnit(seconds: number): { readonly unit: string; readonly size: number } {
  if (seconds < 180) return { unit: 's', size: 1 }
  if (seconds < 3 * 3600) return { unit: 'min', size: 60 }
  return seconds < 3 * 86_400 ? { unit: 'h', size: 3600 } : { unit: 'd', size: 86_400 }
}
