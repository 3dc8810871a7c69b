#!/usr/bin/env node
// The version check comes before any import of code that needs a newer Node.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `attune needs Node 22.18 or newer, this is ${process.version}. Install a newer Node, or in this project: npx attune (its node devDependency brings Node 24).`,
  )
  process.exit(2)
} else {
  const { main } = await import('../dist/cli/main.js')
  await main(process.argv)
}
