// Licences and notices of the packages that the modules of a bundle come from.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** By name and version, in the order of names; refuses a package that has none. */
export function licencesOf(modules) {
  const homes = modules.flatMap((id) => id.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? [])
  const parts = [...new Set(homes)].sort().map((home) => {
    const { name, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    const texts = ['', 'licenses'].flatMap((folder) =>
      existsSync(join(home, folder))
        ? readdirSync(join(home, folder), { withFileTypes: true })
            .filter((file) => file.isFile() && /^(licen[cs]e|notice|copyright)/i.test(file.name))
            .map(({ name: file }) => readFileSync(join(home, folder, file), 'utf8').trim())
        : [],
    )
    if (texts.length === 0) throw new Error(`${name} has no licence to keep.`)
    return `${name} ${version}\n\n${texts.join('\n\n')}\n`
  })
  // A package may be there twice.
  return [...new Set(parts)]
}

export const between = `\n${'-'.repeat(80)}\n\n`
