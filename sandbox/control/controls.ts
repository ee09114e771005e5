import { type Truth, type TruthQuery, truthOf } from '../figures/truth.ts'
import { issueToken } from '../login/tokens.ts'
import type { Event } from '../memory.ts'
import { userNamed } from '../users/test-users.ts'
import type { World } from '../world.ts'
import type { Calls } from './calls.ts'
import { WrongSwitch } from './switchboard.ts'
import type { Switches } from './switches.ts'

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

export interface Controls {
  /** @throws {WrongSwitch} for an unknown switch. */
  set(switches: Partial<Switches>): void
  switches(): Readonly<Switches>
  /** Removes the application at Amazon; access tokens stay valid unless `accessTokensToo`. */
  revoke(user: string, options?: { readonly accessTokensToo?: boolean }): void
  expireAccessTokens(): void
  /** Invalidates the old secret and every refresh token (docs/product/amazon.md, "Login with Amazon: tokens"). */
  changeClientSecret(secret: string): void
  calls(): Readonly<Calls>
  resetCalls(): void
  /** Resets switches, counts and reports; revocations stay. */
  reset(): Promise<void>
  truth(query: TruthQuery): Truth | undefined
  /** For another sandbox with the same seed. */
  events(): readonly Event[]
  importEvents(events: readonly Event[]): void
  grant(user: string, scope?: string): TokenPair
}

const defaultScope = 'advertising::campaign_management profile'

export function controlsOf(world: World): Controls {
  const { memory, switchboard, calls } = world
  return {
    set: switches => switchboard.set(switches),
    switches: () => switchboard.current,
    revoke: (user, options) => {
      const { id } = known(user)
      memory.record({ event: 'revoked', userId: id, accessTokensToo: options?.accessTokensToo ?? false })
    },
    expireAccessTokens: () => memory.record({ event: 'access tokens expired' }),
    changeClientSecret: secret => memory.record({ event: 'client secret changed', secret }),
    calls: () => calls.all,
    resetCalls: () => calls.reset(),
    reset: async () => {
      switchboard.reset()
      calls.reset()
      memory.record({ event: 'reports forgotten' })
      await world.files.deleteAll()
    },
    truth: query => {
      const { restatement } = switchboard.current
      return truthOf(query, { ...world.source, now: world.now(), restatement })
    },
    events: () => [...memory.events()],
    importEvents: events => {
      for (const event of events) memory.record(event)
    },
    grant: (user, scope = defaultScope) => {
      const userId = known(user).id
      const grantEpoch = memory.grantEpoch(userId)
      const grant = { userId, clientId: world.clientId, scope, consentedAt: world.now(), grantEpoch }
      return {
        accessToken: issueToken(world, 'access', grant),
        refreshToken: issueToken(world, 'refresh', grant),
      }
    },
  }
}

function known(user: string) {
  const testUser = userNamed(user)
  if (!testUser) throw new WrongSwitch(`Unknown test user: ${user}`)
  return testUser
}
