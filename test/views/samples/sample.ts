import type { AccountLabel, Notice, Shell, Switcher } from '../../../src/adapters/fastify/kit/shell-model.ts'

export interface Sample {
  readonly name: string
  readonly view: string
  readonly page: Shell
}

export const sampleShell: Shell = {
  title: 'Ads',
  csrf: 'csrf-token',
  user: { name: 'Sam Seller', email: 'seller@demo.test' },
  switcher: null,
  notice: null,
  help: {
    idempotencyKey: '3c1f2f44-6f0e-4b0e-9b61-0a6f6a6f4a10',
    account: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21',
    amazonEmail: 'jane@example.com',
    marketplace: 'Amazon.com',
    page: '/dashboard/ads/',
  },
  supportEmail: 'support@1smart.link',
  viewAs: null,
}

export const us: AccountLabel = { name: 'My Brand US', marketplace: 'Amazon.com', flag: 'US', country: 'US' }
export const uk: AccountLabel = {
  name: 'Larch & Loam Home',
  marketplace: 'Amazon.co.uk',
  flag: 'GB',
  country: 'UK',
}
export const long: AccountLabel = {
  name: 'Schwarzwälder Uhren- und Holzwarenmanufaktur GmbH & Co. KG',
  marketplace: 'Amazon.de',
  flag: 'DE',
  country: 'DE',
}

export const switcherWith = (accounts: readonly AccountLabel[], canConnect = true): Switcher => ({
  current: accounts[0] ?? null,
  accounts: accounts.map((account, at) => ({ ...account, id: `c-${at}`, isCurrent: at === 0 })),
  canConnect,
})

export const notice = (
  tone: Notice['tone'],
  title: string,
  sentence: string,
  overrides: Partial<Notice> = {},
): Notice => ({
  tone,
  title,
  sentence,
  reference: null,
  steps: [],
  link: null,
  hasConnectButton: false,
  reauthorisedConnectionId: null,
  ...overrides,
})
