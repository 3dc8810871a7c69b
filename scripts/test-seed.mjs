// Property tests draw from a fixed seed, so that a gate that was green stays green; other seeds are
// tried with FC_SEED=… npm test.
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20261121) })
