const secretName =
  /(?:^|[-_.])(?:pass|password|passwd|passphrase|pwd|secret|token|credentials?|auth|api[-_]?key|access[-_]?key|private[-_]?key)(?:$|[-_.])/i

/** What stands in the place of a secret. */
const hidden = '***'
/** A command line longer than this is cut. */
const mostCharacters = 10_000

/**
 * The words of a command line without what their names say is secret: `--token abc`, `--api-key=abc`,
 * `PASSWORD=abc`, `https://user:abc@host`. What has another name stays, as it does in the journal's
 * description of the program.
 */
export function withoutSecrets(words: readonly string[]): string[] {
  const shown: string[] = []
  let length = 0
  for (const [i, word] of words.entries()) {
    const told = isSecretOption(words[i - 1]) && !word.startsWith('-') ? hidden : concealed(word)
    length += told.length
    if (length > mostCharacters) return [...shown, '…']
    shown.push(told)
  }
  return shown
}

/** Whether the value of an option stands in the next word. */
const isSecretOption = (word: string | undefined): boolean =>
  word !== undefined && /^--?[^=]+$/.test(word) && secretName.test(word)

function concealed(word: string): string {
  const [, name, value] = /^([\w.-]+=)(.+)$/s.exec(word) ?? []
  if (name !== undefined && value !== undefined && secretName.test(name.slice(0, -1))) {
    return `${name}${hidden}`
  }
  return word.replaceAll(/(\w+:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${hidden}@`)
}
