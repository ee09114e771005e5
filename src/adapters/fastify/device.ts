import bowser from 'bowser'

/**
 * By what a person recognises a sign-in of theirs: `Firefox on Windows`. Of the header no more is kept than this, and
 * never a word that whoever sent it chose.
 */
export function deviceOf(userAgent: string | undefined): string {
  if (!userAgent) return unknown
  const { browser, os } = bowser.parse(userAgent.slice(0, 512))
  const [name, system] = [known(browser.name, browsers), known(os.name, systems)]
  return name && system ? `${name} on ${system}` : (name ?? (system ? `${unknown} on ${system}` : unknown))
}

const unknown = 'A browser'
const browsers = new Set(Object.values(bowser.BROWSER_MAP))
const systems = new Set(Object.values(bowser.OS_MAP))

/** Where it knows nothing, the library repeats the header's first word. */
const known = (name: string | undefined, names: ReadonlySet<string>): string | null =>
  name !== undefined && names.has(name) ? name : null
