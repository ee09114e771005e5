import type { Truth, TruthQuery } from '../figures/truth.ts'
import { truthOf } from '../figures/truth.ts'
import { issueToken } from '../login/tokens.ts'
import type { Event } from '../memory.ts'
import { personNamed } from '../people/cast.ts'
import type { World } from '../world.ts'
import type { Calls } from './calls.ts'
import { WrongSwitch } from './switchboard.ts'
import type { Switches } from './switches.ts'

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

/** What a test, or the sandbox's own page, may do to Amazon. */
export interface Controls {
  /** Sets the named switches; throws on one that does not exist. */
  set(switches: Partial<Switches>): void
  switches(): Readonly<Switches>
  /** The user removes the application at Amazon; access tokens live on unless they are to die too. */
  revoke(user: string, options?: { readonly accessTokensToo?: boolean }): void
  /** Every access token given so far is expired. */
  expireAccessTokens(): void
  calls(): Readonly<Calls>
  resetCalls(): void
  /** Everything off, nothing counted, no report known; revoked consents stay revoked. */
  reset(): Promise<void>
  truth(query: TruthQuery): Truth | undefined
  /** The reports and revocations so far, for another sandbox of the same seed. */
  events(): readonly Event[]
  /** Takes over what another sandbox of the same seed knows. */
  takeOver(events: readonly Event[]): void
  /** Tokens as if the user had just consented. */
  grant(user: string, scope?: string): TokenPair
}

const usualScope = 'advertising::campaign_management profile'

export function controlsOf(world: World): Controls {
  const { memory, switchboard, calls } = world
  return {
    set: switches => switchboard.set(switches),
    switches: () => switchboard.on,
    revoke: (user, options) => {
      const { id } = known(user)
      memory.record({ event: 'revoked', personId: id, accessTokensToo: options?.accessTokensToo ?? false })
    },
    expireAccessTokens: () => memory.record({ event: 'access tokens expired' }),
    calls: () => calls.all,
    resetCalls: () => calls.reset(),
    reset: async () => {
      switchboard.reset()
      calls.reset()
      memory.record({ event: 'reports forgotten' })
      await world.files.forget()
    },
    truth: query => {
      const { restatement } = switchboard.on
      return truthOf(query, { ...world.source, now: world.now(), restatement })
    },
    events: () => [...memory.events()],
    takeOver: events => {
      for (const event of events) memory.record(event)
    },
    grant: (user, scope = usualScope) => {
      const personId = known(user).id
      const grantEpoch = memory.grantEpoch(personId)
      const grant = { personId, clientId: world.clientId, scope, consentedAt: world.now(), grantEpoch }
      return {
        accessToken: issueToken(world, 'access', grant),
        refreshToken: issueToken(world, 'refresh', grant),
      }
    },
  }
}

function known(user: string) {
  const person = personNamed(user)
  if (!person) throw new WrongSwitch(`there is no user ${user}`)
  return person
}
