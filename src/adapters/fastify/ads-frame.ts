import type { FastifyReply } from 'fastify'
import type { Lack } from '../../domain/access/subscription.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import type { Notice } from './page-models/shell.ts'
import type { Asking } from './seller-session.ts'
import { shellOf, switcherOf } from './shell.ts'
import type { Render } from './templates.ts'

/**
 * The account that a page is about: the one that the address names, else the browser's choice, else the first.
 * @throws {ConnectionNotFound} for an address that names another person's, or none (S-29).
 */
export function currentOf(
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

/** Everything around the page, the same for each of its states. */
export function pageDrawer(
  reply: FastifyReply,
  { render, supportEmail }: { readonly render: Render; readonly supportEmail: string },
  around: {
    readonly asking: Asking
    readonly held: readonly HeldConnection[]
    readonly current: HeldConnection | null
    readonly lack: Lack | null
  },
) {
  const { asking, held, current, lack } = around
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
