import type { Notice } from '../page-models/shell.ts'

/** Percentage of the demo sellers created; null when none are being created. */
export type DemoProgress = () => number | null

export function demoNotice(progress: DemoProgress): Notice | null {
  const percent = progress()
  if (percent === null) return null
  return {
    tone: 'info',
    title: 'Demo sellers are still being made',
    sentence: `${percent}% is done. They all appear here at the end. Until then you see the accounts you sign in with, and what they do.`,
    reference: null,
    steps: [],
    way: null,
    offersConnect: false,
    renews: null,
  }
}
