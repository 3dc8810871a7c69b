import { openContext } from './lib/context.ts'
import { thisMachine } from './lib/machine.ts'
import { sayOn } from './lib/progress.ts'
import { writeResult, placesIn, writeIndex } from './lib/write-results.ts'
import { findingsOf, reproduction } from './genetic/reproduction.ts'
const small={ train: 1000, validation: 500, test: 500, pool: 2 }
const common={ populationSize: 25, epochs: 2, generations: 3, sizes: small, seeds:[1,2] }
await using context = await openContext({profile:'short',data:'/work/shared/data',workers:2,signal:new AbortController().signal,say:sayOn(process.stderr),journal:'/tmp/h/C-dev/genetic.db',fresh:process.argv[2]==='fresh'})
const t=performance.now()
const findings=await findingsOf(context,{sets:{mnist:common,cifar10:{...common,sizes:{...small,pool:4}}},architectures:4,seconds:5})
const {title,source,claims}=reproduction
const places=placesIn('/tmp/h/C-dev','short','/tmp/h/C-dev/out')
console.log(await writeResult({document:{name:'genetic',title,source,claims},profile:'short',workers:2,findings,machine:thisMachine(),date:'2026-01-01',seconds:(performance.now()-t)/1000},places))
await writeIndex(['genetic'],places)
