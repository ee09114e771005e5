import { commonFaults, ownFaults } from '../../../sandbox/faults/names.ts'
import type { Call, Row, Rows } from './cell.ts'
import { authorise } from './table/authorise.ts'
import { download } from './table/download.ts'
import { adsAccounts, managerAccounts } from './table/empty-list.ts'
import { exchange } from './table/exchange.ts'
import { profiles } from './table/profiles.ts'
import { refresh } from './table/refresh.ts'
import { reportRequest } from './table/report-request.ts'
import { reportStatus } from './table/report-status.ts'
import { userProfile } from './table/user-profile.ts'

export const table: { readonly [C in Call]: Rows<C> } = {
  authorise,
  exchange,
  refresh,
  userProfile,
  profiles,
  managerAccounts,
  adsAccounts,
  report_request: reportRequest,
  report_status: reportStatus,
  download,
}

export const calls = Object.keys(table) as Call[]

export interface TableEntry {
  readonly call: Call
  readonly fault: string
  readonly row: Row
}

export const tableEntries: readonly TableEntry[] = calls.flatMap(call =>
  Object.entries(table[call]).map(([fault, row]) => ({ call, fault, row })),
)

const specificFaults: Readonly<Record<Call, readonly string[]>> = {
  authorise: ownFaults.consent,
  exchange: ownFaults.token,
  refresh: ownFaults.token,
  userProfile: ownFaults.userProfile,
  profiles: ownFaults.profiles,
  managerAccounts: ownFaults.managerAccounts,
  adsAccounts: ownFaults.adsAccounts,
  report_request: ownFaults.create,
  report_status: ownFaults.status,
  download: ownFaults.download,
}

/** Faults that the table must contain: every fault that the sandbox can inject into the call. */
export const requiredFaults = (call: Call): string[] => [
  ...commonFaults,
  '429_named',
  ...specificFaults[call],
]

export const isRedirectFault = (call: Call, fault: string): boolean =>
  call === 'authorise' && specificFaults.authorise.includes(fault)
