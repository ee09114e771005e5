import bowser from 'bowser'
import type { FastifyRequest } from 'fastify'
import type { RequestOrigin } from '../../../domain/access/audit.ts'

export const originOf = ({ ip, id, headers }: FastifyRequest): RequestOrigin => ({
  ip,
  device: deviceOf(headers['user-agent']),
  requestId: id,
})

/** Never returns raw header text. */
export function deviceOf(userAgent: string | undefined): string {
  if (!userAgent) return unknownDevice
  const { browser, os } = bowser.parse(userAgent.slice(0, 512))
  const [name, system] = [nameIfKnown(browser.name, browsers), nameIfKnown(os.name, systems)]
  return name && system
    ? `${name} on ${system}`
    : (name ?? (system ? `${unknownDevice} on ${system}` : unknownDevice))
}

const unknownDevice = 'A browser'
const browsers = new Set(Object.values(bowser.BROWSER_MAP))
const systems = new Set(Object.values(bowser.OS_MAP))

/** The library returns the header's first word for an unknown browser. */
const nameIfKnown = (name: string | undefined, names: ReadonlySet<string>): string | null =>
  name !== undefined && names.has(name) ? name : null
