/** Gives a text to the browser as a file. */
export function download(name: string, text: string | Uint8Array<ArrayBuffer>, type: string): void {
  const link = document.createElement('a')
  const address = URL.createObjectURL(new Blob([text], { type }))
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** A name as a file may have it. */
export const fileName = (name: string): string =>
  name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'study'
