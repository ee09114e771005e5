import type { Cause } from './causes.ts'
import type { CauseWords } from './words/cause-words.ts'
import { choiceWords } from './words/choice-words.ts'
import { loadingWords } from './words/loading-words.ts'
import { loginWords } from './words/login-words.ts'

export const causeWords: Readonly<Record<Cause, CauseWords>> = {
  ...loginWords,
  ...choiceWords,
  ...loadingWords,
}

export type { CauseWords }
