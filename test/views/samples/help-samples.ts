import {
  type HelpArticlePage,
  type HelpPage,
  helpTopics,
  type OwnRequestItem,
} from '../../../src/adapters/fastify/seller/page-models/help.ts'
import type { Sample } from './sample.ts'
import { sampleShell as shell } from './sample.ts'

const ask: HelpPage = {
  ...shell,
  title: 'Help',
  section: 'help',
  help: null,
  form: shell.help,
  message: '',
  reference: '7F3A-12C0',
  problem: null,
  isLimitReached: false,
  requests: [],
}
const tooLong: HelpPage = {
  ...ask,
  message: 'x'.repeat(300),
  problem: {
    field: 'message',
    sentence: 'Your request wasn’t sent. Use 4,000 characters or fewer.',
  },
}
const tooOften: HelpPage = {
  ...ask,
  message: 'It is still the same.',
  problem: {
    field: null,
    sentence: 'Too many requests in one hour. We have your earlier requests, but this one wasn’t sent.',
  },
  isLimitReached: true,
}
const sent: HelpPage = {
  ...ask,
  form: null,
  notice: {
    tone: 'success',
    title: 'We’ve received your request',
    sentence: 'Thank you for telling us. We’ll reply by email.',
    reference: '7F3A-12C0',
    steps: [],
    link: null,
    hasConnectButton: false,
    reauthorisedConnectionId: null,
  },
}

const ownRequest: OwnRequestItem = {
  reference: '7F3A-12C0',
  state: 'open',
  stateName: 'With support',
  when: '25 November 2026, 15:04 UTC',
  message: 'Hello,\n\nI have allowed access twice now, and the list stays empty.',
  answers: [],
}
const answered: HelpPage = {
  ...ask,
  requests: [
    ownRequest,
    {
      ...ownRequest,
      reference: '4B0E-9B61',
      state: 'waiting_on_customer',
      stateName: 'Answered',
      answers: [
        { when: '25 November 2026, 16:20 UTC', text: 'Hello Sam,\n\nwhich of the two do you mean?' },
        { when: '26 November 2026, 08:02 UTC', text: 'We have found it. '.repeat(30) },
      ],
    },
    { ...ownRequest, reference: '1C7E-21AA', state: 'solved', stateName: 'Solved', message: 'x'.repeat(200) },
  ],
}

export const helpSamples: readonly Sample[] = [
  { name: 'help', view: 'help/index', page: ask },
  { name: 'help-too-long', view: 'help/index', page: tooLong },
  { name: 'help-too-often', view: 'help/index', page: tooOften },
  { name: 'help-sent', view: 'help/index', page: { ...sent, requests: [ownRequest] } as HelpPage },
  { name: 'help-answered', view: 'help/index', page: answered },
  ...helpTopics.map(topic => {
    const page: HelpArticlePage = { ...shell, title: 'Help', section: 'help', topic }
    return { name: `help-${topic}`, view: `help/${topic}`, page }
  }),
]
