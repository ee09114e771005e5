// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is sought is source text.

import type { Break } from './breaks.ts'

const search = 'test/bench/console.test.ts'
const stores = 'test/adapters/postgres/console-contract.test.ts'
const sameAnswer = 'S-40 the search finds, in order,'

const found = (its: Omit<Break, 'promise' | 'file'>): Break => ({
  promise: 'S-40',
  file: 'src/adapters/postgres/case-digests.ts',
  ...its,
})

/** What an agent finds, however quickly. */
export const searchBreaks: readonly Break[] = [
  found({
    what: 'what is rare is looked for among the latest cases alone',
    find: '(select count(*) from walked) < ? as is_enough',
    put: '(select count(*) from walked) <= ? as is_enough',
    tests: [search],
    named: sameAnswer,
  }),
  found({
    what: 'the next page of something rare begins at the beginning',
    find: 'const all = fitting(conditions, place)',
    put: 'const all = fitting(conditions)',
    tests: [search],
    named: sameAnswer,
  }),
  found({
    what: 'the latest cases are shown whatever was asked',
    find: 'const near = fitting(conditions)',
    put: 'const near = fitting([])',
    tests: [search],
    named: sameAnswer,
  }),
  found({
    what: 'two letters are looked for where no word begins',
    find: "['', ...breaks.map(each => `%${escaped(each)}`)]",
    put: "['%']",
    tests: [stores],
    named: 'S-40 one or two letters',
  }),
]
