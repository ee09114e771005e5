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
 * Returns the account of a page: the one in the URL, else the one selected in this session, else the first.
 * @throws {ConnectionNotFound} when the URL names an unknown account or another user's (S-29).
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

export interface Frame {
  readonly asking: Asking
  readonly held: readonly HeldConnection[]
  readonly current: HeldConnection | null
  readonly lack: Lack | null
}

/** @throws {ConnectionNotFound} when the URL names an unknown account or another user's (S-29). */
export function frameOf(
  request: FastifyRequest,
  { clock }: { readonly clock: Clock },
  account?: string,
): Frame {
  const asking = askingOf(request)
  const { held, subscription } = recordOf(request)
  return { asking, held, current: currentOf(held, account, asking), lack: lackOf(subscription, clock.now()) }
}

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
