// SPDX-License-Identifier: Apache-2.0
// Which credentials, region and endpoint come out of an environment and the files of ~/.aws: the same with Caretaker as with the AWS
// SDK for JavaScript, both asked for the caller's identity before one fake AWS, whose keys tell how they were come by. Where the SDKs
// disagree among themselves, a row says what each does and why.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'

const executables = process.env.CARETAKER_BIN
assert.ok(executables, 'CARETAKER_BIN names the folder of caretaker')
const { STSClient, GetCallerIdentityCommand } = createRequire(import.meta.url)('@aws-sdk/client-sts')

const hour = () => new Date(Date.now() + 3600e3).toISOString().replace(/\.\d+/, '')
const xml = (operation, key) => `<${operation}Response><${operation}Result><Credentials><AccessKeyId>${key}</AccessKeyId>` +
  `<SecretAccessKey>HUSH</SecretAccessKey><SessionToken>HUSH</SessionToken><Expiration>${hour()}</Expiration></Credentials>` +
  `</${operation}Result></${operation}Response>`
const json = (key, token = 'Token') => JSON.stringify({ Code: 'Success', AccessKeyId: key, SecretAccessKey: 'HUSH', [token]: 'HUSH', Expiration: hour() })

// STS, IAM Identity Center, a container endpoint and the metadata service. A key that it gives names what it was asked with; the last
// identity that was asked for is kept.
class FakeAws {
  static async start(t) {
    const fake = new FakeAws()
    const server = createServer((request, response) => {
      const pieces = []
      request.on('data', piece => pieces.push(piece))
      request.on('end', () => {
        const { status = 200, body } = fake.answer(request, new URLSearchParams(Buffer.concat(pieces).toString()))
        response.writeHead(status, { 'content-type': body.startsWith('<') ? 'text/xml' : 'application/json' })
        response.end(body)
      })
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    fake.url = `http://127.0.0.1:${server.address().port}`
    return fake
  }

  answer({ method, url, headers }, form) {
    const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)/.exec(headers.authorization ?? '') ?? []
    const refused = status => ({ status, body: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>' })
    const role = () => {
      const session = form.get('RoleSessionName')
      const more = [
        form.get('ExternalId') && `x_${form.get('ExternalId')}`,
        form.get('DurationSeconds') && form.get('DurationSeconds') !== '3600' && `d_${form.get('DurationSeconds')}`,
        session && !/^(aws-sdk-js|caretaker)-/.test(session) && `s_${session}`,
      ].filter(Boolean)
      return [form.get('RoleArn').split('/').at(-1), ...more].join('~')
    }
    const path = url.split('?')[0]
    switch (form.get('Action')) {
      case 'GetCallerIdentity':
        this.asked = { key, region, path: path.replace(/\/$/, '') }
        return refused(403)
      case 'AssumeRole':
        return key ? { body: xml('AssumeRole', `${key}.${role()}@${region}`) } : refused(403)
      case 'AssumeRoleWithWebIdentity':
        return key ? refused(403) : { body: xml('AssumeRoleWithWebIdentity', `WEB~${form.get('WebIdentityToken')}.${role()}`) }
    }
    const query = new URL(url, this.url).searchParams
    if (path === '/federation/credentials' && headers['x-amz-sso_bearer_token']) {
      const accessKeyId = `SSO~${headers['x-amz-sso_bearer_token']}~${query.get('account_id')}~${query.get('role_name')}`
      return { body: JSON.stringify({ roleCredentials: { accessKeyId, secretAccessKey: 'HUSH', sessionToken: 'HUSH', expiration: Date.now() + 3600e3 } }) }
    }
    if (path === '/container') return { body: json(`CONTAINER~${headers.authorization ?? ''}`) }
    if (method === 'PUT' && path === '/latest/api/token' && headers['x-aws-ec2-metadata-token-ttl-seconds']) return { body: 'A-TOKEN' }
    if (headers['x-aws-ec2-metadata-token'] === 'A-TOKEN') {
      if (path === '/latest/meta-data/iam/security-credentials/') return { body: 'instance-role' }
      if (path === '/latest/meta-data/iam/security-credentials/instance-role') return { body: json('IMDS~instance-role') }
    }
    return refused(404)
  }
}

const keys = name => `aws_access_key_id = ${name}\naws_secret_access_key = HUSH\n`
const role = (name, more) => `role_arn = arn:aws:iam::123456789012:role/${name}\n${more}\n`
const environmentKeys = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'HUSH' }
const inAnHour = new Date(Date.now() + 3600e3).toISOString()
const printed = (more = {}) => `printf '%s' '${JSON.stringify({ Version: 1, AccessKeyId: 'PROGRAM', SecretAccessKey: 'HUSH', ...more })}'`
const program = (script, name = 'program') => ({ [name]: `#!/bin/sh\n${script}\n` })
const cached = (name, expiresAt = inAnHour) => ({
  [`.aws/sso/cache/${createHash('sha1').update(name).digest('hex')}.json`]:
    JSON.stringify({ accessToken: 'BEARER', expiresAt, startUrl: 'https://start.example', region: 'eu-west-1' }),
})
const session = '[sso-session work]\nsso_start_url = https://start.example\nsso_region = eu-west-1\n'

// name, config and credentials (the two files), env (null: not set), files (others of HOME, which values name as HOME/…), want: the key; null: none.
// `said` is what Caretaker says where it has none. `sdk` is what the SDK for JavaScript has instead, and `why` the reason.
// `region` and `path`: those of the last request, us-east-1 and the root if they do not matter.
const rows = [
  { name: 'keys of the environment', env: environmentKeys, want: 'ENV' },
  { name: 'keys of the environment before those of the profile', env: environmentKeys, credentials: `[default]\n${keys('FILE')}`, want: 'ENV' },
  { name: 'keys of the environment before a web identity', env: { ...environmentKeys, AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: 'arn:aws:iam::1:role/web' }, files: { token: 'T' }, want: 'ENV' },
  {
    name: 'keys of the environment and AWS_PROFILE', env: { ...environmentKeys, AWS_PROFILE: 'a' }, credentials: `[a]\n${keys('FILE')}`, want: 'ENV', sdk: 'FILE',
    why: 'botocore and the SDKs for Go and Java take the environment, and the SDK for JavaScript announces that it will',
  },
  {
    name: 'half a pair of keys in the environment', env: { AWS_ACCESS_KEY_ID: 'ENV' }, credentials: `[default]\n${keys('FILE')}`, want: null, sdk: 'FILE', said: /AWS_SECRET_ACCESS_KEY is not/,
    why: 'botocore refuses as well: the owner meant another account',
  },
  { name: 'variables set to nothing', env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: '', AWS_WEB_IDENTITY_TOKEN_FILE: '' }, credentials: `[default]\n${keys('FILE')}`, want: 'FILE' },
  { name: 'the default profile of the credentials file', credentials: `[default]\n${keys('FILE')}`, want: 'FILE' },
  { name: 'the default profile of the config file', config: `[default]\n${keys('CONFIG')}`, want: 'CONFIG' },
  { name: 'the default profile with its prefix', config: `[profile default]\n${keys('PREFIXED')}[default]\n${keys('PLAIN')}`, want: 'PREFIXED' },
  { name: 'a profile of the credentials file', env: { AWS_PROFILE: 'a' }, credentials: `[default]\n${keys('DEFAULT')}[a]\n${keys('A')}`, want: 'A' },
  { name: 'a profile of the config file', env: { AWS_PROFILE: 'a' }, config: `[default]\n${keys('DEFAULT')}[profile a]\n${keys('A')}`, want: 'A' },
  { name: 'a profile of both files', config: `[default]\n${keys('CONFIG')}`, credentials: `[default]\n${keys('FILE')}`, want: 'FILE' },
  { name: 'one half of the keys in each file', config: '[default]\naws_access_key_id = HALF\n', credentials: '[default]\naws_secret_access_key = HUSH\n', want: 'HALF' },
  { name: 'half a pair of keys in a profile', credentials: '[default]\naws_access_key_id = HALF\n', want: null, said: /profile `default`: aws_access_key_id is set \(.*credentials:2\), but aws_secret_access_key is not/ },
  { name: 'a profile that is nowhere', env: { AWS_PROFILE: 'prdo' }, config: '[profile prod]\n', want: null, said: /there is no profile `prdo` in .*config or .*credentials; did you mean `prod`\?/ },
  { name: 'a profile without its prefix', env: { AWS_PROFILE: 'a' }, config: `[a]\n${keys('A')}`, want: null, said: /`\[a\]` in .*config:1 must be `\[profile a\]`/ },
  { name: 'a profile with a prefix in the credentials file', env: { AWS_PROFILE: 'a' }, credentials: `[profile a]\n${keys('A')}`, want: null, said: /`\[profile a\]` in .*credentials:1 must be `\[a\]`/ },
  { name: 'a profile in quotes', env: { AWS_PROFILE: 'a' }, config: `[profile "a"]\n${keys('A')}`, want: 'A' },
  { name: 'a name with all characters', env: { AWS_PROFILE: 'a-b_c.d@e+f/g:h%i' }, credentials: `[a-b_c.d@e+f/g:h%i]\n${keys('A')}`, want: 'A' },
  { name: 'other files', env: { AWS_CONFIG_FILE: 'HOME/x', AWS_SHARED_CREDENTIALS_FILE: 'HOME/y' }, config: `[default]\n${keys('NOT')}`, files: { x: '[default]\naws_access_key_id = X', y: '[default]\naws_secret_access_key = HUSH' }, want: 'X' },
  { name: 'files that are not there', env: { AWS_CONFIG_FILE: 'HOME/none', AWS_SHARED_CREDENTIALS_FILE: 'HOME/none' }, credentials: `[default]\n${keys('NOT')}`, want: null, said: /none found: .* in .*\/none or .*\/none; AWS_EC2_METADATA_DISABLED is set/ },
  { name: 'comments', credentials: `# a\n; b\n[default] # c\n# d\naws_access_key_id = A # e\naws_secret_access_key = HUSH ; f\n`, want: 'A' },
  { name: 'indented properties', credentials: `[default]\n  aws_access_key_id = A\n  aws_secret_access_key = HUSH\n`, want: 'A' },
  { name: 'lines as Windows ends them', credentials: `[default]\r\naws_access_key_id = A\r\naws_secret_access_key = HUSH\r\n`, want: 'A' },
  { name: 'a section defined twice', credentials: `[default]\naws_access_key_id = A\n[b]\n${keys('B')}[default]\naws_secret_access_key = HUSH\n`, want: 'A' },
  { name: 'a property defined twice', credentials: `[default]\naws_access_key_id = A\n${keys('B')}`, want: 'B' },
  { name: 'blanks all over', credentials: '\n[  default\t]\n\n  \naws_access_key_id\t=A\naws_secret_access_key=  HUSH  \n', want: 'A', sdk: null, why: 'the SDK for JavaScript trims no section names; those for Java and Rust do' },
  { name: 'names in capitals', credentials: '[default]\nAWS_ACCESS_KEY_ID = A\nAws_Secret_Access_Key = HUSH\n', want: 'A', sdk: null, why: 'names are without case in botocore and the SDKs for Java and Rust' },
  { name: 'a line that is nothing', credentials: `[default]\nwhat is this HUSH\n${keys('A')}`, want: null, sdk: 'A', said: /credentials:2: neither `NAME = VALUE` nor a section/, why: 'botocore and the SDKs for Java and Rust refuse the file' },

  { name: 'a role of another profile', config: `[default]\n${role('R', 'source_profile = base')}[profile base]\n${keys('BASE')}`, want: 'BASE.R@us-east-1' },
  { name: 'a role in the region of its profile', config: `[default]\nregion = eu-west-1\n${role('R', 'source_profile = base')}[profile base]\n${keys('BASE')}`, want: 'BASE.R@eu-west-1' },
  { name: 'a role with an external id', config: `[default]\n${role('R', 'external_id = E\nsource_profile = base')}[profile base]\n${keys('BASE')}`, want: 'BASE.R~x_E@us-east-1' },
  { name: 'a role with a session name', config: `[default]\n${role('R', 'role_session_name = me\nsource_profile = base')}[profile base]\n${keys('BASE')}`, want: 'BASE.R~s_me@us-east-1' },
  { name: 'a role for an hour and a half', config: `[default]\n${role('R', 'duration_seconds = 5400\nsource_profile = base')}[profile base]\n${keys('BASE')}`, want: 'BASE.R~d_5400@us-east-1' },
  { name: 'a role of a role of a role', config: `[default]\n${role('R1', 'source_profile = b')}[profile b]\n${role('R2', 'source_profile = c')}[profile c]\n${role('R3', 'source_profile = d')}`, credentials: `[d]\n${keys('D')}`, want: 'D.R3@us-east-1.R2@us-east-1.R1@us-east-1' },
  { name: 'a profile that is its own source', config: `[default]\n${role('R', 'source_profile = default')}${keys('SELF')}`, want: 'SELF.R@us-east-1' },
  { name: 'a source with keys and a role', config: `[default]\n${role('R1', 'source_profile = b')}[profile b]\n${keys('B')}${role('R2', 'source_profile = c')}[profile c]\n${keys('C')}`, want: 'B.R1@us-east-1' },
  { name: 'a role before the keys beside it', config: `[default]\n${keys('NOT')}${role('R', 'source_profile = b')}[profile b]\n${keys('B')}`, want: 'B.R@us-east-1' },
  { name: 'a circle', config: `[default]\n${role('R1', 'source_profile = b')}[profile b]\n${role('R2', 'source_profile = default')}`, want: null, said: /profile `b`: source_profile \(.*config:\d+\): goes in a circle: default, b, default/ },
  { name: 'a circle that ends at keys', config: `[default]\n${keys('A')}${role('R1', 'source_profile = b')}[profile b]\n${role('R2', 'source_profile = default')}`, want: 'A.R2@us-east-1.R1@us-east-1' },
  { name: 'a source that is nowhere', config: `[default]\n${role('R', 'source_profile = bse')}[profile base]\n`, want: null, said: /source_profile \(.*config:3\): there is no profile `bse` .*did you mean `base`/ },
  { name: 'a source without credentials', config: `[default]\n${role('R', 'source_profile = b')}[profile b]\nregion = x\n`, want: null, said: /profile `b` has no credentials/ },
  { name: 'a role without a source', config: `[default]\n${role('R', '')}`, want: null, said: /role_arn \(.*config:2\) must have one of source_profile, credential_source and web_identity_token_file/ },
  { name: 'a role with two sources', config: `[default]\n${role('R', 'source_profile = b\ncredential_source = Environment')}[profile b]\n${keys('B')}`, want: null, said: /and not two/ },
  { name: 'a role with a second factor', config: `[default]\n${role('R', 'mfa_serial = arn:aws:iam::1:mfa/me\nsource_profile = b')}[profile b]\n${keys('B')}`, want: null, said: /mfa_serial \(.*\) asks for a second factor/ },
  { name: 'a role of the container', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container' }, config: `[default]\n${role('R', 'credential_source = EcsContainer')}`, want: 'CONTAINER~.R@us-east-1' },
  { name: 'a role of the instance', env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'SERVER', AWS_EC2_METADATA_DISABLED: null }, config: `[default]\n${role('R', 'credential_source = Ec2InstanceMetadata')}`, want: 'IMDS~instance-role.R@us-east-1' },
  { name: 'a role of the environment, by AWS_PROFILE', env: { AWS_PROFILE: 'a', ...environmentKeys }, config: `[profile a]\n${role('R', 'credential_source = Environment')}`, want: 'ENV', sdk: 'ENV.R@us-east-1', why: 'as above: the keys of the environment come before AWS_PROFILE' },
  { name: 'a role of an unknown source', config: `[default]\n${role('R', 'credential_source = Moon')}`, want: null, said: /credential_source \(.*\): must be Environment, EcsContainer or Ec2InstanceMetadata/ },
  { name: 'a source profile that only names a source', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container' }, config: `[default]\n${role('R', 'source_profile = b')}[profile b]\ncredential_source = EcsContainer\n`, want: 'CONTAINER~.R@us-east-1' },

  { name: 'a web identity of the environment', env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: 'arn:aws:iam::1:role/web' }, files: { token: 'T0KEN' }, want: 'WEB~T0KEN.web' },
  { name: 'a web identity with a session name', env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: 'arn:aws:iam::1:role/web', AWS_ROLE_SESSION_NAME: 'me' }, files: { token: 'T' }, want: 'WEB~T.web~s_me' },
  {
    name: 'a web identity of the environment before the profile', env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: 'arn:aws:iam::1:role/web' }, files: { token: 'T' }, credentials: `[default]\n${keys('FILE')}`, want: 'WEB~T.web', sdk: 'FILE',
    why: "so it stands in AWS's reference, and so do the SDK for Go and botocore",
  },
  { name: 'a web identity without a role', env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token' }, files: { token: 'T' }, want: null, said: /AWS_ROLE_ARN must be/ },
  { name: 'a web identity without its file', env: { AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token', AWS_ROLE_ARN: 'arn:aws:iam::1:role/web' }, want: null, said: /the token's file: .*token: No such file/ },
  { name: 'a web identity of a profile', config: `[default]\n${role('web', 'web_identity_token_file = HOME/token')}`, files: { token: 'T' }, want: 'WEB~T.web' },
  { name: 'a web identity as source', config: `[default]\n${role('R', 'source_profile = b')}[profile b]\n${role('web', 'role_session_name = me\nweb_identity_token_file = HOME/token')}`, files: { token: 'T' }, want: 'WEB~T.web~s_me.R@us-east-1' },

  { name: 'a program', config: '[default]\ncredential_process = HOME/program\n', files: program(printed()), want: 'PROGRAM' },
  { name: 'a program with a token and an end', config: '[default]\ncredential_process = HOME/program\n', files: program(printed({ SessionToken: 'HUSH', Expiration: inAnHour })), want: 'PROGRAM' },
  { name: 'a program with arguments in quotes', config: `[default]\ncredential_process = "HOME/my program" --name "a b" 'c d' e\\ f\n`, files: program(`[ "$#$1$2$3$4" = '4--namea bc de f' ] && ${printed()}`, 'my program'), want: 'PROGRAM' },
  { name: 'a program that fails', config: '[default]\ncredential_process = HOME/program HUSH\n', files: program(`${printed()}; exit 3`), want: null, said: /credential_process \(.*config:2\): `.*program` failed with exit code 3/ },
  { name: 'a program of another version', config: '[default]\ncredential_process = HOME/program\n', files: program(printed({ Version: 2 })), want: null, said: /"Version": 1/ },
  { name: 'a program that prints something else', config: '[default]\ncredential_process = HOME/program\n', files: program('echo HUSH'), want: null, said: /is no JSON/ },
  { name: 'a program with keys that have expired', config: '[default]\ncredential_process = HOME/program\n', files: program(printed({ Expiration: '2020-01-01T00:00:00Z' })), want: null, said: /have expired at 2020/ },
  { name: 'a program that is not there', config: '[default]\ncredential_process = HOME/none\n', want: null, said: /`.*none` can't be started: No such file/ },
  { name: 'a program as source', config: `[default]\n${role('R', 'source_profile = b')}[profile b]\ncredential_process = HOME/program\n`, files: program(printed()), want: 'PROGRAM.R@us-east-1' },
  { name: 'keys before a program', config: `[default]\n${keys('KEYS')}credential_process = HOME/program\n`, files: program(printed()), want: 'KEYS' },

  { name: 'a login of a session', config: `[default]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Dev\n${session}`, files: cached('work'), want: 'SSO~BEARER~123456789012~Dev' },
  { name: 'a login of the older form', config: '[default]\nsso_start_url = https://start.example\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Dev\n', files: cached('https://start.example'), want: 'SSO~BEARER~123456789012~Dev' },
  { name: 'a login as source', config: `[default]\n${role('R', 'source_profile = b')}[profile b]\nsso_session = work\nsso_account_id = 1\nsso_role_name = Dev\n${session}`, files: cached('work'), want: 'SSO~BEARER~1~Dev.R@us-east-1' },
  { name: 'a login that has ended', env: { AWS_PROFILE: 'a' }, config: `[profile a]\nsso_session = work\nsso_account_id = 1\nsso_role_name = Dev\n${session}`, files: cached('work', '2020-01-01T00:00:00Z'), want: null, said: /the login has expired at 2020.*; log in with `aws sso login --profile a`/ },
  { name: 'nobody logged in', config: `[default]\nsso_session = work\nsso_account_id = 1\nsso_role_name = Dev\n${session}`, want: null, said: /nobody is logged in; log in with `aws sso login --profile default`/ },
  { name: 'a login without its session', config: '[default]\nsso_session = wrok\nsso_account_id = 1\nsso_role_name = Dev\n', want: null, said: /sso_session \(.*config:2\) names `wrok`, but .*config has no section/ },
  { name: 'a login without a role', config: `[default]\nsso_session = work\nsso_account_id = 1\n${session}`, files: cached('work'), want: null, said: /also needs sso_role_name/ },
  { name: 'a login of `aws login`', config: '[default]\nlogin_session = arn:aws:iam::1:user/me\n', want: null, said: /login_session \(.*config:2\), which `aws login` renews, is not read here/ },

  { name: 'a container', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container' }, want: 'CONTAINER~' },
  { name: 'a container with a token', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'TT' }, want: 'CONTAINER~TT' },
  { name: "EKS's pod identity", env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: 'HOME/pod' }, files: { pod: 'POD' }, want: 'CONTAINER~POD' },
  { name: 'a profile before the container', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container' }, credentials: `[default]\n${keys('FILE')}`, want: 'FILE' },
  { name: 'the container for a profile without credentials', env: { AWS_PROFILE: 'a', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container' }, config: '[profile a]\noutput = json\n', want: 'CONTAINER~' },
  { name: 'an instance', env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'SERVER', AWS_EC2_METADATA_DISABLED: null }, want: 'IMDS~instance-role' },
  { name: 'an instance, found by the profile', env: { AWS_EC2_METADATA_DISABLED: null }, config: '[default]\nec2_metadata_service_endpoint = SERVER\n', want: 'IMDS~instance-role' },
  { name: 'the container before the instance', env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/container', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'SERVER', AWS_EC2_METADATA_DISABLED: null }, want: 'CONTAINER~' },
  { name: 'an instance that is not asked', env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'SERVER' }, want: null, said: /AWS_EC2_METADATA_DISABLED is set/ },

  { name: 'the region of the environment', env: { ...environmentKeys, AWS_REGION: 'eu-west-3' }, config: '[default]\nregion = sa-east-1\n', want: 'ENV', region: 'eu-west-3' },
  { name: 'the region of the profile', env: { AWS_REGION: null, AWS_PROFILE: 'a' }, config: `[default]\nregion = eu-west-3\n[profile a]\nregion = sa-east-1\n${keys('A')}`, want: 'A', region: 'sa-east-1' },
  { name: 'the region of the default profile', env: { ...environmentKeys, AWS_REGION: null }, config: '[default]\nregion = sa-east-1\n', want: 'ENV', region: 'sa-east-1' },
  { name: 'a URL of the profile', env: { ...environmentKeys, AWS_ENDPOINT_URL: null }, config: '[default]\nendpoint_url = SERVER/all\n', want: 'ENV', path: '/all' },
  { name: 'a URL of a service', env: { ...environmentKeys, AWS_ENDPOINT_URL: null }, config: '[default]\nendpoint_url = SERVER/all\nservices = here\n[services here]\nsqs =\n  endpoint_url = SERVER/sqs\nsts =\n  endpoint_url = SERVER/sts # the one\n', want: 'ENV', path: '/sts' },
  { name: 'a URL for all in the environment', env: { ...environmentKeys, AWS_ENDPOINT_URL: 'SERVER/env' }, config: '[default]\nendpoint_url = SERVER/all\nservices = here\n[services here]\nsts =\n  endpoint_url = SERVER/sts\n', want: 'ENV', path: '/env' },
  { name: 'a URL for one in the environment', env: { ...environmentKeys, AWS_ENDPOINT_URL: 'SERVER/env', AWS_ENDPOINT_URL_STS: 'SERVER/one' }, config: '[default]\nendpoint_url = SERVER/all\n', want: 'ENV', path: '/one' },
  { name: 'URLs of the profile that are ignored, but for the environment', env: { ...environmentKeys, AWS_ENDPOINT_URL: null, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' }, config: '[default]\nignore_configured_endpoint_urls = true\nendpoint_url = SERVER/all\n', want: 'ENV', path: '/all' },
]

// The row's files and environment, in a HOME of its own.
function lay(row, home, server) {
  const filled = text => text.replaceAll('HOME', home).replaceAll('SERVER', server)
  const files = { ...row.files, ...(row.config && { '.aws/config': row.config }), ...(row.credentials && { '.aws/credentials': row.credentials }) }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), filled(text), { mode: name.includes('program') ? 0o755 : 0o644 })
  }
  const defaults = { HOME: home, PATH: process.env.PATH, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server, AWS_EC2_METADATA_DISABLED: 'true' }
  const set = Object.entries({ ...defaults, ...row.env }).filter(([, value]) => value !== null)
  return Object.fromEntries(set.map(([name, value]) => [name, name === 'PATH' ? value : filled(value)]))
}

async function askSdk(environment) {
  const before = { ...process.env }
  const become = wanted => {
    for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name]
    Object.assign(process.env, wanted)
  }
  const { warn } = console
  console.warn = () => {}
  become(environment)
  const client = new STSClient({ maxAttempts: 1 })
  try {
    await client.send(new GetCallerIdentityCommand({}))
  } catch {
    // The fake AWS refuses; that it was asked is what counts.
  } finally {
    client.destroy()
    become(before)
    console.warn = warn
  }
}

const askCaretaker = (environment, rules) => new Promise(resolve => {
  execFile(`${executables}/caretaker`, ['plan', '--rules', rules], { env: environment }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stderr }))
})

