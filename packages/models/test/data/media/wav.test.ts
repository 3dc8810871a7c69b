import { describe, expect, it } from 'vitest'
import { aLaw, muLaw } from '../../../src/data/media/wav-samples.ts'
import { readWav } from '../../../src/data/media/wav.ts'
import { ascii, little, wavBytes } from './bytes-of.ts'

describe('samples of WAV files', () => {
  it.each([
    ['8-bit integers', 1, 8, [0, 128, 192], [-1, 0, 0.5]],
    ['16-bit integers', 1, 16, [0, 0x80, 0, 0x40], [-1, 0.5]],
    ['24-bit integers', 1, 24, [0, 0, 0x80, 0, 0, 0x40, 0xff, 0xff, 0xff], [-1, 0.5, -(2 ** -23)]],
    ['32-bit integers', 1, 32, [0, 0, 0, 0x80, 0, 0, 0, 0x40], [-1, 0.5]],
    ['32-bit floats', 3, 32, [0, 0, 0xc0, 0x3f], [1.5]],
    ['64-bit floats', 3, 64, [0, 0, 0, 0, 0, 0, 4, 0xc0], [-2.5]],
  ])('reads %s', (_, code, bits, data, samples) => {
    expect([...readWav(wavBytes({ code, bits, data })).samples]).toEqual(samples)
  })

  // ITU-T G.711: the ends and the least steps of both laws at 16 bits.
  it('knows µ-law and A-law', () => {
    expect([0x00, 0x80, 0x8f, 0xef, 0xfe, 0xff].map(muLaw)).toEqual([
      -32_124, 32_124, 16_764, 132, 8, 0,
    ])
    expect([0x2a, 0xaa, 0x55, 0xd5, 0xc5, 0xf5].map(aLaw)).toEqual([
      -32_256, 32_256, -8, 8, 264, 528,
    ])
    const sound = readWav(wavBytes({ code: 7, bits: 8, data: [0x80] }))
    expect(sound).toMatchObject({ encoding: 'mu-law', samples: Float32Array.of(32_124 / 32_768) })
    expect(readWav(wavBytes({ code: 6, bits: 8, data: [0xaa] })).samples[0]).toBe(32_256 / 32_768)
  })

  it('takes the mean of the channels, or one of them', () => {
    const bytes = wavBytes({ code: 1, bits: 8, channels: 2, data: [0, 128, 128, 192] })
    expect(readWav(bytes)).toMatchObject({ channels: 2, sampleRate: 8000 })
    expect([...readWav(bytes).samples]).toEqual([-0.5, 0.25])
    expect([...readWav(bytes, { channel: 1 }).samples]).toEqual([0, 0.5])
    expect(() => readWav(bytes, { channel: 2 })).toThrow(
      expect.objectContaining({ code: 'models/options' }),
    )
  })

  it('passes other chunks over, of odd lengths too, and reads the extensible header', () => {
    const extra = [...ascii('LIST'), ...little(3, 4), 1, 2, 3, 0]
    expect([...readWav(wavBytes({ code: 1, bits: 8, data: [192], extra })).samples]).toEqual([0.5])
    const guid = [...little(1, 2), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]
    const plain = wavBytes({ code: 0xfffe, bits: 8, data: [192] })
    const long = [
      ...plain.subarray(0, 36),
      ...little(22, 2),
      ...little(8, 2),
      ...little(4, 4),
      ...guid,
    ]
    const bytes = Uint8Array.from([...long, ...plain.subarray(36)])
    bytes.set(little(40, 4), 16)
    bytes.set(little(bytes.length - 8, 4), 4)
    expect([...readWav(bytes).samples]).toEqual([0.5])
  })
})

describe('broken WAV files', () => {
  const whole = wavBytes({ code: 1, bits: 16, data: [1, 2, 3, 4] })
  const changed = (at: number, bytes: number[]) => {
    const copy = whole.slice()
    copy.set(bytes, at)
    return copy
  }

  it.each([
    ['is cut off', whole.subarray(0, 46), 'byte 46: the header says 48 bytes'],
    ['is nearly empty', whole.subarray(0, 5), 'byte 5: a WAV file has 12 bytes'],
    ['is no RIFF', changed(0, ascii('RIFX')), 'byte 0'],
    ['is no WAVE', changed(8, ascii('AVI ')), 'byte 8'],
    [
      'lies about its sound',
      changed(40, little(0xffffffff, 4)),
      'byte 40: chunk `data` says 4294967295',
    ],
    ['has no format', changed(12, ascii('junk')), 'no `fmt ` chunk'],
    ['has no sound', changed(36, ascii('junk')), 'no `data` chunk'],
    ['has another encoding', changed(20, [85, 0]), 'byte 20: encoding 85 with 16 bits'],
    ['has odd bits', changed(34, [12, 0]), 'encoding 1 with 12 bits'],
    [
      'has no channel',
      changed(22, [0, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 0, 0]),
      'no channels',
    ],
    ['has no rate', changed(24, little(0, 4)), '0 samples a second'],
    ['lies about its frames', changed(32, [4, 0]), 'byte 32'],
    ['has half a frame', changed(40, little(3, 4)), 'no whole number of frames'],
  ])('are refused: one that %s', (_, bytes, message) => {
    expect(() => readWav(bytes, { file: 'a.wav' })).toThrow(
      expect.objectContaining({ code: 'data/format', message: expect.stringContaining(message) }),
    )
  })

  it('are refused: one with samples that are no numbers', () => {
    const bytes = wavBytes({ code: 3, bits: 32, data: [0, 0, 0xc0, 0x7f] })
    expect(() => readWav(bytes)).toThrow(/byte 44: a sample is not a finite number/)
  })
})
