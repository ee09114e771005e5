import bowser from 'bowser'

/** Never returns raw header text. */
export function deviceOf(userAgent: string | undefined): string {
  if (!userAgent) return unknown
  const { browser, os } = bowser.parse(userAgent.slice(0, 512))
  const [name, system] = [known(browser.name, browsers), known(os.name, systems)]
  return name && system ? `${name} on ${system}` : (name ?? (system ? `${unknown} on ${system}` : unknown))
}

const unknown = 'A browser'
const browsers = new Set(Object.values(bowser.BROWSER_MAP))
const systems = new Set(Object.values(bowser.OS_MAP))

/** The library returns the header's first word for an unknown browser. */
const known = (name: string | undefined, names: ReadonlySet<string>): string | null =>
  name !== undefined && names.has(name) ? name : null
