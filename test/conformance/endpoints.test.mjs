// SPDX-License-Identifier: Apache-2.0
// Where each service is, in every region that the AWS SDK for JavaScript knows of and in one of each partition that it does not, with
// and without FIPS and dual stack: the same that the rules say which AWS ships in its clients.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'node:test'

const executables = process.env.CARETAKER_BIN
assert.ok(executables, 'CARETAKER_BIN names the folder of aws_endpoints')

const require = createRequire(import.meta.url)
const clients = {
  APPRUNNER: require('@aws-sdk/client-apprunner').AppRunnerClient,
  ECR: require('@aws-sdk/client-ecr').ECRClient,
  SQS: require('@aws-sdk/client-sqs').SQSClient,
  S3: require('@aws-sdk/client-s3').S3Client,
  CLOUDWATCH_LOGS: require('@aws-sdk/client-cloudwatch-logs').CloudWatchLogsClient,
  STS: require('@aws-sdk/client-sts').STSClient,
  EVENTBRIDGE: require('@aws-sdk/client-eventbridge').EventBridgeClient,
  // The client by which the SDK itself gets credentials of IAM Identity Center.
  SSO: createRequire(require.resolve('@aws-sdk/credential-provider-sso'))('@aws-sdk/nested-clients/sso').SSOClient,
}

// The SDK's table of partitions is a module that only its own files may import.
const core = require.resolve('@aws-sdk/core/client').replace(/\/dist-cjs\/.*/, '')
const table = readFileSync(`${core}/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js`, 'utf8')
const { partitionsInfo } = await import(`data:text/javascript,${encodeURIComponent(table)}`)
const regions = partitionsInfo.partitions.flatMap(partition => Object.keys(partition.regions))
  .filter(region => !region.endsWith('-global') && region !== 'aws-cn-global')
// GovCloud's is left out: AWS's rules list the regions there one by one.
const unknown = ['us-north-9', 'cn-south-9', 'us-iso-north-9', 'us-isob-north-9', 'eu-isoe-north-9', 'us-isof-north-9', 'eusc-de-north-9']

const questions = []
for (const service of Object.keys(clients)) {
  for (const region of [...regions, ...unknown]) {
    for (const fips of [false, true]) {
      for (const dual of [false, true]) questions.push({ service, region, fips, dual, global: false })
    }
    if (service === 'STS') questions.push({ service, region, fips: false, dual: false, global: true })
  }
}

function theirs({ service, region, fips, dual, global }) {
  const client = clients[service].ours ??= new clients[service]({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
  try {
    const { url, properties } = client.config.endpointProvider({
      Region: region, UseFIPS: fips, UseDualStack: dual,
      ...(service === 'STS' && { UseGlobalEndpoint: global }),
    })
    return `${String(url).replace(/\/$/, '')} ${properties?.authSchemes?.[0]?.signingRegion ?? region}`
  } catch {
    return 'refused'
  }
}

test('every service is where AWS says', () => {
  assert.ok(regions.length > 35, `only ${regions.length} regions are known`)
  const input = questions.map(({ service, region, fips, dual, global }) => `${service} ${region} ${fips} ${dual} ${global}\n`).join('')
  const answers = execFileSync(`${executables}/aws_endpoints`, { input, encoding: 'utf8' }).trim().split('\n')
  assert.equal(answers.length, questions.length)
  const different = questions.flatMap((question, at) => {
    const want = theirs(question)
    return answers[at] === want ? [] : [`${JSON.stringify(question)}: ours ${answers[at]}, AWS's ${want}`]
  })
  assert.deepEqual(different.slice(0, 40), [], `${different.length} of ${questions.length} are different`)
})
