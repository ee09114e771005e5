import { ProgressViews } from '../../application/mail/ports.ts'
import { TableRollUps } from '../../application/performance/ports.ts'

/** View-as code (S-44) called a method that it must not have: our bug, without effect on data. */
export class NotAllowedInViewAs extends Error {
  override readonly name = 'NotAllowedInViewAs'

  constructor(port: string, method: string) {
    super(`${port}.${method} was called in a view-as session`)
  }
}

/** The port's methods throw {@link NotAllowedInViewAs}, except the given ones. */
export const rejectingPort = <Port extends object>(
  port: abstract new (...deps: never) => Port,
  answered: Partial<Port> = {},
): Port =>
  new Proxy(Object.create(port.prototype) as Port, {
    get(_, method) {
      if (Object.hasOwn(answered, method)) return answered[method as keyof Port]
      // For `await`.
      if (method === 'then') return undefined
      return () => {
        throw new NotAllowedInViewAs(port.name, String(method))
      }
    },
  })

/** Not a view by the seller: it must not suppress the "data is ready" email. */
export const noProgressViews: ProgressViews = rejectingPort(ProgressViews, { record: async () => undefined })

/** Not the seller's request, so no roll-up. */
export const noTableRollUps: TableRollUps = rejectingPort(TableRollUps, { request: async () => undefined })
