// What the small sets share: features once, folds of the training part, one look at the rest.
import { evaluate, foldsOf, rbfSvm, splitRows } from '@attune/models'
import { rowsOf } from './splits.mjs'

/** @param load gives { x, y, groups } of a whole set; groups never lie on two sides */
export function smallSet(load) {
  let known
  const parts = async () => (known ??= divide(await load()))
  return {
    async objective(trial) {
      const { train, groups } = await parts()
      const folds = foldsOf(train.x.rows, { folds: 4, stratify: train.y.codes, groups, seed: 1 })
      let sum = 0
      for (const [i, fold] of folds.entries()) {
        const accuracy = await judged(
          rowsOf(train, fold.train),
          rowsOf(train, fold.test),
          trial.params,
        )
        sum += accuracy.accuracy
        const decision = await trial.report({ accuracy: sum / (i + 1) }, { step: i + 1 })
        if (decision.kind === 'stop') break
      }
      return sum / folds.length
    },
    async finish(params) {
      const { train, test } = await parts()
      return judged(train, test, params)
    },
  }
}

function divide({ x, y, groups, share = 0.2 }) {
  const rows = splitRows(
    x.rows,
    { train: 1 - share, test: share },
    { stratify: y.codes, groups, seed: 1 },
  )
  return {
    train: rowsOf({ x, y }, rows.train),
    test: rowsOf({ x, y }, rows.test),
    groups: Int32Array.from(rows.train, (row) => groups[row]),
  }
}

async function judged(train, test, params) {
  const model = await rbfSvm().fit(
    train.x,
    train.y,
    { ...params, calibration: 'none' },
    { seed: 1 },
  )
  return evaluate(test.y, await model.predict(test.x))
}
