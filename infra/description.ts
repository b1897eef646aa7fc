// SPDX-License-Identifier: Apache-2.0
// What `caretaker stack --json` says: all that the account must hold for a rules file.

import { readFileSync } from 'node:fs'

export interface Description {
  schema: 1
  account: string
  region: string
  partition: string
  rules: { sha256: string; services: string[]; repositories: string[] }
  // Texts may hold ${BucketName}, ${RulesKey} and other names of what is only known when it has been created.
  eventRules: { id: string; description: string; pattern: Record<string, unknown> }[]
  statements: Statement[]
  settings: {
    function: {
      timeoutSeconds: number
      memoryMegabytes: number
      runtime: string
      handler: string
      environment: Record<string, string>
    }
    queue: { visibilityTimeoutSeconds: number; retentionSeconds: number; maxReceiveCount: number }
    deadLetterQueue: { retentionSeconds: number }
    mapping: {
      batchSize: number
      maximumBatchingWindowSeconds: number
      maximumConcurrency: number
      functionResponseTypes: string[]
    }
    schedule: { rateMinutes: number; input?: unknown }
    alarms: AlarmDescription[]
  }
}

export interface Statement {
  Sid: string
  Effect: string
  Action: string[]
  Resource: string[]
  Condition?: Record<string, unknown>
}

export interface AlarmDescription {
  id: string
  metric: { namespace: string; name: string; dimensions: Record<string, string> }
  statistic: string
  periodSeconds: number
  evaluationPeriods: number
  comparison: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold'
  threshold: number
  missingData: 'notBreaching' | 'breaching'
  description: string
}

export function readDescription(file: string): Description {
  const description = JSON.parse(readFileSync(file, 'utf8'))
  if (description.schema !== 1) {
    throw new Error(
      `${file}: its schema is ${JSON.stringify(description.schema)}, and this app knows 1; ` +
        'take the app and `caretaker stack --json` from the same version of Caretaker',
    )
  }
  return description
}

// The value with each ${Name} in its texts replaced. A name without a value is an error.
export function fill<T>(value: T, names: Record<string, string | undefined>): T {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const known = names[name]
      if (known === undefined) throw new Error(`\${${name}} in ${JSON.stringify(value)}: this app has no such resource`)
      return known
    }) as T
  }
  if (Array.isArray(value)) return value.map(element => fill(element, names)) as T
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member, names)])) as T
  }
  return value
}