test('credentials, region and endpoint are those of the AWS SDK for JavaScript', async t => {
  const aws = await FakeAws.start(t)
  const root = mkdtempSync(join(tmpdir(), 'caretaker-credentials-'))
  t.after(() => rmSync(root, { recursive: true }))
  const rules = join(root, 'rules.json')
  writeFileSync(rules, '[{"repository":"shop","semVersion":"^1","serviceArn":"arn:aws:apprunner:us-east-1:123456789012:service/shop/0123456789abcdef0123456789abcdef"}]')
  for (const [at, row] of rows.entries()) {
    await t.test(row.name, async () => {
      const environment = lay(row, join(root, `home-${at}`), aws.url)
      mkdirSync(environment.HOME, { recursive: true })

      aws.asked = undefined
      await askSdk(environment)
      const theirs = aws.asked
      assert.equal(theirs?.key ?? null, row.sdk === undefined ? row.want : row.sdk, 'the SDK has other credentials than the row says')
      assert.equal(row.sdk === undefined, row.why === undefined, 'a difference has a reason')

      aws.asked = undefined
      const { code, stderr } = await askCaretaker(environment, rules)
      assert.equal(code, 2, stderr)
      assert.equal(aws.asked?.key ?? null, row.want, stderr)
      assert.doesNotMatch(stderr, /HUSH/)
      if (row.said) assert.match(stderr, row.said)
      assert.equal(row.want === null, row.said !== undefined, 'a row without credentials says what is said')
      if (row.want && theirs) {
        assert.deepEqual({ region: aws.asked.region, path: aws.asked.path }, { region: theirs.region, path: theirs.path })
        assert.deepEqual({ region: aws.asked.region, path: aws.asked.path }, { region: row.region ?? 'us-east-1', path: row.path ?? '' })
      }
    })
  }
})
