import { samplerNames } from '../../src/index.ts'
import { suggestions } from './suggestions.ts'

// Runs in a browser; sends what every sampler suggests, or why it cannot, back to where it is from.
const send = (answer: unknown): Promise<Response> =>
  fetch('/answer', { method: 'POST', body: JSON.stringify(answer) })
try {
  const found: Record<string, unknown> = {}
  for (const name of samplerNames) found[name] = await suggestions(name)
  await send({ agent: navigator.userAgent, found })
} catch (error) {
  await send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}
