import type { Notice } from '../kit/shell-model.ts'

export function demoNotice(demoProgress: () => number | null): Notice | null {
  const percent = demoProgress()
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
