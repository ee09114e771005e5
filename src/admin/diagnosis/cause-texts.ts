import type { Cause } from './causes.ts'
import type { CauseText } from './texts/cause-texts.ts'
import { choiceText } from './texts/choice-texts.ts'
import { loginText } from './texts/login-texts.ts'
import { loadingText } from './texts/report-texts.ts'

export const causeTexts: Readonly<Record<Cause, CauseText>> = {
  ...loginText,
  ...choiceText,
  ...loadingText,
}

export type { CauseText }
