import type { CommandDone, StudyCommand } from '@attune/core'
import { base } from './base.ts'
import { askForLink } from './session-state.ts'

/** What the server refused, in its words, or that it did not answer (`server/gone`). */
export class ApiError extends Error {
  readonly code: string
  /** HTTP's; 0 when the server did not answer. */
  readonly status: number

  constructor(code: string, message: string, status: number) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
  }
}

export interface ApiOptions {
  /** What is sent as JSON, by POST. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/**
 * What the server answers to `path` (such as `/api/studies`), as JSON.
 *
 * @throws ApiError
 */
export async function api<T>(path: string, options: ApiOptions = {}): Promise<T> {
  const response = await ask(path, options)
  return (await response.json()) as T
}

/** The same, as it comes. */
export async function ask(path: string, options: ApiOptions = {}): Promise<Response> {
  const { body, signal } = options
  let response: Response
  try {
    response = await fetch(apiUrl(path), {
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ApiError('server/gone', 'The server of this page does not answer.', 0)
  }
  if (response.ok) return response
  if (response.status === 401) askForLink()
  throw await errorOf(response)
}

/** Where a path of the server is, as an address for links, images and streams. */
export function apiUrl(path: string): string {
  return `${base}${path}`
}

/** Sends a command to a study and answers the number of the event that came of it. */
export async function command(id: string, body: StudyCommand): Promise<CommandDone> {
  return await api(`/api/studies/${encodeURIComponent(id)}/commands`, { body })
}

async function errorOf(response: Response): Promise<ApiError> {
  const { status, statusText } = response
  return refusalOf(status, statusText, await response.text().catch(() => ''))
}

/** What an answer of the server says went wrong. */
export function refusalOf(status: number, statusText: string, body: string): ApiError {
  const fallback = `The server answered ${status} ${statusText}.`
  try {
    const { error } = JSON.parse(body) as { error?: { code?: string; message?: string } }
    return new ApiError(error?.code ?? 'server', error?.message ?? fallback, status)
  } catch {
    return new ApiError('server', fallback, status)
  }
}
