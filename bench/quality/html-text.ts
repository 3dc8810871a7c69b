const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Text as it stands in a page or a picture. */
export const text = (raw: string): string => raw.replaceAll(/[&<>"]/g, (c) => escapes[c]!)
