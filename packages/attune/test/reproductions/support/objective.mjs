// A made-up objective whose optimum its settings say.
const { optimum } = JSON.parse(process.env.REPRODUCTION)

export default async ({ params, report }) => {
  const loss = (params.x - optimum) ** 2
  await report({ loss, x: params.x }, { step: 1 })
  return { loss }
}
