import type { Cause } from './causes.ts'
import type { CauseText } from './texts/cause-texts.ts'
import { choiceText } from './texts/choice-texts.ts'
import { loadingText } from './texts/loading-texts.ts'
import { loginText } from './texts/login-texts.ts'

export const causeTexts: Readonly<Record<Cause, CauseText>> = {
  ...loginText,
  ...choiceText,
  ...loadingText,
}

export type { CauseText }
