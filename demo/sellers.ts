import type { User } from '../sandbox/users/cast.ts'
import { crowd } from '../sandbox/users/many-profiles.ts'
import { after, minutes } from '../src/domain/calendar.ts'
import { connected } from './scenarios/connected.ts'
import { finished, healthy, others } from './scenarios/healthy.ts'
import { onTheWay } from './scenarios/on-the-way.ts'
import { over } from './scenarios/over.ts'
import type { Plot } from './scenarios/plot.ts'
import type { Identity } from './seller.ts'

export interface Life {
  readonly identity: Identity
  readonly plot: Plot
  readonly beginsAt: Date
}

const plots: readonly Plot[] = [...onTheWay, ...connected, ...over, ...healthy, finished]
const shares = 200

/**
 * Returns `count` sellers with different names and Amazon users. Each scenario has at least one, and most sellers are
 * healthy. Deterministic, except that start times count back from now.
 */
export function livesOf(count: number, now: Date): readonly Life[] {
  const cast = plots.flatMap(plot =>
    Array.from({ length: Math.max(1, Math.round((plot.share * count) / shares)) }, () => plot),
  )
  const left = Math.max(0, count - cast.length)
  const users = new Set(strangers)
  return [...cast, ...Array.from({ length: left }, () => others)].map((plot, index) => {
    const user = [...users].find(one => plot === others || plot === finished || advertises(one))
    if (!user) throw new Error('there are not so many people at the sandbox')
    users.delete(user)
    return { plot, identity: identityOf(plot, user), beginsAt: after(now, -minutes(beganOf(plot, index))) }
  })
}

/** 101 shares no divisor with the crowd's size, so all members appear and neighbours have different names. */
const strangers = crowd.map((_, index) => crowd[(index * 101) % crowd.length] as User)

/** Scenarios need accounts with figures: otherwise the console would report the missing figures first. */
const advertises = ({ accounts }: User): boolean =>
  accounts.every(({ activity, brandRegistry }) => activity !== 'none' && brandRegistry)

function identityOf({ amazonUser, role = 'seller', plan = 'monthly' }: Plot, user: User): Identity {
  return {
    name: user.name,
    email: user.email.replace('@amazon.example', '@sellers.demo.test'),
    amazonUser: amazonUser ?? user.id,
    role,
    subscription: plan && { plan, endsAt: null },
  }
}

/** Spreads start times evenly over the scenario's range, by the golden ratio. */
function beganOf({ began: [latest, earliest] }: Plot, index: number): number {
  return latest + (earliest - latest) * ((index * 0.618_033_988_75) % 1)
}
