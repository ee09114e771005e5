import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../../application/ports.ts'
import { type PlanRestriction, planRestrictionOf } from '../../../domain/access/subscription.ts'
import type { LiveConnection } from '../../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../../domain/connection/errors.ts'
import { type SignedInUser, signedInUser } from '../kit/sessions.ts'
import { shellOf, switcherOf } from '../kit/shell.ts'
import type { Notice } from '../kit/shell-model.ts'
import type { Render } from '../kit/templates.ts'
import { sellerStateOf } from './seller-state.ts'

/** Returns the account in the URL, else the one selected in this session, else the first. */
function currentOf(
  live: readonly LiveConnection[],
  account: string | undefined,
  signedIn: SignedInUser,
): LiveConnection | null {
  if (account) {
    const named = live.find(({ id }) => id === account)
    if (!named) throw new ConnectionNotFound()
    return named
  }
  return live.find(({ id }) => id === signedIn.session.currentConnectionId) ?? live[0] ?? null
}

export interface AdsPageContext {
  readonly signedIn: SignedInUser
  readonly live: readonly LiveConnection[]
  readonly current: LiveConnection | null
  readonly planRestriction: PlanRestriction | null
}

/** @throws {ConnectionNotFound} when the account isn't the user's (S-29). */
export function adsPageContext(
  request: FastifyRequest,
  { clock }: { readonly clock: Clock },
  account?: string,
): AdsPageContext {
  const signedIn = signedInUser(request)
  const { live, subscription } = sellerStateOf(request)
  return {
    signedIn,
    live,
    current: currentOf(live, account, signedIn),
    planRestriction: planRestrictionOf(subscription, clock.now()),
  }
}

export function pageRenderer(
  reply: FastifyReply,
  { render, supportEmail }: { readonly render: Render; readonly supportEmail: string },
  { signedIn, live, current, planRestriction }: AdsPageContext,
) {
  const switcher = switcherOf(live, current?.id ?? null, planRestriction === null)
  return (
    view: string,
    model: (shell: ReturnType<typeof shellOf>) => ReturnType<typeof shellOf>,
    title: string,
    notice: Notice | null,
  ) => {
    const shell = shellOf(reply, { title, supportEmail, user: signedIn.user, switcher, notice })
    return reply.type('text/html; charset=utf-8').send(render(view, model(shell)))
  }
}
