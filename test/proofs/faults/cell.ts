import type { commonFaults, FaultyCall, ownFaults } from '../../../sandbox/faults/names.ts'
import type { Cause } from '../../../src/admin/diagnosis/causes.ts'

/**
 * Where the table is driven: a token is asked for by two stories, so that the seven calls of the design are eight here; two
 * more are made only when no region lists a profile.
 */
export type Call =
  | 'authorise'
  | 'exchange'
  | 'refresh'
  | 'userProfile'
  | 'profiles'
  | 'managerAccounts'
  | 'adsAccounts'
  | 'order'
  | 'look'
  | 'download'

interface Own {
  readonly authorise: (typeof ownFaults)['consent'][number]
  readonly exchange: (typeof ownFaults)['token'][number]
  readonly refresh: (typeof ownFaults)['token'][number]
  readonly userProfile: (typeof ownFaults)['userProfile'][number]
  readonly profiles: (typeof ownFaults)['profiles'][number]
  readonly managerAccounts: (typeof ownFaults)['managerAccounts'][number]
  readonly adsAccounts: (typeof ownFaults)['adsAccounts'][number]
  readonly order: (typeof ownFaults)['create'][number]
  readonly look: (typeof ownFaults)['status'][number]
  readonly download: (typeof ownFaults)['download'][number]
}

/** `429_named` is a 429 that names a wait of 17 seconds. */
export type CommonFault = (typeof commonFaults)[number] | '429_named'
export type Rows<C extends Call> = Readonly<Record<CommonFault | Own[C], Row>>

/** Where something stands, in the words of the documents. */
export type State =
  /** Reports. */
  | 'requested'
  | 'generating'
  | 'completed'
  | 'loaded'
  | 'failed'
  /** Connections. */
  | 'needs authorisation'
  /** Authorisations. */
  | 'attempt open'
  | 'nothing stored'
  | 'authorised'
  | 'region unread'
  | 'region read'
  | 'user unknown'
  | 'user known'

/** Who has to do what. Two cells that need different actions may not share a sentence. */
export type Action =
  | 'nobody: it is tried again'
  | 'nobody: it works'
  | 'the seller reloads Amazon’s page'
  | 'the seller allows access'
  | 'the seller connects again in a few minutes'
  | 'the seller connects again'
  | 'the seller presses Try again'
  | 'the seller checks the account at Amazon'
  | 'the seller checks the login at Amazon'
  | 'support looks at the connection'
  | 'an operator checks LWA_CLIENT_ID and LWA_CLIENT_SECRET'
  | 'an operator checks AMAZON_DOWNLOAD_HOSTS'
  | 'an operator looks at what Amazon refused us'
  | 'a developer mends the request'

export interface Plan {
  /** In words, for people. */
  readonly words: string
  /** How many seconds it waits after each time, at least; at most a fifth longer. Empty: it is not tried again by itself. */
  readonly waits: readonly number[]
  /** Where it stands when the fault lasts and the waits are over. */
  readonly end: State
}

export interface Cell {
  /** Where it stands after the first time. */
  readonly state: State
  /** What the seller reads when it lasts; `{region}`, `{rows}` and `{user}` are the case's own. */
  readonly sentence: string
  /** What stands in the timeline, for the agent; null where nothing is told because all is well. */
  readonly diagnosis: string | null
  readonly action: Action
  readonly plan: Plan
  /** What the console names first while it lasts (S-42). */
  readonly cause: Cause
}

/** A combination that there is not, and why. */
export interface Impossible {
  readonly cannot: string
}

export type Row = Cell | Impossible

export const isImpossible = (row: Row): row is Impossible => 'cannot' in row

export const cannot = (why: string): Impossible => ({ cannot: why })

/** Which call of the sandbox is made to fail. */
export const faultyCalls: Readonly<Record<Call, FaultyCall>> = {
  authorise: 'authorise',
  exchange: 'token',
  refresh: 'token',
  userProfile: 'userProfile',
  profiles: 'profiles',
  managerAccounts: 'managerAccounts',
  adsAccounts: 'adsAccounts',
  order: 'create',
  look: 'status',
  download: 'download',
}
