import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../application/ports.ts'
import { type Lack, lackOf } from '../../domain/access/subscription.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import type { Notice } from './page-models/shell.ts'
import { recordOf } from './seller-record.ts'
import { type Asking, askingOf } from './seller-session.ts'
import { shellOf, switcherOf } from './shell.ts'
import type { Render } from './templates.ts'

/**
 * The account that a page is about: the one that the address names, else the browser's choice, else the first.
 * @throws {ConnectionNotFound} for an address that names another person's, or none (S-29).
 */
function currentOf(
  held: readonly HeldConnection[],
  account: string | undefined,
  asking: Asking,
): HeldConnection | null {
  if (account) {
    const named = held.find(({ id }) => id === account)
    if (!named) throw new ConnectionNotFound()
    return named
  }
  return held.find(({ id }) => id === asking.session.currentConnectionId) ?? held[0] ?? null
}

/** Who looks, at which account, and what their plan lacks. */
export interface Frame {
  readonly asking: Asking
  readonly held: readonly HeldConnection[]
  readonly current: HeldConnection | null
  readonly lack: Lack | null
}

/** @throws {ConnectionNotFound} for an address that names another person's account, or none (S-29). */
export function frameOf(
  request: FastifyRequest,
  { clock }: { readonly clock: Clock },
  account?: string,
): Frame {
  const asking = askingOf(request)
  const { held, subscription } = recordOf(request)
  return { asking, held, current: currentOf(held, account, asking), lack: lackOf(subscription, clock.now()) }
}

/** Everything around the page, the same for each of its states. */
export function pageDrawer(
  reply: FastifyReply,
  { render, supportEmail }: { readonly render: Render; readonly supportEmail: string },
  { asking, held, current, lack }: Frame,
) {
  const switcher = switcherOf(held, current?.id ?? null, lack === null)
  return (
    view: string,
    model: (shell: ReturnType<typeof shellOf>) => ReturnType<typeof shellOf>,
    title: string,
    notice: Notice | null,
  ) => {
    const shell = shellOf(reply, { title, supportEmail, person: asking.person, switcher, notice })
    return reply.type('text/html; charset=utf-8').send(render(view, model(shell)))
  }
}
