const escapes: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
}

/** Text as it stands in SVG and HTML, also within quotation marks of either kind. */
export const escapeMarkup = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (c) => escapes[c]!)
