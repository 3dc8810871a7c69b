/** One message of a stream of server-sent events. */
export interface StreamMessage {
  /** Its type; `message` by default. */
  readonly event: string
  readonly data: string
  /** The last id that the stream gave, this message's own included. */
  readonly id: string
}

/**
 * The messages of a stream of server-sent events, in order, as the HTML standard parses it (section
 * 9.2.6). Ends with the stream; a message that was cut off is left out.
 */
export async function* streamMessages(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<StreamMessage, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let event = ''
  let data: string[] = []
  let id = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      // A carriage return at the end may belong to a line feed that is still to come.
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id }
          event = ''
          data = []
          continue
        }
        const [, field = '', text = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
        if (field === 'event') event = text
        else if (field === 'data') data.push(text)
        else if (field === 'id' && !text.includes('\0')) id = text
      }
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}
