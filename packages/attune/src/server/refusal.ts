import { AttuneError } from '@attune/core'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A request that is not served, with its status and what the page is told. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly status: ContentfulStatusCode
  readonly code: string

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** What an answer says of an error; never where in the program it happened. */
export interface Answer {
  readonly status: ContentfulStatusCode
  readonly body: { readonly error: { readonly code: string; readonly message: string } }
}

/** Errors of the engine that are nobody's mistake in the request. */
const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  'study/not-found': 404,
  'study/no-trial': 409,
  'study/changed': 409,
  'study/exists': 409,
  'trial/state': 409,
  'journal/locked': 409,
  'journal/busy': 503,
  'journal/closed': 503,
  'journal/read-only': 403,
  'journal/corrupt': 500,
  'journal/foreign': 500,
  'journal/version': 500,
}

/** What to answer to whatever was thrown; `report` gets what nobody expected. */
export function answerOf(error: unknown, report: (error: unknown) => void): Answer {
  const say = (status: ContentfulStatusCode, code: string, message: string): Answer => ({
    status,
    body: { error: { code, message } },
  })
  if (error instanceof Refusal) return say(error.status, error.code, error.message)
  if (error instanceof AttuneError) {
    return say(statuses[error.code] ?? 400, error.code, error.message)
  }
  report(error)
  return say(500, 'internal', 'The server failed at this; its terminal says where.')
}
