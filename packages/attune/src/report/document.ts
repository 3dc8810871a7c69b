import type { Chart } from '@attune/core'

/** A report as plain data: what it says, but not how a page or Markdown shows it. */
export interface Report {
  readonly title: string
  /** One line under the title. */
  readonly subtitle: string
  readonly sections: readonly Section[]
}

export interface Section {
  readonly title: string
  readonly blocks: readonly Block[]
}

/**
 * Words of a paragraph or a cell. Everything is text: nothing that stands here is ever taken for
 * markup, neither of HTML nor of Markdown.
 */
export type Words = string | readonly Piece[]
export type Piece = string | { readonly code: string } | { readonly strong: string }

export type Block =
  | AnswerBlock
  | ParagraphBlock
  | ListBlock
  | FactsBlock
  | TableBlock
  | TextBlock
  | FigureBlock

/** What counts most, in large letters. */
export interface AnswerBlock {
  readonly kind: 'answer'
  /** Such as `Best accuracy`. */
  readonly label: string
  readonly value: string
  /** What is said beside it, such as the trial. */
  readonly note: string
}

export interface ParagraphBlock {
  readonly kind: 'paragraph'
  readonly words: Words
}

export interface ListBlock {
  readonly kind: 'list'
  readonly items: readonly Words[]
}

/** Terms with what is said of each. */
export interface FactsBlock {
  readonly kind: 'facts'
  readonly rows: readonly (readonly [term: string, words: Words])[]
}

export interface TableBlock {
  readonly kind: 'table'
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Words[])[]
  /** What a reader must know of the table, such as that rows were left out. */
  readonly note?: string
}

export interface Column {
  readonly name: string
  readonly unit?: string
  /** Whether its cells are numbers, which stand at the right; default false. */
  readonly isNumber?: boolean
}

/** Text to be copied: a command, a file. */
export interface TextBlock {
  readonly kind: 'text'
  /** What it is, in a sentence. */
  readonly words: Words
  readonly text: string
  readonly language: 'sh' | 'json' | 'text'
}

/** A picture with its caption and the same numbers as a table. */
export interface FigureBlock {
  readonly kind: 'figure'
  /** A word for files: `history`; no two figures of a report have the same. */
  readonly name: string
  readonly chart: Chart
  readonly caption: string
  readonly table: TableBlock
  /** Its height by its width; default 0.57. */
  readonly aspect?: number
}

export const paragraph = (words: Words): ParagraphBlock => ({ kind: 'paragraph', words })

/** A section, or nothing when nothing is to be said. */
export function section(title: string, blocks: readonly Block[]): Section[] {
  return blocks.length === 0 ? [] : [{ title, blocks }]
}

/** Words as text alone. */
export function textOf(words: Words): string {
  if (typeof words === 'string') return words
  return words.map((piece) => (typeof piece === 'string' ? piece : textOfPiece(piece))).join('')
}

const textOfPiece = (piece: Exclude<Piece, string>): string =>
  'code' in piece ? piece.code : piece.strong
