import type { AccountLabel, Notice, Shell, Switcher } from '../../../src/adapters/fastify/kit/shell-model.ts'

export interface Sample {
  readonly name: string
  readonly view: string
  readonly page: Shell
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
