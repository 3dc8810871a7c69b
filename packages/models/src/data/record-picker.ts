import { isBlank, type RecordBlock } from './csv-records.ts'
import type { ProblemList } from './problems.ts'

/** Records that are rows of the table, without header, empty lines, and those of another length. */
export interface RecordPicker {
  /** @param last whether it is the last block of the file */
  pick(block: RecordBlock, last: boolean): readonly (readonly string[])[]
  /** The line in which row i of the rows picked last begins. */
  lineOf(i: number): number
}

/**
 * @param width the number of cells of a row
 * @param header whether the first record that is not empty is left out
 * @param problems told of records of another length, and of quotes out of place
 */
export function recordPicker(width: number, header: boolean, problems: ProblemList): RecordPicker {
  let headerLeft = header
  // Of a table of one column: empty lines that are missing values unless no row follows.
  let blanks = 0
  let current: RecordBlock | undefined
  let picked: readonly number[] | undefined

  function areRows(records: readonly (readonly string[])[]): boolean {
    for (let i = 0; i < records.length; i++) {
      const record = records[i]!
      if (record.length !== width || (width === 1 && isBlank(record))) return false
    }
    return true
  }

  function pickSome(block: RecordBlock, start: number): readonly (readonly string[])[] {
    const kept: (readonly string[])[] = []
    const indices: number[] = []
    for (let i = start; i < block.records.length; i++) {
      const record = block.records[i]!
      if (isBlank(record)) {
        if (width === 1) blanks++
      } else if (record.length !== width) {
        problems.add(
          () => `line ${block.lineOf(i)}`,
          () => raggedMessage(record.length, width),
        )
      } else {
        for (; blanks > 0; blanks--) {
          kept.push([''])
          indices.push(i)
        }
        indices.push(i)
        kept.push(record)
      }
    }
    picked = indices
    return kept
  }

  return {
    pick(block, last) {
      current = block
      picked = undefined
      for (const { record, message } of block.quoteProblems) {
        problems.add(
          () => `line ${block.lineOf(record)}`,
          () => message,
        )
      }
      if (!headerLeft && !last && blanks === 0 && areRows(block.records)) return block.records
      const start = headerLeft ? afterHeader(block.records) : 0
      if (start > 0) headerLeft = false
      return pickSome(block, start)
    },
    lineOf: (i) => current!.lineOf(picked === undefined ? i : picked[i]!),
  }
}

/** Behind the first record that is not empty; 0 when there is none. */
function afterHeader(records: readonly (readonly string[])[]): number {
  return records.findIndex((record) => !isBlank(record)) + 1
}

function raggedMessage(found: number, width: number): string {
  return `has ${found} ${found === 1 ? 'cell' : 'cells'}, but the table has ${width} columns`
}
