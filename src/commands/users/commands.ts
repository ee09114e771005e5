import { existsSync } from 'node:fs'
import { removeDemoUsers } from '../../adapters/postgres/access/demo-users.ts'
import { Totp } from '../../adapters/security/totp.ts'
import { ChangeAccess } from '../../admin/users/change-access.ts'
import { ChangeRole } from '../../admin/users/change-role.ts'
import { RemoveSecondFactor } from '../../admin/users/remove-second-factor.ts'
import { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import { CreateUser } from '../../application/access/create-user.ts'
import { EndSessions } from '../../application/access/end-sessions.ts'
import { IssueAccessLink } from '../../application/access/issue-access-link.ts'
import { Users } from '../../application/access/ports.ts'
import { Clock, type Get } from '../../application/ports.ts'
import { LastAdmin } from '../../domain/access/staff-action.ts'
import { plans, type Subscription } from '../../domain/access/subscription.ts'
import { isStaff, roles } from '../../domain/access/user.ts'
import type { Secret } from '../../domain/secret.ts'
import { visibleLine } from '../../domain/visible-text.ts'
import { demoUsers } from '../start/demo-users.ts'
import { keyFileIn, loadOrCreateKey } from '../start/keys.ts'
import { type Arguments, emailOf, InvalidUsage, oneOf, timeOf } from './arguments.ts'

interface Command {
  readonly usage: string
  readonly description: string
  /** Needs the product’s keys, which encrypt the link until it is sent. */
  readonly emailsLink?: true
  /**
   * @throws {InvalidUsage}
   * @throws {CommandFailed} nothing was changed.
   */
  run(args: Arguments, get: Get, say: (line: string) => void, installation: Installation): Promise<void>
}

export interface Installation {
  readonly migrationUrl: Secret
  readonly dataDirectory: string
}

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** @throws {CommandFailed} */
function requireUserFound<Outcome>(
  outcome: Outcome | 'user_not_found',
  { email }: { readonly email: string },
): asserts outcome is Outcome {
  if (outcome === 'user_not_found') throw new CommandFailed(`User not found: ${email}. Nothing was changed.`)
}

const planText = (subscription: Subscription | null): string => {
  if (!subscription) return 'no plan'
  const { plan, endsAt } = subscription
  return endsAt ? `${plan} until ${endsAt.toISOString()}` : plan
}

const failForLastAdmin = (error: unknown): never => {
  if (!(error instanceof LastAdmin)) throw error
  throw new CommandFailed('This is the last admin. Nothing was changed.')
}

async function changeAccess(
  args: Arguments,
  get: Get,
  say: (line: string) => void,
  isDisabled: boolean,
): Promise<void> {
  const about = emailOf(args)
  const outcome = await get(ChangeAccess)
    .execute({ about, isDisabled, source: 'command' })
    .catch(failForLastAdmin)
  requireUserFound(outcome, about)
  const state = isDisabled ? 'disabled' : 'enabled'
  say(`${outcome === 'changed' ? 'Now' : 'Already'} ${state}: ${about.email}.`)
}

async function printLink(
  args: Arguments,
  get: Get,
  say: (line: string) => void,
  purpose: 'invitation' | 'reset' | 'enrolment',
): Promise<void> {
  const about = emailOf(args)
  const { email } = about
  const issued = await get(IssueAccessLink).execute(about, purpose)
  requireUserFound(issued, about)
  if (issued === 'has_password')
    throw new CommandFailed(`${email} already has a password. To print a reset link, use "reset".`)
  if (issued === 'user_disabled') throw new CommandFailed(`${email} is disabled. Use "enable" first.`)
  say(issued.link.reveal())
}

const pageSize = 500

export const commands: Readonly<Record<string, Command>> = {
  list: {
    usage: '',
    description: 'lists all users: email, role, plan',
    async run(_, get, say) {
      let last: string | null = null
      do {
        const page = await get(Users).listAfter(last, pageSize)
        if (page.length === 0 && last === null) say('No users yet.')
        for (const { user, subscription } of page)
          say([user.email, user.role, planText(subscription)].join('\t'))
        last = page.length === pageSize ? (page.at(-1)?.user.email ?? null) : null
      } while (last !== null)
    },
  },

  add: {
    usage: `EMAIL --name NAME [--role ${roles.join('|')}] [--plan ${plans.join('|')}]`,
    description:
      'adds a user and prints the invitation: a single-use link to set a password, valid for 7 days',
    async run(args, get, say) {
      const about = emailOf(args)
      const name = visibleLine(args.name ?? '')
      if (!name) throw new InvalidUsage('Missing value: --name')
      const role = oneOf('--role', args.role ?? 'seller', roles)
      const plan = args.plan === undefined ? null : oneOf('--plan', args.plan, plans)
      const added = await get(CreateUser).execute({ ...about, name, role })
      if (added === 'email_already_registered')
        throw new CommandFailed(`User already exists: ${about.email}. Nothing was changed.`)
      if (plan) {
        const subscription = { plan, endsAt: null }
        await get(ApplySubscriptionEvent).setManually({ about, subscription, source: 'command' })
      }
      say(`Added ${about.email}: ${role}, ${plan ?? 'no plan'}. Invitation, valid for 7 days:`)
      say(added.link.reveal())
    },
  },

  invite: {
    usage: 'EMAIL',
    description: 'prints a new invitation for a user without a password',
    run: (args, get, say) => printLink(args, get, say, 'invitation'),
  },

  reset: {
    usage: 'EMAIL',
    description: 'prints a single-use link to reset a password, valid for 30 minutes',
    run: (args, get, say) => printLink(args, get, say, 'reset'),
  },

  plan: {
    usage: `EMAIL ${[...plans, 'none'].join('|')} [--until 2027-01-31T00:00:00Z]`,
    description: 'sets or removes a plan; without --until, the plan renews automatically',
    async run(args, get, say) {
      const about = emailOf(args)
      const plan = oneOf('PLAN', args.choice, [...plans, 'none'])
      const endsAt = args.until === undefined ? null : timeOf(args.until)
      if (plan === 'none' && endsAt) throw new InvalidUsage('--until needs a plan')
      const subscription = plan === 'none' ? null : { plan, endsAt }
      const outcome = await get(ApplySubscriptionEvent).setManually({
        about,
        subscription,
        source: 'command',
      })
      requireUserFound(outcome, about)
      const result = outcome === 'changed' ? 'Plan set' : 'Plan unchanged'
      say(`${result}: ${about.email}, ${planText(subscription)}.`)
    },
  },

  role: {
    usage: `EMAIL ${roles.join('|')}`,
    description: 'sets a role; existing connections stay',
    emailsLink: true,
    async run(args, get, say) {
      const about = emailOf(args)
      const role = oneOf('ROLE', args.choice, roles)
      const outcome = await get(ChangeRole)
        .execute({ about, role, source: 'command' })
        .catch(failForLastAdmin)
      requireUserFound(outcome, about)
      say(`${outcome === 'changed' ? 'Role set' : 'Role unchanged'}: ${about.email}, ${role}.`)
    },
  },

  disable: {
    usage: 'EMAIL',
    description: 'signs a user out everywhere and rejects every sign-in; syncing continues',
    run: (args, get, say) => changeAccess(args, get, say, true),
  },

  enable: {
    usage: 'EMAIL',
    description: 'lets a user sign in again',
    run: (args, get, say) => changeAccess(args, get, say, false),
  },

  'sign-out': {
    usage: 'EMAIL',
    description: 'signs a user out everywhere; they can sign in again',
    async run(args, get, say) {
      const about = emailOf(args)
      const userId = (await get(Users).idOf(about)) ?? 'user_not_found'
      requireUserFound(userId, about)
      await get(EndSessions).endAll(userId)
      say(`Signed out everywhere: ${about.email}.`)
    },
  },

  'remove-second-factor': {
    usage: 'EMAIL',
    description:
      'signs a user out and removes the second factors; staff get a link by email to set up new ones',
    emailsLink: true,
    async run(args, get, say) {
      const about = emailOf(args)
      const outcome = await get(RemoveSecondFactor).execute(about)
      requireUserFound(outcome, about)
      say(
        `${outcome === 'removed' ? 'Second factor removed' : 'No second factor to remove'}: ${about.email}.`,
      )
    },
  },

  enrol: {
    usage: 'EMAIL',
    description: 'prints a single-use link for staff to set up a second factor, valid for 24 hours',
    run: (args, get, say) => printLink(args, get, say, 'enrolment'),
  },

  code: {
    usage: 'EMAIL',
    description: 'prints the current authentication code of a demo staff member',
    async run(args, get, say, { dataDirectory }) {
      const { email } = emailOf(args)
      // Demo staff only: otherwise this command could sign in as any staff member.
      if (!demoUsers.some(user => user.email === email && isStaff(user.role)))
        throw new CommandFailed(`Not a demo staff member: ${email}.`)
      if (!existsSync(keyFileIn(dataDirectory, 'demo-staff')))
        throw new CommandFailed(`No demo staff: ${dataDirectory} has no key for them.`)
      say(new Totp().codeAt(await loadOrCreateKey(dataDirectory, 'demo-staff'), get(Clock).now()))
    },
  },

  'remove-demo': {
    usage: '',
    description: 'removes all demo users with their data; those named in the audit stay, without any sign-in',
    async run(_, __, say, { migrationUrl }) {
      const { deleted, disabled } = await removeDemoUsers(migrationUrl)
      say(`Demo users: ${deleted} deleted, ${disabled} disabled.`)
    },
  },
}
