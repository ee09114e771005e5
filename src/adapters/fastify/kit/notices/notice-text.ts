import type { Notice } from '../shell-model.ts'

export type NoticeTexts<Code extends string> = Readonly<
  Record<Code, Pick<Notice, 'tone' | 'title' | 'sentence'> & Partial<Pick<Notice, 'steps'>>>
>
