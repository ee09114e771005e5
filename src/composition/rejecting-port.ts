import { ProgressViews } from '../application/email/ports.ts'
import { TableRollUps } from '../application/performance/ports.ts'

/** Our bug; no data changed (S-44). */
export class NotAllowedInViewAs extends Error {
  override readonly name = 'NotAllowedInViewAs'

  constructor(port: string, method: string) {
    super(`${port}.${method} was called in a view-as session`)
  }
}

/** The port's methods throw {@link NotAllowedInViewAs}, except the given ones. */
export const createRejectingPort = <Port extends object>(
  port: abstract new (...deps: never) => Port,
  allowedMethods: Partial<Port> = {},
): Port =>
  new Proxy(Object.create(port.prototype) as Port, {
    get(_, method) {
      if (Object.hasOwn(allowedMethods, method)) return allowedMethods[method as keyof Port]
      // `await` reads `then`.
      if (method === 'then') return undefined
      return () => {
        throw new NotAllowedInViewAs(port.name, String(method))
      }
    },
  })

/** The seller viewed nothing, so the "data is ready" email must still go out. */
export const noProgressViews: ProgressViews = createRejectingPort(ProgressViews, {
  record: async () => undefined,
})

export const noTableRollUps: TableRollUps = createRejectingPort(TableRollUps, {
  request: async () => undefined,
})
