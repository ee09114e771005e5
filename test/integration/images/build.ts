import { buildStandIns, findMissingBuildTool } from './stand-ins.ts'

/** `npm run images`: builds the stand-ins for the official images, for machines without a registry. */
const problem = await findMissingBuildTool()
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
await buildStandIns(line => void process.stdout.write(`${line}\n`))
