// Takes the pictures of docs/guides/dashboard.md from real studies: the digits example, the studies that
// `npm run reproduce genetic rise` left in reproductions/runs, and a study that a made-up taste judges.
// Needs a Chromium (CHROMIUM, or /usr/bin/chromium), and some minutes the first time; the studies are kept
// in a folder and only continued when it runs again.
// usage: node scripts/dashboard-pictures.mjs [FOLDER of the journals, default: a temporary one]
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
const images = join(root, 'docs/images/dashboard')
const folder = resolve(process.argv[2] ?? join(tmpdir(), 'attune-dashboard'))
mkdirSync(folder, { recursive: true })
mkdirSync(images, { recursive: true })
const journal = join(folder, 'pictures.db')
const tool = join(root, 'packages/attune/bin/attune.js')

const attune = (cwd, ...args) =>
  execFileSync(process.execPath, [tool, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

const isGenetic = (name) => name.includes('genetic')

/** Studies of the reproductions, as copies: what is shown can be steered. */
function reproduced() {
  return ['genetic', 'rise'].map((name) => {
    const from = join(root, `reproductions/runs/${name}-short.db`)
    if (!existsSync(from)) throw new Error(`${from} is missing. Run: npm run reproduce ${name}`)
    const to = join(folder, `${name}.db`)
    if (!existsSync(to)) copyFileSync(from, to)
    return to
  })
}

const lemonade = `name: lemonade
space:
  sugar: { float: [20, 120] }
  lemons: { int: [1, 6] }
  style: { variant: { still: {}, sparkling: { gas: { float: [1, 8], scale: log } } } }
  mint: { flag: true }
objective: { maximize: taste }
judge: { taste: compare }
`
/** How a trial tastes, from what its card says. */
const tasteOf = (text) => {
  const number = (name) => Number(new RegExp(`${name}\\s*([\\d.]+)`).exec(text)?.[1] ?? 0)
  const sweet = number('sugar') / 20 - number('lemons')
  return -((sweet - 0.5) ** 2) + (text.includes('sparkling') ? 1 : 0) + number('gas') / 20
}

attune(
  join(root, 'examples/digits'),
  ...['run', 'study.yaml', '--journal', journal, '--workers', '2', '--trials', '30'],
)
writeFileSync(join(folder, 'lemonade.yaml'), lemonade)
attune(folder, 'run', 'lemonade.yaml', '--journal', journal)

const journals = [journal, ...reproduced()].flatMap((file) => ['--journal', file])
const server = spawn(process.execPath, [tool, 'ui', ...journals, '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const link = await new Promise((found, lost) => {
  let text = ''
  server.once('exit', () => lost(new Error('attune ui ended.')))
  server.stdout.on('data', (data) => {
    text += data
    const line = text.split('\n').find((one) => one.includes('"url"'))
    if (line !== undefined) found(JSON.parse(line).url)
  })
})
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
try {
  await takePictures(await open({}))
  await takeDark(await open({ colorScheme: 'dark' }))
  await takePhone(await open({ viewport: { width: 390, height: 844 } }))
} finally {
  await browser.close()
  server.kill('SIGINT')
}

async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  await page.goto(link)
  const studies = await page.evaluate(async () => (await fetch('/api/studies')).json())
  const path = (name, rest = '') =>
    new URL(`/study/${studies.find((one) => one.name === name).id}${rest}`, link).href
  return { page, path, names: studies.map(({ name }) => name) }
}

/** Waits until everything has come; the page's stream of events never ends. */
async function settled(page) {
  await sleep(700)
  await page.waitForFunction(() => {
    const seen = [...document.querySelectorAll('.skeleton')].map((one) =>
      one.getBoundingClientRect(),
    )
    return seen.every(({ top, bottom }) => top > innerHeight || bottom < 0)
  })
  await sleep(1500)
}

/** A picture of the window when nothing moves any more. */
async function take(page, name) {
  await page.mouse.move(2, 400)
  await settled(page)
  await page.screenshot({ path: join(images, `${name}.png`) })
}

async function takePictures({ page, path, names }) {
  await take(page, 'studies')
  await page.goto(path('digits'))
  await take(page, 'overview')
  // A selection in one chart is one in all of them.
  await page.goto(path(names.find(isGenetic), '?sel=range(metric:accuracy,0.89,1)'))
  await settled(page)
  await page.mouse.wheel(0, 640)
  await take(page, 'selection')
  await page.goto(path('digits', '/trials'))
  await settled(page)
  await page.getByRole('button', { name: 'Best first' }).click()
  await settled(page)
  await page.getByRole('row').nth(1).click()
  await take(page, 'trial')
  await page.goto(path('digits'))
  await page.getByRole('button', { name: 'Ranges' }).click()
  await page.getByLabel('lr, lower end, number').fill('0.003')
  await take(page, 'ranges')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Enqueue' }).click()
  await take(page, 'enqueue')
  await judge(page, path)
}

/** Judges ten trials, and takes a picture of a question. */
async function judge(page, path) {
  await page.goto(path('lemonade', '/judge'))
  await sleep(1500)
  for (let told = await judged(page); told < 10; told++) {
    if ((await page.getByText('No trial waits').count()) > 0) await page.keyboard.press('n')
    await page.locator('.judge-card.new').waitFor()
    while ((await page.getByText('Which one is better?').count()) > 0) {
      const [fresh, other] = await page.locator('.judge-card').allInnerTexts()
      await page.keyboard.press(tasteOf(fresh) > tasteOf(other) ? '1' : '2')
      await sleep(150)
    }
    await page.keyboard.press('Enter')
    await page.getByText(`${told + 1} judged so far`).waitFor()
    await sleep(800)
  }
  if ((await page.getByText('No trial waits').count()) > 0) await page.keyboard.press('n')
  await page.getByText('Which one is better?').waitFor()
  // What was told is over.
  await sleep(5000)
  await take(page, 'judge')
}

async function judged(page) {
  return Number.parseInt(await page.getByText('judged so far').innerText(), 10)
}

async function takeDark({ page, path, names }) {
  await page.goto(path(names.find(isGenetic)))
  await take(page, 'dark')
}

async function takePhone({ page, path }) {
  await page.goto(path('digits'))
  await take(page, 'phone')
}
