/** Cuts a stream of bytes into lines of text. */
export interface LineSplitter {
  push(chunk: Buffer): void
  /** Hands out what is left when the stream ends without a line end. */
  end(): void
}

const NEWLINE = 0x0a
const RETURN = 0x0d

/**
 * A splitter at `\n`, `\r\n` and `\r`, for programs that draw a progress bar again and again. Lines
 * are decoded as UTF-8 when they are whole, so chunks may end within a character; bytes that are no
 * UTF-8 become U+FFFD. What a line has beyond `longestBytes` (default 1 MB) is dropped.
 *
 * `onLine` gets each line as soon as its end is seen; `redrawn` says that on a terminal it would
 * stand in the place of the line before. Empty lines that end in `\r` are left out.
 */
export function createLineSplitter(
  onLine: (line: string, redrawn: boolean) => void,
  longestBytes = 1_000_000,
): LineSplitter {
  let pending: Buffer[] = []
  let pendingBytes = 0
  let redrawn = false
  let afterReturn = false

  const keep = (part: Buffer): void => {
    const kept = part.subarray(0, longestBytes - pendingBytes)
    if (kept.length === 0) return
    pending.push(kept)
    pendingBytes += kept.length
  }
  const flush = (): void => {
    const [first] = pending
    const bytes = pending.length === 1 && first !== undefined ? first : Buffer.concat(pending)
    pending = []
    pendingBytes = 0
    onLine(bytes.toString('utf8'), redrawn)
  }
  const endLine = (byte: number | undefined): void => {
    // The second half of \r\n: the line was already handed out at its \r, and now it stays.
    const second = byte === NEWLINE && afterReturn && pendingBytes === 0
    const bare = byte === RETURN
    const empty = pendingBytes === 0
    if (!second && !(bare && empty)) flush()
    if (!bare) redrawn = false
    else if (!empty) redrawn = true
  }

  return {
    push(chunk) {
      let from = 0
      let newline = chunk.indexOf(NEWLINE)
      let carriage = chunk.indexOf(RETURN)
      while (newline >= 0 || carriage >= 0) {
        const at = newline < 0 || (carriage >= 0 && carriage < newline) ? carriage : newline
        if (at > from) afterReturn = false
        keep(chunk.subarray(from, at))
        endLine(chunk[at])
        afterReturn = at === carriage
        from = at + 1
        if (at === newline) newline = chunk.indexOf(NEWLINE, from)
        else carriage = chunk.indexOf(RETURN, from)
      }
      if (from < chunk.length) afterReturn = false
      keep(chunk.subarray(from))
    },
    end() {
      if (pendingBytes > 0) flush()
    },
  }
}
