// Draws a pattern of waves as pattern.png into the folder of the trial: what people then judge.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

const { hue, spread, waves, twist, contrast } = JSON.parse(process.env.ATTUNE_PARAMS)
const size = 360

/** Hue from 0 to 360, saturation and lightness from 0 to 1, as bytes. */
function rgb(h, s, l) {
  const channel = (n) => {
    const k = (((n + h / 30) % 12) + 12) % 12
    const a = s * Math.min(l, 1 - l)
    return Math.round(255 * (l - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

const rows = Buffer.alloc(size * (1 + 3 * size))
let ink = 0
for (let y = 0; y < size; y++) {
  for (let x = 0; x < size; x++) {
    const [u, v] = [(2 * x) / size - 1, (2 * y) / size - 1]
    const radius = Math.hypot(u, v)
    const angle = Math.atan2(v, u) + twist * radius
    const wave = Math.sin(waves * angle) * Math.cos(4 * Math.PI * radius)
    const light = 0.55 + 0.4 * contrast * wave
    rows.set(rgb(hue + spread * wave + 40 * radius, 0.65, light), y * (1 + 3 * size) + 1 + 3 * x)
    ink += (1 - light) / size ** 2
  }
}

/** A part of a PNG file: its length, its name and content, and their check sum. */
function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

const header = Buffer.alloc(13)
header.writeUInt32BE(size, 0)
header.writeUInt32BE(size, 4)
header.set([8, 2, 0, 0, 0], 8) // 8 bits a channel, red, green and blue
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', header),
  chunk('IDAT', deflateSync(rows)),
  chunk('IEND', Buffer.alloc(0)),
])
writeFileSync(join(process.env.ATTUNE_DIR, 'pattern.png'), png)
console.log(JSON.stringify({ ink }))
