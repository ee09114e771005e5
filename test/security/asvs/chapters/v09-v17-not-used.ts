import { type Chapter, notApplicable } from '../requirement.ts'

const noTokens = notApplicable(
  'We issue and accept no self-contained token: sessions and links are references. Amazon’s tokens are opaque to us.',
)

export const selfContainedTokens: Chapter = {
  title: 'Self-contained tokens',
  requirements: {
    '9.1.1': noTokens,
    '9.1.2': noTokens,
    '9.1.3': noTokens,
    '9.2.1': noTokens,
    '9.2.2': noTokens,
    '9.2.3': noTokens,
    '9.2.4': noTokens,
  },
}

const noWebRtc = notApplicable('No WebRTC.')

export const webRtc: Chapter = {
  title: 'WebRTC',
  requirements: {
    '17.1.1': noWebRtc,
    '17.2.1': noWebRtc,
    '17.2.2': noWebRtc,
    '17.2.3': noWebRtc,
    '17.2.4': noWebRtc,
    '17.3.1': noWebRtc,
    '17.3.2': noWebRtc,
  },
}
