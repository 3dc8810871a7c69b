import { paint, span } from '../text/line.ts'

/** A titled part of a report; left out when it has no lines. */
export interface TextSection {
  readonly title: string
  /** Plain, or painted already. */
  readonly lines: readonly string[]
}

/** Sections as text: titles strong, lines below them indented, an empty line between sections. */
export function sectionsText(sections: readonly TextSection[], color: boolean): string {
  const blocks = sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) =>
      [paint([span(title, 'strong')], color), ...lines.map((line) => `  ${line}`)].join('\n'),
    )
  return `${blocks.join('\n\n')}\n`
}
