/** A sine wave, of an amplitude, for tests. */
export function sine(
  hertz: number,
  sampleRate: number,
  seconds: number,
  amplitude = 0.5,
): Float32Array {
  return Float32Array.from({ length: Math.round(sampleRate * seconds) }, (_, i) => {
    return amplitude * Math.sin((2 * Math.PI * hertz * i) / sampleRate)
  })
}

/** A tone with harmonics, as a voice has. */
export function tone(hertz: number, sampleRate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(sampleRate * seconds) }, (_, i) => {
    let sum = 0
    for (let h = 1; h <= 8; h++) sum += Math.sin((2 * Math.PI * h * hertz * i) / sampleRate) / h
    return 0.3 * sum
  })
}
