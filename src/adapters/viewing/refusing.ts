import { Looks } from '../../application/mail/ports.ts'
import { TableRollUps } from '../../application/performance/ports.ts'

/** Whoever looks as a seller (S-44) has no such way: that it was tried is a defect of ours, and nothing has happened. */
export class NotWhileViewing extends Error {
  override readonly name = 'NotWhileViewing'

  constructor(port: string, method: string) {
    super(`${port}.${method} was called while somebody looks as a seller`)
  }
}

/** An object of the port's shape, each method of which throws {@link NotWhileViewing}; but for those that are given. */
export const refusing = <Port extends object>(
  port: abstract new (...needs: never) => Port,
  answered: Partial<Port> = {},
): Port =>
  new Proxy(Object.create(port.prototype) as Port, {
    get(_, method) {
      if (Object.hasOwn(answered, method)) return answered[method as keyof Port]
      // Asked of whatever is awaited.
      if (method === 'then') return undefined
      return () => {
        throw new NotWhileViewing(port.name, String(method))
      }
    },
  })

/** The seller has not looked: a mail that says that all is ready must not stay unwritten for it. */
export const nothingNoted: Looks = refusing(Looks, { note: async () => undefined })

/** The seller has not opened the table: nothing is added up ahead for them. */
export const nothingAsked: TableRollUps = refusing(TableRollUps, { ask: async () => undefined })
