import type { Notice } from '../page-models/shell.ts'

/** Percent of demo sellers created; null when no creation is running. */
export type DemoProgress = () => number | null

export function demoNotice(progress: DemoProgress): Notice | null {
  const percent = progress()
  if (percent === null) return null
  return {
    tone: 'info',
    title: 'Creating demo sellers',
    sentence: `${percent}% done. They appear here together when finished. Until then, only the demo sign-ins are listed.`,
    reference: null,
    steps: [],
    link: null,
    hasConnectButton: false,
    reauthorisedConnectionId: null,
  }
}
