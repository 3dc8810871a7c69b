/** A page without any script or style, for those who cannot be shown the other one. */
export function plainPage(title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('\n')
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escaped(title)}</title></head>
<body><h1>${escaped(title)}</h1>
${body}
</body>
</html>
`
}

/** A page that goes on to another one by itself, as a visit of its own. */
export function onwardPage(path: string): string {
  const target = escaped(path)
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${target}"><title>attune</title></head>
<body><p><a href="${target}">To the studies</a></p></body>
</html>
`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
