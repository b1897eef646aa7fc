// SPDX-License-Identifier: Apache-2.0
// Caretaker in an AWS account. What depends on the rules or on the program comes from the description; what is decided here is how
// it is kept: encrypted, private, over TLS only, the rules and records never thrown away. No custom resource: nothing else runs.

import { join } from 'node:path'
import { App, CfnOutput, Duration, RemovalPolicy, Stack, StackProps, Validations } from 'aws-cdk-lib'
import { CfnRule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, CfnEventSourceMapping, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket } from 'aws-cdk-lib/aws-s3'
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Description, Statement, fill } from './description.js'
import { layOut } from './function_code.js'
import { watch } from './watch.js'

export interface CaretakerProps extends StackProps {
  wanted: Description
  wantedFile: string // The same, byte by byte.
  executable: string
  architecture: string // `arm64` or `x86_64`
  notify?: string // An e-mail address that alarms go to.
  noticeBus?: string // An event bus of the account, for notices.
}

const rulesKey = 'rules.json'

export class CaretakerStack extends Stack {
  constructor(app: App, id: string, props: CaretakerProps) {
    super(app, id, { description: 'Caretaker keeps container services on the newest version their owner allows', ...props })
    const { wanted, noticeBus } = props
    const { settings } = wanted
    const bucket = makeBucket(this)
    const deadLetters = new Queue(this, 'DeadLetterQueue', {
      ...queueSafety,
      retentionPeriod: Duration.seconds(settings.deadLetterQueue.retentionSeconds),
    })
    const queue = new Queue(this, 'Queue', {
      ...queueSafety,
      visibilityTimeout: Duration.seconds(settings.queue.visibilityTimeoutSeconds),
      retentionPeriod: Duration.seconds(settings.queue.retentionSeconds),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: settings.queue.maxReceiveCount },
    })
    const names = {
      BucketName: bucket.bucketName,
      BucketArn: bucket.bucketArn,
      RulesKey: rulesKey,
      QueueName: queue.queueName,
      QueueArn: queue.queueArn,
      DeadLetterQueueArn: deadLetters.queueArn,
      NoticeBusName: noticeBus,
      NoticeBusArn: noticeBus && this.formatArn({ service: 'events', resource: 'event-bus', resourceName: noticeBus }),
    }
    // What only a notice bus needs is left out where there is none.
    const needed = <T>(value: T) => noticeBus !== undefined || !JSON.stringify(value).includes('${NoticeBus')

    const log = new LogGroup(this, 'Log', { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY })
    const role = makeRole(this, fill(wanted.statements.filter(needed), names), log, bucket)
    const code = layOut(join(app.outdir, 'function'), props.executable, props.architecture, props.wantedFile)
    const caretaker = new Function(this, 'Function', {
      description: `Caretaker for ${wanted.rules.services.length} services`,
      runtime: new Runtime(settings.function.runtime),
      handler: settings.function.handler,
      architecture: props.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      timeout: Duration.seconds(settings.function.timeoutSeconds),
      memorySize: settings.function.memoryMegabytes,
      environment: fill(Object.fromEntries(Object.entries(settings.function.environment).filter(needed)), names),
      code: Code.fromAsset(code),
      role,
      logGroup: log,
    })
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: queue.queueArn,
      functionName: caretaker.functionName,
      batchSize: settings.mapping.batchSize,
      maximumBatchingWindowInSeconds: settings.mapping.maximumBatchingWindowSeconds,
      scalingConfig: { maximumConcurrency: settings.mapping.maximumConcurrency },
      functionResponseTypes: settings.mapping.functionResponseTypes,
    })
    // Lambda looks whether the role may take messages before it creates the mapping.
    mapping.node.addDependency(role)
    sendEvents(this, fill(wanted.eventRules, names), settings.schedule, queue, deadLetters)
    const alarms = fill(settings.alarms, {
      ...names,
      FunctionName: caretaker.functionName,
      DeadLetterQueueName: deadLetters.queueName,
    })
    const watched = watch(this, { alarms, caretaker, queue, deadLetters, notify: props.notify })

    const outputs = {
      BucketName: bucket.bucketName,
      RulesKey: rulesKey,
      QueueName: queue.queueName,
      DeadLetterQueueName: deadLetters.queueName,
      FunctionName: caretaker.functionName,
      LogGroupName: log.logGroupName,
      DashboardName: watched.dashboardName,
      RulesSha256: wanted.rules.sha256,
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, `${name}Output`, { value }).overrideLogicalId(name)
  }
}

const queueSafety = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }

function makeBucket(stack: Stack): Bucket {
  const bucket = new Bucket(stack, 'Bucket', {
    versioned: true,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    removalPolicy: RemovalPolicy.RETAIN,
    // Every look at a service that changes its record leaves a version. Those of the rules stay: they are the rules' history.
    lifecycleRules: [{ id: 'OldRecords', prefix: 'records/', noncurrentVersionExpiration: Duration.days(30) }],
  })
  // The construct's own option would bring a function that sets this from outside.
  const resource = bucket.node.defaultChild as CfnBucket
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } }
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Access logs would need a second bucket, which has none itself. Every version of the rules is kept, each record says who ' +
      'changed it, and who wants reads too has CloudTrail data events.',
  })
  return bucket
}

// Exactly the statements, and the function's own log. What is more than a policy may hold goes to further policies.
function makeRole(stack: Stack, statements: Statement[], log: LogGroup, bucket: Bucket): Role {
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  for (const statement of statements) role.addToPrincipalPolicy(PolicyStatement.fromJson(statement))
  log.grantWrite(role)
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(bucket.node.defaultChild as CfnBucket)}.Arn>/records/*]`,
    reason: 'There is a record for each service, and those of services that no rule names any more stay readable.',
  })
  return role
}

// The rules' events and the schedule go to the queue, and what can't be delivered to the dead letters. Nobody else may send by way
// of the queues' policies.
function sendEvents(
  stack: Stack,
  eventRules: Description['eventRules'],
  schedule: Description['settings']['schedule'],
  queue: Queue,
  deadLetters: Queue,
): void {
  const target = { id: 'Queue', arn: queue.queueArn, deadLetterConfig: { arn: deadLetters.queueArn } }
  const rules = eventRules.map(
    ({ id, description, pattern }) => new CfnRule(stack, id, { description, eventPattern: pattern, targets: [target] }),
  )
  const { rateMinutes, input } = schedule
  rules.push(
    new CfnRule(stack, 'Sweep', {
      description: 'Every service is looked at',
      scheduleExpression: `rate(${rateMinutes} ${rateMinutes === 1 ? 'minute' : 'minutes'})`,
      targets: [input === undefined ? target : { ...target, input: stack.toJsonString(input) }],
    }),
  )
  const arns = rules.map(rule => rule.attrArn)
  for (const destination of [queue, deadLetters]) destination.addToResourcePolicy(mayBeSentBy(destination, arns))
}

function mayBeSentBy(queue: IQueue, arns: string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'OnlyTheEventRulesSend',
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': arns } },
  })
}
