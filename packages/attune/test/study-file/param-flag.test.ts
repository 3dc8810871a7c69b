import { describe, expect, it } from 'vitest'
import { parseParamFlag } from '../../src/study-file/param-flag.ts'

describe('parseParamFlag', () => {
  it.each<[string, unknown]>([
    ['lr=log:1e-5..1e-1', { float: [1e-5, 1e-1], scale: 'log' }],
    ['lr=log:1e-5..1e-1@1e-3', { float: [1e-5, 1e-1], scale: 'log', default: 1e-3 }],
    ['units=int:8..256', { int: [8, 256] }],
    ['units=int:-8..+256/8@0', { int: [-8, 256], step: 8, default: 0 }],
    ['width=log-int:8..512', { int: [8, 512], scale: 'log' }],
    ['drop=float:0..0.5', { float: [0, 0.5] }],
    ['drop=float:0...5/.1@.2', { float: [0, 0.5], step: 0.1, default: 0.2 }],
    ['bias=flag', { flag: true }],
    ['bias=flag@false', { flag: true, default: false }],
    ['act=relu,tanh', { choice: ['relu', 'tanh'] }],
    ['act= relu , tanh @ tanh ', { choice: ['relu', 'tanh'], default: 'tanh' }],
    ['act=choice:flag,log', { choice: ['flag', 'log'] }],
    ['act="relu"', { choice: ['relu'] }],
    ['size=8,16,32@16', { choice: [8, 16, 32], default: 16 }],
    ['size=8,auto@8', { choice: ['8', 'auto'], default: '8' }],
    ['size="8","16"@8', { choice: ['8', '16'], default: '8' }],
    ["size='8',16", { choice: ['8', '16'] }],
    ['p=true,null,1e-3', { choice: [true, null, 1e-3] }],
    ['p=null,1@null', { choice: [null, 1], default: null }],
    ['p="a,b","c@d",""', { choice: ['a,b', 'c@d', ''] }],
    ['image=python:3.11,node:24', { choice: ['python:3.11', 'node:24'] }],
    ['path=../a,"1..2"', { choice: ['../a', '1..2'] }],
    ["it=don't,do", { choice: ["don't", 'do'] }],
  ])('reads %s', (text, json) => {
    expect(parseParamFlag(text)).toEqual({ name: text.slice(0, text.indexOf('=')), json })
  })

  it.each<[string, string]>([
    ['lr', 'expected NAME=VALUES, got "lr". Example: --param lr=log:1e-5..1e-1'],
    ['=1,2', 'expected NAME=VALUES, got "=1,2". Example: --param lr=log:1e-5..1e-1'],
    [
      'x=1..2',
      'a range needs its kind. Known: log, float, int, log-int. Example: --param x=log:1e-5..1e-1',
    ],
    [
      'x=lgo:1..2',
      'there is no kind of range "lgo". Did you mean "log"? Example: --param x=log:1e-5..1e-1',
    ],
    [
      'x=uniform:1..2',
      'there is no kind of range "uniform". Known: log, float, int, log-int. Example: --param x=log:1e-5..1e-1',
    ],
    [
      'x=int:1-2',
      'expected LOW..HIGH, then /STEP and @DEFAULT if need be, got "1-2". Example: --param x=int:8..256',
    ],
    [
      'x=float:0..1@0.5/0.1',
      'expected LOW..HIGH, then /STEP and @DEFAULT if need be, got "0..1@0.5/0.1". Example: --param x=float:0..0.5',
    ],
    [
      'x=flag@yes',
      'expected flag, flag@true or flag@false, got "flag@yes". Example: --param x=flag',
    ],
    ['x=flag:', 'expected flag, flag@true or flag@false, got "flag:". Example: --param x=flag'],
    [
      'x=a,,b',
      'expected labels with commas between them, got "a,,b". A label that holds a comma, @ or quotes goes in quotes. Example: --param x=relu,tanh',
    ],
    [
      'x=',
      'expected labels with commas between them, got "". A label that holds a comma, @ or quotes goes in quotes. Example: --param x=relu,tanh',
    ],
    [
      'x="a',
      'expected labels with commas between them, got "\\"a". A label that holds a comma, @ or quotes goes in quotes. Example: --param x=relu,tanh',
    ],
    [
      'x=a@b,c@d',
      'one default stands last, behind @, got "a@b,c@d". A label that holds @ goes in quotes. Example: --param x=relu,tanh@tanh',
    ],
  ])('refuses %s', (text, message) => {
    expect(parseParamFlag(text)).toBe(message)
  })
})
