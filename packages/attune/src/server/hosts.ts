import { hostname, networkInterfaces } from 'node:os'

const loopback: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]', '*'])

/** Whether a server at this address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

export const isEverywhere = (host: string): boolean => everywhere.has(host)

/**
 * The `Host` headers that are answered, in small letters: a page of a foreign name that is made to
 * point here (DNS rebinding) is told from ours by nothing else.
 *
 * @param host the address the server listens at
 * @param allowed further names, as with a proxy in front: with a port they mean that port, without one
 *   any port
 */
export function createHostCheck(
  host: string,
  port: number,
  allowed: readonly string[],
): (header: string | undefined) => boolean {
  const own = isEverywhere(host)
    ? [...loopback, ...namesOfMachine()]
    : [...loopback, bracketed(host)]
  const exact = new Set(own.map((name) => `${name.toLowerCase()}:${port}`))
  const anyPort = new Set<string>()
  for (const name of allowed.map((each) => each.toLowerCase())) {
    if (/:\d+$/.test(name) && !/^[\da-f:]*:[\da-f:]*$/.test(name)) exact.add(name)
    else anyPort.add(bracketed(name))
  }
  // Browsers leave the port out where it is that of the scheme.
  if (port === 80 || port === 443) for (const name of own) exact.add(name.toLowerCase())
  return (header) => {
    if (header === undefined) return false
    const name = header.toLowerCase()
    return exact.has(name) || anyPort.has(name.replace(/:\d+$/, ''))
  }
}

/** An address as it stands in a link. */
export const bracketed = (host: string): string =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]` : host

/** The addresses by which others reach this machine, the first of them the most likely. */
export function namesOfMachine(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .toSorted((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => bracketed(address))
  return [...addresses, hostname()]
}
