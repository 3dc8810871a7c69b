// Takes a picture of a terminal while a command runs in it: tmux draws it, this turns it into SVG.
// usage: node scripts/terminal-picture.mjs OUT.svg SECONDS COLUMNS ROWS COMMAND…
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const [out, seconds, columns, rows, ...command] = process.argv.slice(2)
const session = `picture-${process.pid}`
const tmux = (...args) => execFileSync('tmux', args, { encoding: 'utf8' })
tmux(
  'new-session',
  '-d',
  '-s',
  session,
  '-x',
  columns,
  '-y',
  rows,
  `COLORTERM=truecolor ${command.join(' ')}; sleep 60`,
)
await sleep(Number(seconds) * 1000)
const text = tmux('capture-pane', '-p', '-e', '-t', session)
tmux('kill-session', '-t', session)
writeFileSync(out, toSvg(text.replace(/\n+$/, '').split('\n'), Number(columns)))

function toSvg(lines, width) {
  const cell = { width: 8.4, height: 18 }
  const colors = [
    '#484f58',
    '#ff7b72',
    '#3fb950',
    '#d29922',
    '#58a6ff',
    '#bc8cff',
    '#39c5cf',
    '#b1bac4',
  ]
  const bright = [
    '#6e7681',
    '#ffa198',
    '#56d364',
    '#e3b341',
    '#79c0ff',
    '#d2a8ff',
    '#56d4dd',
    '#f0f6fc',
  ]
  const escape = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  let style = {}
  const apply = (codes) => {
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]
      if (code === 0) style = {}
      else if (code === 1) style = { ...style, bold: true }
      else if (code === 2) style = { ...style, dim: true }
      else if (code === 22) style = { ...style, bold: false, dim: false }
      else if (code === 39) style = { ...style, color: undefined }
      else if (code >= 30 && code <= 37) style = { ...style, color: colors[code - 30] }
      else if (code >= 90 && code <= 97) style = { ...style, color: bright[code - 90] }
      else if (code === 38 && codes[i + 1] === 5) i += 2
    }
  }
  const rows = lines.map((line, row) => {
    let column = 0
    const spans = []
    for (const part of line.split(/(\u001B\[[0-9;]*m)/)) {
      const match = /^\u001B\[([0-9;]*)m$/.exec(part)
      if (match !== null) apply(match[1].split(';').map(Number))
      else if (part !== '') {
        const fill = style.color ?? '#e6edf3'
        const weight = style.bold ? ' font-weight="600"' : ''
        const dim = style.dim ? ' opacity="0.6"' : ''
        spans.push(
          `<tspan x="${(16 + column * cell.width).toFixed(1)}" fill="${fill}"${weight}${dim}>${escape(part)}</tspan>`,
        )
        column += [...part].length
      }
    }
    return `<text y="${48 + row * cell.height}" xml:space="preserve">${spans.join('')}</text>`
  })
  const w = Math.ceil(32 + width * cell.width)
  const h = 64 + lines.length * cell.height
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (c, i) => `<circle cx="${20 + i * 18}" cy="18" r="5.5" fill="${c}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="attune run in a terminal">
<rect width="${w}" height="${h}" rx="10" fill="#0d1117"/>
${dots.join('')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${rows.join('\n')}
</g>
</svg>
`
}
