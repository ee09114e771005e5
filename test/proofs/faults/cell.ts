import type { commonFaults, FaultyCall, ownFaults } from '../../../sandbox/faults/names.ts'
import type { Cause } from '../../../src/admin/diagnosis/causes.ts'

/**
 * Calls in the fault table. Getting a token counts twice (exchange and refresh). `managerAccounts` and `adsAccounts`
 * are called only when no region lists a profile.
 */
export type Call =
  | 'authorise'
  | 'exchange'
  | 'refresh'
  | 'userProfile'
  | 'profiles'
  | 'managerAccounts'
  | 'adsAccounts'
  | 'report_request'
  | 'report_status'
  | 'download'

interface SpecificFaults {
  readonly authorise: (typeof ownFaults)['consent'][number]
  readonly exchange: (typeof ownFaults)['token'][number]
  readonly refresh: (typeof ownFaults)['token'][number]
  readonly userProfile: (typeof ownFaults)['userProfile'][number]
  readonly profiles: (typeof ownFaults)['profiles'][number]
  readonly managerAccounts: (typeof ownFaults)['managerAccounts'][number]
  readonly adsAccounts: (typeof ownFaults)['adsAccounts'][number]
  readonly report_request: (typeof ownFaults)['create'][number]
  readonly report_status: (typeof ownFaults)['status'][number]
  readonly download: (typeof ownFaults)['download'][number]
}

/** `429_named` is a 429 with a Retry-After of 17 seconds. */
export type CommonFault = (typeof commonFaults)[number] | '429_named'
export type Rows<C extends Call> = Readonly<Record<CommonFault | SpecificFaults[C], Row>>

export type State =
  | 'requested'
  | 'generating'
  | 'completed'
  | 'loaded'
  | 'failed'
  | 'needs authorisation'
  | 'attempt open'
  | 'nothing stored'
  | 'authorised'
  | 'region not fetched'
  | 'region fetched'
  | 'user unknown'
  | 'user known'

/** Who has to act. Cells with different actions must not share a sentence. */
export type Action =
  | 'None: retried'
  | 'None: works'
  | 'Seller: reload Amazon’s page'
  | 'Seller: choose Allow'
  | 'Seller: connect again later'
  | 'Seller: connect again'
  | 'Seller: try again'
  | 'Seller: check Amazon account'
  | 'Seller: check Amazon login'
  | 'Support: check connection'
  | 'Support: check file'
  | 'Operator: check LWA_CLIENT_ID and LWA_CLIENT_SECRET'
  | 'Operator: check AMAZON_DOWNLOAD_HOSTS'
  | 'Operator: check Amazon’s error'
  | 'Developer: fix request'

export interface Plan {
  readonly text: string
  /** Minimum seconds before each retry; at most a fifth longer. Empty without automatic retries. */
  readonly waits: readonly number[]
  readonly end: State
}

export interface Cell {
  readonly state: State
  /** What the seller reads while the fault lasts; `{region}`, `{rows}` and `{user}` vary by case. */
  readonly sentence: string
  /** The timeline's text; null when there is none because all is well. */
  readonly diagnosis: string | null
  readonly action: Action
  readonly plan: Plan
  /** The console's first finding while the fault lasts (S-42). */
  readonly cause: Cause
  /** For a fault that only matters once its days are loaded, and that ends when a second report agrees. */
  readonly reload?: { readonly textWhileRetrying: string; readonly finalCause: Cause }
}

/** A combination that can't occur, and why. */
export interface Impossible {
  readonly cannot: string
}

export type Row = Cell | Impossible

export const isImpossible = (row: Row): row is Impossible => 'cannot' in row

export const cannot = (why: string): Impossible => ({ cannot: why })

/** The sandbox's name for the failing call. */
export const faultyCalls: Readonly<Record<Call, FaultyCall>> = {
  authorise: 'authorise',
  exchange: 'token',
  refresh: 'token',
  userProfile: 'userProfile',
  profiles: 'profiles',
  managerAccounts: 'managerAccounts',
  adsAccounts: 'adsAccounts',
  report_request: 'create',
  report_status: 'status',
  download: 'download',
}
