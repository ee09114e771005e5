import { crowd } from '../sandbox/users/crowd.ts'
import type { User } from '../sandbox/users/user.ts'
import { after, minutes } from '../src/domain/calendar.ts'
import { closed } from './scenarios/closed.ts'
import { connected } from './scenarios/connected.ts'
import { connecting } from './scenarios/connecting.ts'
import { healthy, justConnected, justSynced } from './scenarios/healthy.ts'
import type { Scenario } from './scenarios/scenario.ts'
import type { Identity } from './seller.ts'

export interface DemoSeller {
  readonly identity: Identity
  readonly scenario: Scenario
  readonly startsAt: Date
}

const scenarios: readonly Scenario[] = [...connecting, ...connected, ...closed, ...healthy, justSynced]
const sellersInShares = 200

/**
 * Returns `count` sellers with different names and Amazon users. Each scenario has at least one, and most sellers are
 * healthy. Deterministic, except that start times count back from now.
 */
export function createDemoSellers(count: number, now: Date): readonly DemoSeller[] {
  const assigned = scenarios.flatMap(scenario =>
    Array.from(
      { length: Math.max(1, Math.round((scenario.sellersPer200 * count) / sellersInShares)) },
      () => scenario,
    ),
  )
  const left = Math.max(0, count - assigned.length)
  const users = new Set(shuffledCrowd)
  return [...assigned, ...Array.from({ length: left }, () => justConnected)].map((scenario, index) => {
    const user = [...users].find(
      one => scenario === justConnected || scenario === justSynced || hasFigures(one),
    )
    if (!user) throw new Error('the sandbox has too few users')
    users.delete(user)
    return {
      scenario,
      identity: identityOf(scenario, user),
      startsAt: after(now, -minutes(minutesAgoOf(scenario, index))),
    }
  })
}

/** 101 shares no divisor with the crowd's size, so all members appear and neighbours have different names. */
const shuffledCrowd = crowd.map((_, index) => crowd[(index * 101) % crowd.length] as User)

/** Scenarios need accounts with figures: otherwise the console would report the missing figures first. */
const hasFigures = ({ accounts }: User): boolean =>
  accounts.every(({ activity, brandRegistry }) => activity !== 'none' && brandRegistry)

function identityOf({ amazonUser, role = 'seller', plan = 'monthly' }: Scenario, user: User): Identity {
  return {
    name: user.name,
    email: user.email.replace('@amazon.example', '@sellers.demo.test'),
    amazonUser: amazonUser ?? user.id,
    role,
    subscription: plan && { plan, endsAt: null },
  }
}

/** Spreads start times evenly over the scenario's range, by the golden ratio. */
function minutesAgoOf({ startedMinutesAgo: [latest, earliest] }: Scenario, index: number): number {
  return latest + (earliest - latest) * ((index * 0.618_033_988_75) % 1)
}
