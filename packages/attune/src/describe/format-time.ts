/** A moment in the time of this place: `2026-11-21 06:57:12`. `ms` is since the epoch. */
export function formatTime(ms: number): string {
  const moment = new Date(ms)
  if (Number.isNaN(moment.getTime())) return '–'
  const local = new Date(ms - moment.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replace('T', ' ')
}
