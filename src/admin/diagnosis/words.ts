import type { Cause } from './causes.ts'
import type { CauseText } from './words/cause-words.ts'
import { choiceText } from './words/choice-words.ts'
import { loadingText } from './words/loading-words.ts'
import { loginText } from './words/login-words.ts'

export const causeTexts: Readonly<Record<Cause, CauseText>> = {
  ...loginText,
  ...choiceText,
  ...loadingText,
}

export type { CauseText }
