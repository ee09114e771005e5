import type { Person } from '../sandbox/people/cast.ts'
import { crowd } from '../sandbox/people/crowd.ts'
import { after, minutes } from '../src/domain/calendar.ts'
import { connected } from './plots/connected.ts'
import { healthy, others, settled } from './plots/healthy.ts'
import { onTheWay } from './plots/on-the-way.ts'
import { over } from './plots/over.ts'
import type { Plot } from './plots/plot.ts'
import type { Identity } from './seller.ts'

/** Somebody, and what happens to them from when on. */
export interface Life {
  readonly identity: Identity
  readonly plot: Plot
  readonly beginsAt: Date
}

const plots: readonly Plot[] = [...onTheWay, ...connected, ...over, ...healthy, settled]
const shares = 200

/**
 * So many sellers, each of another name and with another account at Amazon; every plot is somebody's, and most of them are
 * well. The same for the same number, but for when they begin, which is counted back from now.
 */
export function livesOf(count: number, now: Date): readonly Life[] {
  const cast = plots.flatMap(plot =>
    Array.from({ length: Math.max(1, Math.round((plot.share * count) / shares)) }, () => plot),
  )
  const left = Math.max(0, count - cast.length)
  const people = new Set(strangers)
  return [...cast, ...Array.from({ length: left }, () => others)].map((plot, index) => {
    const person = [...people].find(one => plot === others || plot === settled || advertises(one))
    if (!person) throw new Error('there are not so many people at the sandbox')
    people.delete(person)
    return { plot, identity: identityOf(plot, person), beginsAt: after(now, -minutes(beganOf(plot, index))) }
  })
}

/** A step that has no divisor with their number: neighbours in the list have no name in common. */
const strangers = crowd.map((_, index) => crowd[(index * 101) % crowd.length] as Person)

/** Whoever has something to tell has figures too: otherwise the console would tell that first. */
const advertises = ({ accounts }: Person): boolean =>
  accounts.every(({ activity, brandRegistry }) => activity !== 'none' && brandRegistry)

function identityOf({ amazonUser, role = 'seller', plan = 'monthly' }: Plot, person: Person): Identity {
  return {
    name: person.name,
    email: person.email.replace('@amazon.example', '@sellers.demo.test'),
    amazonUser: amazonUser ?? person.id,
    role,
    subscription: plan && { plan, endsAt: null },
  }
}

/** Spread over the plot's time, by the golden ratio: no two at once, wherever one looks. */
function beganOf({ began: [latest, earliest] }: Plot, index: number): number {
  return latest + (earliest - latest) * ((index * 0.618_033_988_75) % 1)
}
