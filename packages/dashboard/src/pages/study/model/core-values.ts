// What is loaded of core when it is needed: importing core itself so would bring all of it.
export { nest, spaceFromJson } from '@attune/core'
