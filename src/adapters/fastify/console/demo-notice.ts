import type { Notice } from '../kit/shell-model.ts'

/** Percent of demo sellers created; null when no creation is running. */
export type DemoProgress = () => number | null

export function demoNotice(progress: DemoProgress): Notice | null {
  const percent = progress()
  if (percent === null) return null
  return {
    tone: 'info',
    title: 'Creating demo sellers',
    sentence: `${percent}% done. They will all appear here at the end. Until then, only the demo users are listed.`,
    reference: null,
    steps: [],
    link: null,
    hasConnectButton: false,
    reauthorisedConnectionId: null,
  }
}
