/** Arrays of numbers that grow at their end, without an object a number. */
export interface GrowableNumbers {
  /** Makes room for so many numbers more, and gives the array to write them to, from `length` on. */
  reserve(more: number): Float64Array
  /** How many were written; the writer sets it. */
  length: number
  /** Adds a number so many times. */
  pad(times: number, value: number): void
  /** The numbers written, in memory of their size. */
  finish(): Float64Array
}

export interface GrowableIntegers {
  reserve(more: number): Int32Array
  length: number
  pad(times: number, value: number): void
  finish(): Int32Array
}

export function growableNumbers(): GrowableNumbers {
  let data = new Float64Array(0)
  return {
    length: 0,
    reserve(more) {
      if (this.length + more > data.length) {
        const larger = new Float64Array(grownSize(data.length, this.length + more))
        larger.set(data.subarray(0, this.length))
        data = larger
      }
      return data
    },
    pad(times, value) {
      this.reserve(times).fill(value, this.length, this.length + times)
      this.length += times
    },
    finish() {
      if (this.length < data.length) data = data.slice(0, this.length)
      return data
    },
  }
}

export function growableIntegers(): GrowableIntegers {
  let data = new Int32Array(0)
  return {
    length: 0,
    reserve(more) {
      if (this.length + more > data.length) {
        const larger = new Int32Array(grownSize(data.length, this.length + more))
        larger.set(data.subarray(0, this.length))
        data = larger
      }
      return data
    },
    pad(times, value) {
      this.reserve(times).fill(value, this.length, this.length + times)
      this.length += times
    },
    finish() {
      if (this.length < data.length) data = data.slice(0, this.length)
      return data
    },
  }
}

/** By halves: little is wasted, and every number is copied twice on average. */
function grownSize(size: number, needed: number): number {
  return Math.max(needed, Math.ceil(size * 1.5))
}
