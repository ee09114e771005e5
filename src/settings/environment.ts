import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { Secret } from '../domain/secret.ts'
import {
  fileSuffix,
  type SettingName,
  type SettingSchema,
  settingNames,
  settings,
} from './settings-schema.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Empty counts as absent; `NAME_FILE` names a file with the value. Invalid values are problems and count as absent. */
export class EnvironmentSettings {
  /** One sentence each, without values. */
  readonly problems: string[] = []
  readonly #values = new Map<SettingName, string>()

  constructor(environment: Environment) {
    for (const name of settingNames) {
      const value = this.#valueIn(environment, name)
      if (value !== null && this.#validate(name, value)) this.#values.set(name, value)
    }
  }

  optional(name: SettingName): string | null {
    const { default: fallback }: SettingSchema = settings[name]
    return this.#values.get(name) ?? fallback?.toString() ?? null
  }

  text(name: SettingName): string {
    const value = this.optional(name)
    if (value === null) throw new Error(`${name} has no default`)
    return value
  }

  number(name: SettingName): number {
    return Number(this.text(name))
  }

  /** @returns null when absent. */
  list(name: SettingName): string[] | null {
    return (
      this.optional(name)
        ?.split(',')
        .map(part => part.trim()) ?? null
    )
  }

  secret(name: SettingName): Secret | null {
    const value = this.optional(name)
    return value === null ? null : new Secret(value)
  }

  /** @returns null when absent. */
  secrets(name: SettingName): Secret[] | null {
    return this.list(name)?.map(value => new Secret(value)) ?? null
  }

  #valueIn(environment: Environment, name: SettingName): string | null {
    const value = environment[name]?.trim() || null
    const file = environment[name + fileSuffix]?.trim()
    if (!file) return value
    if (value !== null) {
      this.problems.push(`${name} and ${name}${fileSuffix} are both set`)
      return null
    }
    try {
      return readFileSync(file, 'utf8').trim() || null
    } catch {
      this.problems.push(`${name}${fileSuffix} names a file that can’t be read`)
      return null
    }
  }

  #validate(name: SettingName, value: string): boolean {
    const schema: SettingSchema = settings[name]
    const parsedValue = schema.type === 'integer' && /^\d+$/.test(value) ? Number(value) : value
    const isValid = Value.Check(schema, parsedValue)
    if (!isValid) this.problems.push(`${name} ${schema.problem ?? 'has an invalid value'}`)
    return isValid
  }
}
