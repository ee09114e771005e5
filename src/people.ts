import { runPeople } from './people/run.ts'
import { loadEnvironment } from './settings.ts'

/** `npm run people -- …`: who there is, what they pay for and may do. */
process.exitCode = await runPeople(process.argv.slice(2), loadEnvironment(), {
  say: line => process.stdout.write(`${line}\n`),
  complain: text => process.stderr.write(text),
})
