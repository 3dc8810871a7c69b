import { expect, it } from 'vitest'
import { chooseColor, chooseMode } from '../../src/progress/surroundings.ts'

const terminal = { stdoutIsTty: true, env: { TERM: 'xterm-256color' } }

it('draws a screen on a terminal, prints lines elsewhere, and JSON when asked', () => {
  expect(chooseMode({ ...terminal, json: false })).toBe('screen')
  expect(chooseMode({ ...terminal, json: true })).toBe('json')
  expect(chooseMode({ ...terminal, stdoutIsTty: false, json: false })).toBe('lines')
})

it('prints lines on terminals that cannot redraw, and in CI', () => {
  expect(chooseMode({ stdoutIsTty: true, env: { TERM: 'dumb' }, json: false })).toBe('lines')
  expect(chooseMode({ stdoutIsTty: true, env: { CI: 'true' }, json: false })).toBe('lines')
  expect(chooseMode({ stdoutIsTty: true, env: { CI: 'false' }, json: false })).toBe('screen')
})

it('has colours on terminals, unless NO_COLOR asks for none', () => {
  expect(chooseColor(terminal)).toBe(true)
  expect(chooseColor({ ...terminal, stdoutIsTty: false })).toBe(false)
  expect(chooseColor({ stdoutIsTty: true, env: { TERM: 'dumb' } })).toBe(false)
  expect(chooseColor({ stdoutIsTty: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } })).toBe(false)
  expect(chooseColor({ stdoutIsTty: true, env: { NO_COLOR: '0' } })).toBe(false)
  expect(chooseColor({ stdoutIsTty: true, env: { NO_COLOR: '' } })).toBe(true)
  expect(chooseColor({ stdoutIsTty: false, env: { FORCE_COLOR: '1' } })).toBe(true)
})
