/** What a server says of a request that it does not fulfil. */
export class ServerError extends Error {
  override readonly name: string = 'ServerError'
  readonly code: string
  /** Of HTTP; 0 when it does not answer. */
  readonly status: number

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * Asks the server that the page comes from.
 * @throws ServerError in the server's words; with the status 0 when it does not answer
 */
export async function requestFrom(url: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init })
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause
    throw new ServerError(0, 'server/gone', 'The server does not answer. Is it still running?')
  }
  if (response.ok) return response
  throw await refusalOf(response)
}

async function refusalOf(response: Response): Promise<ServerError> {
  const { status } = response
  const text = await response.text().catch(() => '')
  try {
    const { error } = JSON.parse(text) as {
      readonly error: { readonly code: string; readonly message: string }
    }
    return new ServerError(status, error.code, error.message)
  } catch {
    return new ServerError(status, 'server/refused', `The server answered with ${status}.`)
  }
}

/** The number of the last event that an answer knows of, by its entity tag `"seq-17"` or `"seq-17-rest"`. */
export function seqOf(response: Response): number {
  const [, digits] = /"seq-(\d+)/.exec(response.headers.get('etag') ?? '') ?? []
  return Number(digits ?? Number.NaN)
}
