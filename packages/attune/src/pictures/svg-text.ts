import { escapeMarkup } from '../text/markup.ts'

/** What XML has no way to write, and marks that turn the direction of text around. */
const unsafe = /[\p{Cc}\p{Cs}\ufffe\uffff\u202a-\u202e\u2066-\u2069]/gu

/** Text as it stands in SVG and HTML, also within quotation marks. */
export const escapeText = (text: string): string => escapeMarkup(text.replaceAll(unsafe, ' '))
