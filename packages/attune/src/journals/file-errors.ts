import { AttuneError, messageOf } from '@attune/core'

const elsewhere =
  'Change the permissions, or copy the journal to a folder of yours and use the copy.'

export function closedError(file: string): AttuneError {
  return new AttuneError('journal/closed', `${file} is closed. Open it again to go on.`)
}

export function readOnlyError(file: string): AttuneError {
  const message = `${file} was opened for reading only, so nothing can be written. Open it for writing.`
  return new AttuneError('journal/read-only', message)
}

export function notWritableError(file: string, cause: unknown): AttuneError {
  const message = `${file} cannot be written (${messageOf(cause)}). ${elsewhere}`
  return new AttuneError('journal/read-only', message, { cause })
}

export function notReadableError(file: string, cause: unknown): AttuneError {
  const message = `${file} cannot be read (${messageOf(cause)}). ${elsewhere}`
  return new AttuneError('journal/read-only', message, { cause })
}

export function noFolderError(file: string, folder: string): AttuneError {
  const message = `${file} cannot be made, because there is no folder ${folder}. Make it first, or choose another place.`
  return new AttuneError('journal/read-only', message)
}

export function diskFullError(file: string, cause: unknown): AttuneError {
  const message = `${file} cannot be written (${messageOf(cause)}): the disk is full or a quota used up. Make room and go on; everything that was acknowledged is there.`
  return new AttuneError('journal/read-only', message, { cause })
}

/** `what` says what the file is instead of a journal. */
export function foreignError(file: string, what: string): AttuneError {
  const message = `${file} is ${what}, not a journal of attune, and was left as it is. Choose another file, such as attune.db.`
  return new AttuneError('journal/foreign', message)
}

export function damagedError(file: string, cause: unknown): AttuneError {
  const message = `${file} is damaged or cut short (${messageOf(cause)}). Restore a copy, or save what is left with: sqlite3 ${file} .recover`
  return new AttuneError('journal/corrupt', message, { cause })
}
