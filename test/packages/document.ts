import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reasons } from './reasons.ts'

const project = join(import.meta.dirname, '../..')
const readJson = (file: string) => JSON.parse(readFileSync(join(project, file), 'utf8'))
const mongoFolder = 'test/integration/images/mongo'

const sections = {
  Product: '',
  'Tests and tools': '',
  'MongoDB stand-in': `Its packages are in \`${mongoFolder}\`; only the tests install them.\n\n`,
} as const

interface Package {
  readonly name: string
  readonly section: keyof typeof sections
  readonly version: string
  readonly licence: string
}

/** Returns each direct package, in the order of `package.json`. */
export function packages(): Package[] {
  const { dependencies, optionalDependencies, devDependencies } = readJson('package.json')
  return [
    ...packagesOf('Product', { ...dependencies, ...optionalDependencies }, '.'),
    ...packagesOf('Tests and tools', devDependencies, '.'),
    ...packagesOf('MongoDB stand-in', readJson(`${mongoFolder}/package.json`).dependencies, mongoFolder),
  ]
}

function packagesOf(
  section: Package['section'],
  versions: Record<string, string>,
  folder: string,
): Package[] {
  const lock = readJson(`${folder}/package-lock.json`).packages
  return Object.entries(versions).map(([name, version]) => ({
    name,
    section,
    version,
    licence: lock[`node_modules/${name}`].license,
  }))
}

export interface Activity {
  readonly checkedOn: string
  readonly latestReleases: Readonly<Record<string, { readonly version: string; readonly date: string }>>
}

export const readActivity = (): Activity => readJson('test/packages/activity.json')

/** The text of docs/dependencies.md. */
export function dependenciesDocument(): string {
  const { checkedOn, latestReleases } = readActivity()
  const yearBefore = checkedOn.replace(/^\d+/, year => String(Number(year) - 1))
  const dormant = Object.entries(latestReleases).flatMap(([name, { date }]) =>
    date < yearBefore ? [`\`${name}\``] : [],
  )
  const rowOf = ({ name, version, licence }: Package): string => {
    const latest = latestReleases[name]
    return `| \`${name}\` | ${version} | ${licence} | ${latest?.version}, ${latest?.date} | ${reasons[name]} |\n`
  }
  const sectionOf = ([section, introduction]: [string, string]): string => {
    const rows = packages().filter(each => each.section === section)
    return `## ${section}

${introduction}| package | version | licence | latest release | reason |
|---|---|---|---|---|
${rows.map(rowOf).join('')}`
  }
  return `# Dependencies

<!-- Generated from package.json and test/packages: do not edit. -->

For everyone who changes packages: what each direct package is, and why it is here.

- To add one, pin its exact version in \`package.json\`, give its reason in \`test/packages/reasons.ts\`, and run \`npm run dependencies:activity\` and \`npm run docs:dependencies\`. Pin MikroORM's packages to one version.
- Each package must be used: \`test/packages/use.test.ts\` finds unused ones, and development packages that the product imports.
- *Latest release* comes from our registry on ${checkedOn}. Its dates can be later than the publication, and it doesn't list maintainers.
- Without a release for a year: ${dormant.join(', ')}. If one has a vulnerability without a fix, replace it.
- Indirect dependencies are in \`package-lock.json\`. The [SBOM](running.md#software-bill-of-materials) lists what the image contains. \`allowScripts\` in \`package.json\` lists the packages that may run install scripts.
- In December 2026 the registry refused \`npm audit\` (405 Method Not Allowed), so known vulnerabilities are unchecked. Run \`npm audit\` before each release. Fix each finding rated high or worse, or explain it here.

${Object.entries(sections).map(sectionOf).join('\n')}`
}
