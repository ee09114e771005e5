import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/**
 * `npm run sbom`: prints the software bill of materials (CycloneDX 1.6) of the installed production packages. npm
 * describes all packages of the lock file, because its `--omit=dev` also omits production packages that a development
 * package uses. npm writes CycloneDX 1.5, which is valid as 1.6.
 */
const options = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application']
const sbom = JSON.parse(execFileSync('npm', ['sbom', ...options], { encoding: 'utf8', maxBuffer: 64e6 }))
const { name } = JSON.parse(readFileSync('package.json', 'utf8'))
const lock: { packages: Record<string, { version: string; dev?: true }> } = JSON.parse(
  readFileSync('node_modules/.package-lock.json', 'utf8'),
)

const installed = new Set(
  Object.entries(lock.packages)
    .filter(([path, { dev }]) => !dev && existsSync(path))
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`),
)
const isListed = (ref: string): boolean => installed.has(ref) || ref === sbom.metadata.component['bom-ref']

const bill = {
  ...sbom,
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  specVersion: '1.6',
  // npm 11.6 masks its own.
  serialNumber: `urn:uuid:${randomUUID()}`,
  // npm takes the folder's name.
  metadata: { ...sbom.metadata, component: { ...sbom.metadata.component, name } },
  components: sbom.components.filter((each: { 'bom-ref': string }) => isListed(each['bom-ref'])),
  dependencies: sbom.dependencies.flatMap(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) =>
    isListed(ref) ? [{ ref, dependsOn: dependsOn.filter(isListed) }] : [],
  ),
}
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`)
