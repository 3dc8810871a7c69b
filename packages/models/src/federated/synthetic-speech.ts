import { createRng, refuseProblems } from '@attune/core'
import type { Problem, Rng } from '@attune/core'
import { normalDraw } from '@attune/core/math'
import type { ClassTarget, Matrix } from '../matrix.ts'
import type { MediaGroups } from '../data/media/media-set.ts'
import { dirichletClients } from './clients.ts'

export interface SyntheticSpeechOptions {
  /** Default 1200. */
  readonly rows?: number
  /** Speakers, each a client; default 20. */
  readonly speakers?: number
  /** Concentration of the skew of labels over speakers; default 0.5. */
  readonly dirichlet?: number
  /** Features of a row; default 26. */
  readonly columns?: number
  /** How far emotions are apart, in standard deviations within them; default 0.5. */
  readonly distance?: number
  /** Standard deviation of what a speaker always sounds like; default 0.5. */
  readonly speakerOffset?: number
  /** Default 0. */
  readonly seed?: number
}

/** Rows of features with their emotions and speakers. */
export interface SyntheticSpeech {
  readonly x: Matrix
  readonly y: ClassTarget
  readonly speakers: MediaGroups
}

const emotions = ['anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise'] as const

/**
 * Made-up speech of six emotions for federated learning where no recordings are at hand: vectors like mean
 * cepstral coefficients with their deviations, from a normal distribution for each emotion. All emotions
 * are equally frequent, but every speaker has a mixture of its own (`dirichletClients`), and sounds a
 * little different in all of them. Of an emotion the mean is `distance` times a standard normal vector, and
 * the deviation of a feature between 0.7 and 1.3 around it; a speaker adds `speakerOffset` times another
 * normal vector. Every row has as much of emotion, speaker and chance in any feature, so nothing needs to
 * be scaled.
 *
 * @throws AttuneError `models/options` for sizes that are not whole and positive, and numbers below 0
 */
export function syntheticSpeech(options: SyntheticSpeechOptions = {}): SyntheticSpeech {
  const { rows = 1200, speakers = 20, dirichlet = 0.5, columns = 26, seed = 0 } = options
  const { distance = 0.5, speakerOffset = 0.5 } = options
  refuseProblems('models/options', 'The synthetic speech', [
    ...wholeProblems({ rows, speakers, columns }),
    ...sizeProblems({ distance, speakerOffset }),
  ])
  const rng = createRng(seed, 'synthetic speech')
  const codes = Int32Array.from({ length: rows }, (_, i) => i % emotions.length)
  const y: ClassTarget = { kind: 'classes', codes, labels: emotions }
  const of = speakersOf(y, speakers, dirichlet, seed)
  const means = emotions.map((name) => normals(rng.fork(`mean ${name}`), columns, distance))
  const spreads = emotions.map((name) => {
    const own = rng.fork(`spread ${name}`)
    return Float64Array.from({ length: columns }, () => 0.7 + 0.6 * own.next())
  })
  const offsets = Array.from({ length: speakers }, (_, k) =>
    normals(rng.fork(`speaker ${k}`), columns, speakerOffset),
  )
  const data = new Float32Array(rows * columns)
  const noise = rng.fork('noise')
  for (let i = 0; i < rows; i++) {
    const [mean, spread, offset] = [means[codes[i]!]!, spreads[codes[i]!]!, offsets[of[i]!]!]
    for (let j = 0; j < columns; j++) {
      data[i * columns + j] = mean[j]! + offset[j]! + spread[j]! * normalDraw(noise)
    }
  }
  const labels = offsets.map((_, k) => `speaker ${k + 1}`)
  const names = Array.from({ length: columns }, (_, j) => `mfcc${j + 1}`)
  return {
    x: { rows, columns, data, names },
    y,
    speakers: { kind: 'speaker', codes: of, labels },
  }
}

/** By row its speaker. */
function speakersOf(y: ClassTarget, count: number, dirichlet: number, seed: number): Int32Array {
  const codes = new Int32Array(y.codes.length)
  for (const [k, rows] of dirichletClients(y, count, dirichlet, { seed }).entries()) {
    for (const row of rows) codes[row] = k
  }
  return codes
}

const normals = (rng: Rng, count: number, sd: number): Float64Array =>
  Float64Array.from({ length: count }, () => sd * normalDraw(rng))

function wholeProblems(given: Readonly<Record<string, number>>): Problem[] {
  return Object.entries(given)
    .filter(([, value]) => !Number.isInteger(value) || value < 1)
    .map(([path, value]) => ({
      path,
      message: `must be a whole number from 1, but is ${value}.`,
    }))
}

function sizeProblems(given: Readonly<Record<string, number>>): Problem[] {
  return Object.entries(given)
    .filter(([, value]) => !(value >= 0 && value < Infinity))
    .map(([path, value]) => ({
      path,
      message: `must be a finite number of at least 0, but is ${value}.`,
    }))
}
