/** Splits what a stream brings at the marks by which a worker says that a trial has printed all. */
export interface MarkedStream {
  push(chunk: Buffer): void
  /** Hands out what may have been the beginning of a mark; call it when the stream has ended. */
  end(): void
}

/** What a worker writes to its output behind the last words of a trial. */
export const endMarker = (token: string): string => `\0${token}end of trial\0`

/**
 * A scanner for one output stream of a worker: everything before a mark goes to `onData`, then
 * `onMark` is called. A mark may come in pieces, and several in one chunk.
 */
export function createMarkedStream(
  marker: string,
  onData: (chunk: Buffer) => void,
  onMark: () => void,
): MarkedStream {
  const mark = Buffer.from(marker)
  let held: Buffer = Buffer.alloc(0)
  const give = (chunk: Buffer): void => {
    if (chunk.length > 0) onData(chunk)
  }
  return {
    push(chunk) {
      let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      for (let at = rest.indexOf(mark); at >= 0; at = rest.indexOf(mark)) {
        give(rest.subarray(0, at))
        onMark()
        rest = rest.subarray(at + mark.length)
      }
      const kept = partOfMark(rest, mark)
      give(rest.subarray(0, rest.length - kept))
      held = rest.subarray(rest.length - kept)
    },
    end() {
      give(held)
      held = Buffer.alloc(0)
    },
  }
}

/** How many of the last bytes may be the beginning of a mark. */
function partOfMark(bytes: Buffer, mark: Buffer): number {
  // The first byte of a mark does not come again before its end.
  const at = bytes.lastIndexOf(mark[0] as number)
  const length = at < 0 ? 0 : bytes.length - at
  return length < mark.length && mark.subarray(0, length).equals(bytes.subarray(at)) ? length : 0
}
