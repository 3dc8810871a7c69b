/** For `JSON.stringify`, which has no words for the ends of an open range: tells them apart. */
export function tellInfinity(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
