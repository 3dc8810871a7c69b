import { madeNames } from '../made-studies.ts'
import { testStudies } from './ask-studies.ts'

testStudies(madeNames)
