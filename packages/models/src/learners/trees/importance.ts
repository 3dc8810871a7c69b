import type { Nodes } from '@attune/core/math'

/** Adds up what the splits of columns gained, tree by tree. */
export interface Importance {
  add(nodes: Pick<Nodes, 'feature' | 'gain'>): void
  /**
   * By column its share: of all gains, or the mean over the trees of its share in a tree. Adds up to 1,
   * or to 0 when nothing gained.
   */
  shares(kind: 'of all gains' | 'mean by tree'): Float64Array
}

export function createImportance(columns: number): Importance {
  const gains = new Float64Array(columns)
  const byTree = new Float64Array(columns)
  return {
    add({ feature, gain }) {
      const total = gain.reduce((a, b) => a + b, 0)
      if (!(total > 0)) return
      feature.forEach((column, node) => {
        if (column < 0) return
        gains[column]! += gain[node]!
        byTree[column]! += gain[node]! / total
      })
    },
    shares(kind) {
      const sums = kind === 'of all gains' ? gains : byTree
      const total = sums.reduce((a, b) => a + b, 0)
      return total > 0 ? sums.map((sum) => sum / total) : sums
    },
  }
}
