import { parseStudyFile } from './dist/study-file/parse-study-file.js'
import { specFromFlags, mergeFlags } from './dist/study-file/spec-from-flags.js'
import { readFileSync } from 'node:fs'
const t=(f)=>{ try { console.dir(f(),{depth:3}) } catch(e) { console.log(e.name, e.code, e.code===undefined? e.stack: e.message) } }
t(()=>parseStudyFile(readFileSync('/work/main/examples/digits/study.yaml','utf8'),'study.yaml'))
const design = readFileSync('/work/shared/DESIGN.md','utf8').match(/```yaml\n([^]*?)```/)[1]
t(()=>parseStudyFile(design,'design.yaml'))
t(()=>parseStudyFile(design.replace(', memory: 2GB',''),'design.yaml'))
t(()=>parseStudyFile(`name: a/b
command: [python3, train.py, --lr, {lr}, --n, "{nn}", 1e-4, [x, "{momentum}"]]
trails: 4
space:
  lr: { float: [0, 1], scale: log }
  opt:
    variant:
      sgd:
        momentum: { float: [0, 0.99],
           defualt: 3 }
      adam:
        b: { flaot: [0, 1] }
  layers:
    list: [1, 3]
    of:
      units: { int: [1.5, 3] }
      x: { int: [1, 3], default: 7 }
require:
  - "lr * <"
  - lr < 2
objective:
  - maximise: accuracy
  - { minimize: a, maximize: b }
  - 3
constraints: ["3 < 4", "a +"]
result: lst
metric: 'a=([0-9'
trials: ten
time: 10 min
target: .nan
workers: 0
sampler: { tpee: {} }
scheduler: { asha: { factr: 3, minSteps: "4" } }
trial: { timout: 3s, grace: -1 }
seed: 1.5
deterministic: yes
lag: 0
journal:
env: { A: [1], "b=c": 3 }
`,'bad.yaml'))
t(()=>specFromFlags({name:'s',param:['lr=log:1e-5..1e-1@1e-3','units=int:8..256','width=log-int:8..512','drop=float:0..0.5/0.1','act=relu,tanh','b=flag','n=8,16,32@16','q="8",16','e=choice:flag,true'],require:['lr*units<5'],goals:[{direction:'maximize',name:'accuracy'}],words:['python3','{lr}'],trials:'50',trialTimeout:'30s'}).space.params.map(p=>JSON.stringify(p)))
t(()=>specFromFlags({name:undefined,param:['lr=lgo:1e-5..1e-1','units=int:8.5..256','w=log-int:0..512','drop=float:0-0.5/0.1','act=relu,,tanh','act2=a@b@c','b=flag@yes','lr','x=1..2','x2=log:1..2@5','y=flag','y=flag'],require:['lr*units<','foo<3'],goals:[{direction:'maximize',name:'a'},{direction:'minimize',name:'a'}],words:[],trials:'5x',trialTimeout:'0s',workers:'auto',lag:'0',sampler:'constructor',scheduler:'ahsa',result:'bst',metric:'(',target:'inf',seed:'1e400'}))
t(()=>specFromFlags({name:'s',param:['lr=log:1e-5..1e-1'],require:['lr > 1'],goals:[{direction:'maximize',name:'a'}],words:['python3','{lrr}']}))
