/** Forms in which parameters leave the page, to be pasted elsewhere. */
export type CodeForm = 'json' | 'yaml' | 'python' | 'flags'

type Flat = Readonly<Record<string, string | number | boolean | null>>

export const codeForms: readonly { readonly form: CodeForm; readonly name: string }[] = [
  { form: 'json', name: 'JSON' },
  { form: 'yaml', name: 'YAML' },
  { form: 'python', name: 'Python dict' },
  { form: 'flags', name: 'Flags' },
]

/**
 * Parameters as code; numbers in full.
 * @param nested as the objective gets them
 * @param flat by dotted name, which flags take
 */
export function paramsCode(form: CodeForm, nested: unknown, flat: Flat): string {
  switch (form) {
    case 'json':
      return JSON.stringify(nested, null, 2)
    case 'yaml':
      return yaml(nested, '').replace(/^\n/, '')
    case 'python':
      return python(nested, '')
    case 'flags':
      return Object.entries(flat)
        .flatMap(([name, value]) =>
          value === null ? [] : [`--${name} ${shellWord(String(value))}`],
        )
        .join(' ')
  }
}

type Tree = { readonly [name: string]: unknown }

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** With the line break that stands before a nested block, or the space before a scalar. */
function yaml(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    const items = value.map((each) => {
      const text = yaml(each, `${indent}  `)
      const inline = text.startsWith('\n') ? text.trimStart() : text.slice(1)
      return `${indent}- ${inline}`
    })
    return `\n${items.join('\n')}`
  }
  if (isTree(value)) {
    const entries = Object.entries(value)
    if (entries.length === 0) return ' {}'
    const lines = entries.map(
      ([name, each]) => `${indent}${yamlWord(name)}:${yaml(each, `${indent}  `)}`,
    )
    return `\n${lines.join('\n')}`
  }
  return ` ${typeof value === 'string' ? yamlWord(value) : JSON.stringify(value)}`
}

/** Plain where no reader of YAML takes it for anything but this text. */
function yamlWord(text: string): string {
  const plain = /^[A-Za-z_][\w./-]*$/.test(text)
  const meaning = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return plain && !meaning ? text : JSON.stringify(text)
}

function python(value: unknown, indent: string): string {
  if (Array.isArray(value)) return `[${value.map((each) => python(each, indent)).join(', ')}]`
  if (isTree(value)) {
    const deeper = `${indent}    `
    const lines = Object.entries(value).map(
      ([name, each]) => `${deeper}${JSON.stringify(name)}: ${python(each, deeper)},`,
    )
    return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
  }
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return JSON.stringify(value)
}

/** As a POSIX shell takes it for one word. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
