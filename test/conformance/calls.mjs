// SPDX-License-Identifier: Apache-2.0
// Every operation that the sandbox emulates, called with real data and once so that it is refused: what the story of
// operations.test.mjs sends, in this order. `known` is what earlier answers told.

import { createHash } from 'node:crypto'

const account = '123456789012'
const role = `arn:aws:iam::${account}:role/story`
const queue = name => `arn:aws:sqs:us-east-1:${account}:${name}`
const noService = `arn:aws:apprunner:us-east-1:${account}:service/none/00000000000000000000000000000000`
const noDigest = `sha256:${'0'.repeat(64)}`
const noUpload = '00000000-0000-4000-8000-000000000000'
const bytes = text => new TextEncoder().encode(text)
const helloDigest = `sha256:${createHash('sha256').update('hello').digest('hex')}`
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const manifest = (text, artifactType) => JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  ...artifactType && { artifactType },
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest: `sha256:${text.repeat(64)}` },
  layers: [],
})
const source = tag => ({
  ImageRepository: {
    ImageIdentifier: `${account}.dkr.ecr.us-east-1.amazonaws.com/team/web:${tag}`,
    ImageConfiguration: { Port: '8000', RuntimeEnvironmentVariables: { GREETING: 'hällo' }, StartCommand: 'run' },
    ImageRepositoryType: 'ECR',
  },
  AuthenticationConfiguration: { AccessRoleArn: role },
  AutoDeploymentsEnabled: false,
})

// What is sent, what of the answer is kept (`name: answer => value`), and what is refused (`code: input`): see the end.
const ecr = [
  ['CreateRepository', { repositoryName: 'team/web', imageScanningConfiguration: { scanOnPush: true }, tags: [{ Key: 'team', Value: 'web' }] },
    { refused: { RepositoryAlreadyExistsException: { repositoryName: 'team/web' }, InvalidParameterException: { repositoryName: 'Upper' } } }],
  ['CreateRepository', { repositoryName: 'team/fixed', imageTagMutability: 'IMMUTABLE' }],
  ['DescribeRepositories', {}, { refused: { RepositoryNotFoundException: { repositoryNames: ['none'] } } }],
  ['DescribeRepositories', { repositoryNames: ['team/web'] }],
  ['DescribeRepositories', { maxResults: 1 }, { keep: { repositories: answer => answer.nextToken } }],
  ['DescribeRepositories', known => ({ maxResults: 1, nextToken: known.repositories })],
  ['PutImage', { repositoryName: 'team/web', imageTag: '1.2.3', imageManifest: manifest('a') },
    { keep: { digest: answer => answer.image.imageId.imageDigest },
      refused: {
        RepositoryNotFoundException: { repositoryName: 'none', imageManifest: manifest('a') },
        ImageAlreadyExistsException: { repositoryName: 'team/web', imageTag: '1.2.3', imageManifest: manifest('a') },
        ImageDigestDoesNotMatchException: { repositoryName: 'team/web', imageManifest: manifest('b'), imageDigest: noDigest },
      } }],
  ['PutImage', { repositoryName: 'team/web', imageTag: '1.2.4', imageManifest: manifest('b') }],
  ['PutImage', { repositoryName: 'team/web', imageTag: '1.3.0', imageManifest: manifest('c') }],
  ['PutImage', { repositoryName: 'team/fixed', imageTag: '1.0.0', imageManifest: manifest('a') },
    { refused: { ImageTagAlreadyExistsException: { repositoryName: 'team/fixed', imageTag: '1.0.0', imageManifest: manifest('b') } } }],
  ['ListImages', { repositoryName: 'team/web', filter: { tagStatus: 'TAGGED' } },
    { refused: { RepositoryNotFoundException: { repositoryName: 'none' } } }],
  ['ListImages', { repositoryName: 'team/web', maxResults: 1 }, { keep: { images: answer => answer.nextToken } }],
  ['ListImages', known => ({ repositoryName: 'team/web', maxResults: 1, nextToken: known.images })],
  ['DescribeImages', { repositoryName: 'team/web' }, { refused: {
    ImageNotFoundException: { repositoryName: 'team/web', imageIds: [{ imageTag: 'none' }] },
    RepositoryNotFoundException: { repositoryName: 'none' },
  } }],
  ['DescribeImages', { repositoryName: 'team/web', imageIds: [{ imageTag: '1.2.4' }] }],
  ['BatchGetImage', { repositoryName: 'team/web', imageIds: [{ imageTag: '1.2.3' }, { imageTag: 'none' }] },
    { refused: { RepositoryNotFoundException: { repositoryName: 'none', imageIds: [{ imageTag: '1' }] } } }],
  ['BatchDeleteImage', { repositoryName: 'team/web', imageIds: [{ imageTag: '1.3.0' }, { imageDigest: noDigest }] },
    { refused: { RepositoryNotFoundException: { repositoryName: 'none', imageIds: [{ imageTag: '1' }] } } }],
  ['InitiateLayerUpload', { repositoryName: 'team/web' },
    { keep: { layer: answer => answer.uploadId }, refused: { RepositoryNotFoundException: { repositoryName: 'none' } } }],
  ['CompleteLayerUpload', known => ({ repositoryName: 'team/web', uploadId: known.layer, layerDigests: [noDigest] }), { only: 'EmptyUploadException' }],
  ['UploadLayerPart', known => ({ repositoryName: 'team/web', uploadId: known.layer, partFirstByte: 0, partLastByte: 4, layerPartBlob: bytes('hello') }),
    { refused: {
      UploadNotFoundException: { repositoryName: 'team/web', uploadId: noUpload, partFirstByte: 0, partLastByte: 0, layerPartBlob: bytes('x') },
      InvalidLayerPartException: known => ({ repositoryName: 'team/web', uploadId: known.layer, partFirstByte: 9, partLastByte: 9, layerPartBlob: bytes('x') }),
    } }],
  ['CompleteLayerUpload', known => ({ repositoryName: 'team/web', uploadId: known.layer, layerDigests: [noDigest] }), { only: 'InvalidLayerException' }],
  ['CompleteLayerUpload', known => ({ repositoryName: 'team/web', uploadId: known.layer, layerDigests: [helloDigest] }),
    { refused: { UploadNotFoundException: known => ({ repositoryName: 'team/web', uploadId: known.layer, layerDigests: [helloDigest] }) } }],
  ['BatchCheckLayerAvailability', { repositoryName: 'team/web', layerDigests: [helloDigest, noDigest, 'other'] },
    { refused: { RepositoryNotFoundException: { repositoryName: 'none', layerDigests: [noDigest] } } }],
  ['GetDownloadUrlForLayer', { repositoryName: 'team/web', layerDigest: helloDigest },
    { refused: { LayersNotFoundException: { repositoryName: 'team/web', layerDigest: noDigest } } }],
  ['GetAuthorizationToken', {}, { refused: { InvalidParameterException: { registryIds: ['none'] } } }],
]

const appRunner = [
  ['CreateService', {
    ServiceName: 'story-service', SourceConfiguration: source('1.2.3'), InstanceConfiguration: { Cpu: '1024', Memory: '2048', InstanceRoleArn: role },
    HealthCheckConfiguration: { Protocol: 'HTTP', Path: '/health', Interval: 10, Timeout: 5, HealthyThreshold: 1, UnhealthyThreshold: 5 },
    Tags: [{ Key: 'team', Value: 'web' }],
  }, { keep: { service: answer => answer.Service.ServiceArn },
    refused: { ValidationException: { ServiceName: 'x', SourceConfiguration: source('1.2.3') } } }],
  { advance: '10s' },
  ['CreateService', { ServiceName: 'story-two', SourceConfiguration: source('1.2.3') }, { keep: { second: answer => answer.Service.ServiceArn } }],
  ['PauseService', known => ({ ServiceArn: known.second }), { only: 'InvalidStateException' }],
  { advance: '10s' },
  ['DescribeService', known => ({ ServiceArn: known.service }), { refused: { ResourceNotFoundException: { ServiceArn: noService } } }],
  ['ListServices', {}, { refused: { ValidationException: { MaxResults: 21 } } }],
  ['ListServices', { MaxResults: 1 }, { keep: { services: answer => answer.NextToken } }],
  ['ListServices', known => ({ MaxResults: 1, NextToken: known.services })],
  ['UpdateService', known => ({ ServiceArn: known.service, SourceConfiguration: source('1.2.4') }),
    { refused: { ResourceNotFoundException: { ServiceArn: noService }, InvalidStateException: known => ({ ServiceArn: known.service }) } }],
  { advance: '10s' },
  ['StartDeployment', known => ({ ServiceArn: known.service }), { refused: { ResourceNotFoundException: { ServiceArn: noService } } }],
  { advance: '10s' },
  ['ListOperations', known => ({ ServiceArn: known.service }), { refused: { ResourceNotFoundException: { ServiceArn: noService } } }],
  ['PauseService', known => ({ ServiceArn: known.service }), { refused: { ResourceNotFoundException: { ServiceArn: noService } } }],
  { advance: '10s' },
  ['ResumeService', known => ({ ServiceArn: known.service }), { refused: { ResourceNotFoundException: { ServiceArn: noService } } }],
  { advance: '10s' },
  ['ListTagsForResource', known => ({ ResourceArn: known.service }), { refused: { ResourceNotFoundException: { ResourceArn: noService } } }],
  ['DeleteService', known => ({ ServiceArn: known.second }), { refused: { ResourceNotFoundException: { ServiceArn: noService } } }],
  { advance: '10s' },
  ['DescribeService', known => ({ ServiceArn: known.second })],
]

const attributes = {
  text: { DataType: 'String', StringValue: 'ü' },
  number: { DataType: 'Number.int', StringValue: '7' },
  bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 1, 255]) },
}
const trace = { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5e1b4151-5ac6c58f9fa8a1d3d6b6f6e1' } }
const sqs = [
  ['CreateQueue', { QueueName: 'story-dead' }],
  ['CreateQueue', {
    QueueName: 'story',
    Attributes: { VisibilityTimeout: '30', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queue('story-dead'), maxReceiveCount: 1 }) },
    tags: { team: 'web' },
  }, { keep: { queue: answer => answer.QueueUrl },
    refused: {
      QueueNameExists: { QueueName: 'story', Attributes: { VisibilityTimeout: '31' } },
      InvalidAttributeName: { QueueName: 'other', Attributes: { None: '1' } },
      InvalidAttributeValue: { QueueName: 'other', Attributes: { VisibilityTimeout: 'x' } },
    } }],
  ['GetQueueUrl', { QueueName: 'story-dead' }, { keep: { dead: answer => answer.QueueUrl }, refused: { QueueDoesNotExist: { QueueName: 'none' } } }],
  ['GetQueueAttributes', known => ({ QueueUrl: known.queue, AttributeNames: ['All'] }),
    { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, AttributeNames: ['All'] }),
      InvalidAttributeName: known => ({ QueueUrl: known.queue, AttributeNames: ['None'] }) } }],
  ['SetQueueAttributes', known => ({ QueueUrl: known.queue, Attributes: { DelaySeconds: '0', VisibilityTimeout: '40' } }),
    { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, Attributes: { DelaySeconds: '0' } }),
      InvalidAttributeValue: known => ({ QueueUrl: known.queue, Attributes: { VisibilityTimeout: '43201' } }) } }],
  ['ListQueues', { QueueNamePrefix: 'story' }, { refused: { 'InvalidParameterValueException|InvalidParameterValue': { MaxResults: 1001 } } }],
  ['ListQueues', { MaxResults: 1 }, { keep: { queues: answer => answer.NextToken } }],
  ['ListQueues', known => ({ MaxResults: 1, NextToken: known.queues })],
  ['ListDeadLetterSourceQueues', known => ({ QueueUrl: known.dead }), { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none` }) } }],
  ['TagQueue', known => ({ QueueUrl: known.queue, Tags: { owner: 'me' } }), { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, Tags: { a: 'b' } }) } }],
  ['ListQueueTags', known => ({ QueueUrl: known.queue }), { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none` }) } }],
  ['UntagQueue', known => ({ QueueUrl: known.queue, TagKeys: ['owner'] }), { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, TagKeys: ['a'] }) } }],
  ['SendMessage', known => ({ QueueUrl: known.queue, MessageBody: 'hällo', MessageAttributes: attributes, MessageSystemAttributes: trace }),
    { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, MessageBody: 'x' }),
      InvalidMessageContents: known => ({ QueueUrl: known.queue, MessageBody: 'a\u0001' }) } }],
  ['SendMessageBatch', known => ({ QueueUrl: known.queue, Entries: [
    { Id: 'a', MessageBody: 'one', MessageAttributes: attributes }, { Id: 'b', MessageBody: 'two', DelaySeconds: 901 },
    { Id: 'c', MessageBody: 'three' }] }),
  { refused: {
    QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, Entries: [{ Id: 'a', MessageBody: 'one' }] }),
    BatchEntryIdsNotDistinct: known => ({ QueueUrl: known.queue, Entries: [{ Id: 'a', MessageBody: 'one' }, { Id: 'a', MessageBody: 'two' }] }),
    EmptyBatchRequest: known => ({ QueueUrl: known.queue, Entries: [] }),
  } }],
  ['ReceiveMessage', known => ({ QueueUrl: known.queue, AttributeNames: ['All'], MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 }),
    { keep: { receipts: answer => answer.Messages.map(message => message.ReceiptHandle) },
      refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none` }),
        'InvalidParameterValueException|InvalidParameterValue': known => ({ QueueUrl: known.queue, MaxNumberOfMessages: 11 }) } }],
  ['ChangeMessageVisibility', known => ({ QueueUrl: known.queue, ReceiptHandle: known.receipts[0], VisibilityTimeout: 60 }),
    { refused: { ReceiptHandleIsInvalid: known => ({ QueueUrl: known.queue, ReceiptHandle: 'none', VisibilityTimeout: 60 }),
      QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, ReceiptHandle: known.receipts[0], VisibilityTimeout: 60 }) } }],
  ['ChangeMessageVisibilityBatch', known => ({ QueueUrl: known.queue, Entries: [
    { Id: 'a', ReceiptHandle: known.receipts[1], VisibilityTimeout: 1 }, { Id: 'b', ReceiptHandle: 'none', VisibilityTimeout: 1 }] }),
  { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, Entries: [{ Id: 'a', ReceiptHandle: known.receipts[0], VisibilityTimeout: 1 }] }),
    EmptyBatchRequest: known => ({ QueueUrl: known.queue, Entries: [] }) } }],
  ['DeleteMessage', known => ({ QueueUrl: known.queue, ReceiptHandle: known.receipts[0] }),
    { refused: { ReceiptHandleIsInvalid: known => ({ QueueUrl: known.queue, ReceiptHandle: 'none' }) } }],
  ['DeleteMessageBatch', known => ({ QueueUrl: known.queue, Entries: [{ Id: 'a', ReceiptHandle: known.receipts[2] }, { Id: 'b', ReceiptHandle: 'none' }] }),
    { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none`, Entries: [{ Id: 'a', ReceiptHandle: known.receipts[2] }] }),
      EmptyBatchRequest: known => ({ QueueUrl: known.queue, Entries: [] }) } }],
  { advance: '2s' },
  // Its second receive takes the last message to the dead letters.
  ['ReceiveMessage', known => ({ QueueUrl: known.queue })],
  ['SendMessage', known => ({ QueueUrl: known.dead, MessageBody: 'dead' })],
  ['SendMessage', known => ({ QueueUrl: known.dead, MessageBody: 'dead' })],
  ['StartMessageMoveTask', { SourceArn: queue('story-dead'), MaxNumberOfMessagesPerSecond: 1 },
    { keep: { task: answer => answer.TaskHandle }, refused: { ResourceNotFoundException: { SourceArn: queue('none') } } }],
  ['ListMessageMoveTasks', { SourceArn: queue('story-dead') }, { refused: { ResourceNotFoundException: { SourceArn: queue('none') } } }],
  ['CancelMessageMoveTask', known => ({ TaskHandle: known.task }), { refused: { InvalidParameterValueException: { TaskHandle: 'none' } } }],
  ['PurgeQueue', known => ({ QueueUrl: known.queue }), {
    refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none` }) } }],
  ['DeleteQueue', known => ({ QueueUrl: known.queue }), { refused: { QueueDoesNotExist: known => ({ QueueUrl: `${known.queue}-none` }) } }],
]

const pattern = JSON.stringify({ source: ['story'] })
const noRule = { ResourceNotFoundException: { Name: 'none' } }
const events = [
  ['PutRule', { Name: 'story', EventPattern: pattern, Description: 'of a story', Tags: [{ Key: 'team', Value: 'web' }] },
    { keep: { rule: answer => answer.RuleArn },
      refused: { InvalidEventPatternException: { Name: 'wrong', EventPattern: '{"source":"story"}' },
        ResourceNotFoundException: { Name: 'wrong', EventPattern: pattern, EventBusName: 'none' },
        ValidationException: { Name: 'wrong' } } }],
  ['PutRule', { Name: 'story-tick', ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' }],
  ['DescribeRule', { Name: 'story' }, { refused: noRule }],
  ['DescribeRule', { Name: 'story-tick' }],
  ['DisableRule', { Name: 'story' }, { refused: noRule }],
  ['EnableRule', { Name: 'story' }, { refused: noRule }],
  ['ListRules', { NamePrefix: 'story' }, { refused: { ResourceNotFoundException: { EventBusName: 'none' } } }],
  ['ListRules', { Limit: 1 }, { keep: { rules: answer => answer.NextToken } }],
  ['ListRules', known => ({ Limit: 1, NextToken: known.rules })],
  ['PutTargets', { Rule: 'story', Targets: [
    { Id: 'a', Arn: queue('story-dead'), DeadLetterConfig: { Arn: queue('caretaker-dead-letters') }, RetryPolicy: { MaximumRetryAttempts: 3 } },
    { Id: 'b', Arn: queue('story-dead'), InputTransformer: { InputPathsMap: { id: '$.id' }, InputTemplate: '{"id":<id>}' } },
    { Id: 'c', Arn: queue('story-dead'), InputPath: '$.detail' }] },
  { refused: { ResourceNotFoundException: { Rule: 'none', Targets: [{ Id: 'a', Arn: queue('story-dead') }] },
    ValidationException: { Rule: 'story', Targets: [] } } }],
  ['ListTargetsByRule', { Rule: 'story' }, { refused: { ResourceNotFoundException: { Rule: 'none' } } }],
  ['ListTargetsByRule', { Rule: 'story', Limit: 1 }],
  ['ListRuleNamesByTarget', { TargetArn: queue('story-dead') },
    { refused: { ResourceNotFoundException: { TargetArn: queue('story-dead'), EventBusName: 'none' } } }],
  ['RemoveTargets', { Rule: 'story', Ids: ['b', 'none'] }, { refused: { ResourceNotFoundException: { Rule: 'none', Ids: ['a'] } } }],
  ['TestEventPattern', { EventPattern: pattern, Event: JSON.stringify({
    id: '1', 'detail-type': 'x', source: 'story', account, time: '2026-01-02T03:04:05Z', region: 'us-east-1', resources: [], detail: {} }) },
  { refused: { InvalidEventPatternException: { EventPattern: '{', Event: '{}' } } }],
  ['PutEvents', { Entries: [
    { Source: 'story', DetailType: 'order', Detail: '{"total":11}', Time: new Date(Date.UTC(2026, 0, 2)), Resources: ['arn:aws:x:::y'] },
    { Source: 'story', DetailType: 'order', Detail: 'none' }] },
  { refused: { ValidationException: { Entries: [] } } }],
  ['DescribeEventBus', {}, { refused: { ResourceNotFoundException: { Name: 'none' } } }],
  ['ListEventBuses', {}, { refused: { ValidationException: { Limit: 101 } } }],
  ['TagResource', known => ({ ResourceARN: known.rule, Tags: [{ Key: 'owner', Value: 'me' }] }),
    { refused: { ResourceNotFoundException: known => ({ ResourceARN: `${known.rule}-none`, Tags: [{ Key: 'owner', Value: 'me' }] }) } }],
  ['ListTagsForResource', known => ({ ResourceARN: known.rule }), { refused: { ResourceNotFoundException: known => ({ ResourceARN: `${known.rule}-none` }) } }],
  ['UntagResource', known => ({ ResourceARN: known.rule, TagKeys: ['owner'] }),
    { refused: { ResourceNotFoundException: known => ({ ResourceARN: `${known.rule}-none`, TagKeys: ['a'] }) } }],
  ['DeleteRule', { Name: 'story-tick' }, { refused: { ValidationException: { Name: 'story' }, ResourceNotFoundException: { Name: 'story', EventBusName: 'none' } } }],
]

const group = '/story/group'
const noGroup = { ResourceNotFoundException: { logGroupName: '/none' } }
const logs = [
  ['CreateLogGroup', { logGroupName: group }, {
    refused: { ResourceAlreadyExistsException: { logGroupName: group }, InvalidParameterException: { logGroupName: 'a b' } } }],
  ['CreateLogStream', { logGroupName: group, logStreamName: 'one' }, {
    refused: { ResourceAlreadyExistsException: { logGroupName: group, logStreamName: 'one' },
      ResourceNotFoundException: { logGroupName: '/none', logStreamName: 'one' } } }],
  ['PutRetentionPolicy', { logGroupName: group, retentionInDays: 14 },
    { refused: { InvalidParameterException: { logGroupName: group, retentionInDays: 2 }, ResourceNotFoundException: { logGroupName: '/none', retentionInDays: 14 } } }],
  ['PutLogEvents', known => ({ logGroupName: group, logStreamName: 'one', logEvents: [
    { timestamp: known.now, message: 'hällo' }, { timestamp: known.now + 1, message: '{"level":"ERROR","n":7}' }] }),
  { refused: { ResourceNotFoundException: known => ({ logGroupName: group, logStreamName: 'none', logEvents: [{ timestamp: known.now, message: 'x' }] }),
    InvalidParameterException: known => ({ logGroupName: group, logStreamName: 'one', logEvents: [
      { timestamp: known.now + 1, message: 'x' }, { timestamp: known.now, message: 'x' }] }) } }],
  ['PutLogEvents', { logGroupName: group, logStreamName: 'one', logEvents: [{ timestamp: 1, message: 'too old' }] }],
  ['GetLogEvents', { logGroupName: group, logStreamName: 'one', startFromHead: true },
    { refused: { ResourceNotFoundException: { logGroupName: group, logStreamName: 'none' } } }],
  ['FilterLogEvents', { logGroupName: group, filterPattern: '{ $.level = "ERROR" }' },
    { refused: { ResourceNotFoundException: { logGroupName: '/none' }, InvalidParameterException: { logGroupName: group, filterPattern: '{ $.level = ' } } }],
  ['FilterLogEvents', { logGroupName: group, limit: 1 }],
  ['DescribeLogGroups', {}, { refused: { InvalidParameterException: { limit: 51 } } }],
  ['DescribeLogGroups', { limit: 1 }, { keep: { groups: answer => answer.nextToken } }],
  ['DescribeLogGroups', known => ({ limit: 1, nextToken: known.groups })],
  ['DescribeLogStreams', { logGroupName: group }, { refused: noGroup }],
  ['DeleteRetentionPolicy', { logGroupName: group }, { refused: noGroup }],
  ['DeleteLogStream', { logGroupName: group, logStreamName: 'one' }, { refused: { ResourceNotFoundException: { logGroupName: group, logStreamName: 'none' } } }],
  ['DeleteLogGroup', { logGroupName: group }, { refused: noGroup }],
]

const managed = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'
const noRole = { NoSuchEntityException: { RoleName: 'none' } }
const iam = [
  ['CreateRole', { RoleName: 'story', AssumeRolePolicyDocument: policy, Description: 'of a story', Path: '/story/', MaxSessionDuration: 7200, Tags: [{ Key: 'team', Value: 'web' }] },
    { refused: { EntityAlreadyExistsException: { RoleName: 'story', AssumeRolePolicyDocument: policy },
      MalformedPolicyDocumentException: { RoleName: 'other', AssumeRolePolicyDocument: '{' } } }],
  ['GetRole', { RoleName: 'story' }, { refused: noRole }],
  ['ListRoles', {}, { refused: { ValidationError: { MaxItems: 1001 } } }],
  ['ListRoles', { MaxItems: 1 }, { keep: { roles: answer => answer.Marker } }],
  ['AttachRolePolicy', { RoleName: 'story', PolicyArn: managed }, { refused: { NoSuchEntityException: { RoleName: 'none', PolicyArn: managed } } }],
  ['ListAttachedRolePolicies', { RoleName: 'story' }, { refused: noRole }],
  ['PutRolePolicy', { RoleName: 'story', PolicyName: 'inline', PolicyDocument: policy },
    { refused: { NoSuchEntityException: { RoleName: 'none', PolicyName: 'inline', PolicyDocument: policy },
      MalformedPolicyDocumentException: { RoleName: 'story', PolicyName: 'inline', PolicyDocument: '{' } } }],
  ['GetRolePolicy', { RoleName: 'story', PolicyName: 'inline' }, { refused: { NoSuchEntityException: { RoleName: 'story', PolicyName: 'none' } } }],
  ['ListRolePolicies', { RoleName: 'story' }, { refused: noRole }],
  ['DeleteRole', { RoleName: 'story' }, { only: 'DeleteConflictException' }],
  ['DeleteRolePolicy', { RoleName: 'story', PolicyName: 'inline' }, { refused: { NoSuchEntityException: { RoleName: 'story', PolicyName: 'none' } } }],
  ['DetachRolePolicy', { RoleName: 'story', PolicyArn: managed }, { refused: { NoSuchEntityException: { RoleName: 'story', PolicyArn: managed } } }],
  ['DeleteRole', { RoleName: 'story' }, { refused: noRole }],
]

const lambda = [
  ['GetFunction', { FunctionName: 'caretaker' }, { refused: { ResourceNotFoundException: { FunctionName: 'none' } } }],
  ['GetFunctionConfiguration', { FunctionName: `arn:aws:lambda:us-east-1:${account}:function:caretaker` },
    { refused: { ResourceNotFoundException: { FunctionName: 'none' } } }],
  ['ListFunctions', {}, { refused: { ValidationException: { MaxItems: 10001 } } }],
  ['ListEventSourceMappings', { FunctionName: 'caretaker' },
    { keep: { mapping: answer => answer.EventSourceMappings[0].UUID }, refused: { ResourceNotFoundException: { FunctionName: 'none' } } }],
  ['GetEventSourceMapping', known => ({ UUID: known.mapping }),
    { refused: { ResourceNotFoundException: { UUID: '00000000-0000-0000-0000-000000000000' } } }],
]

const sts = [['GetCallerIdentity', {}, { stranger: 'InvalidClientTokenId' }]]

const noBucket = (more = {}) => ({ NoSuchBucket: { Bucket: 'story-none', ...more } })
const Bucket = 'story-bucket'
const encryption = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }] }
const access = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
const bucketPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*` }] })
const s3 = [
  ['CreateBucket', { Bucket }, { refused: {
    IllegalLocationConstraintException: { Bucket: 'story-there', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
    InvalidBucketName: { Bucket: 'story..bucket' } } }],
  ['HeadBucket', { Bucket }, { refused: { 404: { Bucket: 'story-none' } } }],
  ['ListBuckets', {}, { stranger: 'InvalidAccessKeyId' }],
  ['GetBucketLocation', { Bucket }, { refused: noBucket() }],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } }, { refused: noBucket({ VersioningConfiguration: { Status: 'Enabled' } }) }],
  ['GetBucketVersioning', { Bucket }, { refused: noBucket() }],
  ['PutBucketNotificationConfiguration', { Bucket, NotificationConfiguration: { EventBridgeConfiguration: {} } },
    { refused: noBucket({ NotificationConfiguration: { EventBridgeConfiguration: {} } }) }],
  ['GetBucketNotificationConfiguration', { Bucket }, { refused: noBucket() }],
  ['GetBucketPolicy', { Bucket }, { only: 'NoSuchBucketPolicy' }],
  ['PutBucketPolicy', { Bucket, Policy: bucketPolicy }, { refused: { ...noBucket({ Policy: bucketPolicy }), MalformedPolicy: { Bucket, Policy: '{' } } }],
  ['GetBucketPolicy', { Bucket }, { refused: noBucket() }],
  ['DeleteBucketPolicy', { Bucket }, { refused: noBucket() }],
  ['GetBucketTagging', { Bucket }, { only: 'NoSuchTagSet' }],
  ['PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'web' }] } }, { refused: noBucket({ Tagging: { TagSet: [] } }) }],
  ['GetBucketTagging', { Bucket }, { refused: noBucket() }],
  ['DeleteBucketTagging', { Bucket }, { refused: noBucket() }],
  ['PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: access }, { refused: noBucket({ PublicAccessBlockConfiguration: access }) }],
  ['GetPublicAccessBlock', { Bucket }, { refused: noBucket() }],
  ['DeletePublicAccessBlock', { Bucket }, { refused: noBucket() }],
  ['PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: encryption }, { refused: noBucket({ ServerSideEncryptionConfiguration: encryption }) }],
  ['GetBucketEncryption', { Bucket }, { refused: noBucket() }],
  ['DeleteBucketEncryption', { Bucket }, { refused: noBucket() }],
  ['PutObject', { Bucket, Key: 'a b+c/ü.json', Body: '{"n":1}', ContentType: 'application/json', Metadata: { owner: 'me' }, CacheControl: 'no-cache', Expires: new Date(Date.UTC(2030, 0, 2)) },
    { keep: { etag: answer => answer.ETag, version: answer => answer.VersionId },
      refused: { ...noBucket({ Key: 'a', Body: 'x' }), PreconditionFailed: { Bucket, Key: 'a b+c/ü.json', Body: 'x', IfNoneMatch: '*' } } }],
  ['PutObject', { Bucket, Key: 'b.txt', Body: 'plain' }],
  ['GetObject', { Bucket, Key: 'a b+c/ü.json' }, { refused: { NoSuchKey: { Bucket, Key: 'none' }, InvalidRange: { Bucket, Key: 'b.txt', Range: 'bytes=50-' } } }],
  ['GetObject', { Bucket, Key: 'b.txt', Range: 'bytes=1-2' }],
  ['HeadObject', { Bucket, Key: 'a b+c/ü.json' }, { refused: { 404: { Bucket, Key: 'none' } } }],
  ['CopyObject', { Bucket, Key: 'c.txt', CopySource: `${Bucket}/b.txt` }, { refused: { NoSuchKey: { Bucket, Key: 'd.txt', CopySource: `${Bucket}/none` } } }],
  ['PutObjectTagging', { Bucket, Key: 'c.txt', Tagging: { TagSet: [{ Key: 'team', Value: 'web' }] } },
    { refused: { NoSuchKey: { Bucket, Key: 'none', Tagging: { TagSet: [] } }, InvalidTag: { Bucket, Key: 'c.txt', Tagging: { TagSet: [{ Key: 'aws:x', Value: 'y' }] } } } }],
  ['GetObjectTagging', { Bucket, Key: 'c.txt' }, { refused: { NoSuchKey: { Bucket, Key: 'none' } } }],
  ['DeleteObjectTagging', { Bucket, Key: 'c.txt' }, { refused: { NoSuchKey: { Bucket, Key: 'none' } } }],
  ['PutObject', { Bucket, Key: 'tagged', Body: 'x', Tagging: 'team=web' }],
  ['GetObject', { Bucket, Key: 'tagged' }],
  ['GetObjectAttributes', { Bucket, Key: 'c.txt', ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] },
    { refused: { NoSuchKey: { Bucket, Key: 'none', ObjectAttributes: ['ETag'] } } }],
  ['ListObjects', { Bucket, Delimiter: '/', MaxKeys: 2 }, { refused: noBucket() }],
  ['ListObjectsV2', { Bucket, FetchOwner: true }, { refused: noBucket() }],
  ['ListObjectsV2', { Bucket, MaxKeys: 1 }, { keep: { objects: answer => answer.NextContinuationToken } }],
  ['ListObjectsV2', known => ({ Bucket, MaxKeys: 1, ContinuationToken: known.objects })],
  ['DeleteObject', { Bucket, Key: 'b.txt' }, { keep: { marker: answer => answer.VersionId }, refused: noBucket({ Key: 'a' }) }],
  ['ListObjectVersions', { Bucket }, { refused: noBucket() }],
  ['CreateMultipartUpload', { Bucket, Key: 'big', ContentType: 'text/plain' }, { keep: { upload: answer => answer.UploadId }, refused: noBucket({ Key: 'a' }) }],
  ['UploadPart', known => ({ Bucket, Key: 'big', UploadId: known.upload, PartNumber: 1, Body: 'part' }),
    { keep: { part: answer => answer.ETag }, refused: { NoSuchUpload: { Bucket, Key: 'big', UploadId: 'none', PartNumber: 1, Body: 'x' } } }],
  ['UploadPartCopy', known => ({ Bucket, Key: 'big', UploadId: known.upload, PartNumber: 2, CopySource: `${Bucket}/c.txt`, CopySourceRange: 'bytes=0-0' }),
    { refused: { NoSuchUpload: { Bucket, Key: 'big', UploadId: 'none', PartNumber: 2, CopySource: `${Bucket}/c.txt` },
      NoSuchKey: known => ({ Bucket, Key: 'big', UploadId: known.upload, PartNumber: 2, CopySource: `${Bucket}/none` }) } }],
  ['ListParts', known => ({ Bucket, Key: 'big', UploadId: known.upload }), { refused: { NoSuchUpload: { Bucket, Key: 'big', UploadId: 'none' } } }],
  ['ListParts', known => ({ Bucket, Key: 'big', UploadId: known.upload, MaxParts: 1, PartNumberMarker: 1 })],
  ['ListMultipartUploads', { Bucket }, { refused: noBucket() }],
  ['ListMultipartUploads', { Bucket, MaxUploads: 1, Delimiter: '/', KeyMarker: 'a', Prefix: 'b' }],
  ['CompleteMultipartUpload', known => ({ Bucket, Key: 'big', UploadId: known.upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: known.part }] } }),
    { refused: { NoSuchUpload: { Bucket, Key: 'big', UploadId: 'none', MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"x"' }] } },
      InvalidPart: known => ({ Bucket, Key: 'big', UploadId: known.upload, MultipartUpload: { Parts: [{ PartNumber: 2, ETag: '"x"' }] } }) }, before: true }],
  ['CreateMultipartUpload', { Bucket, Key: 'parts', ChecksumAlgorithm: 'SHA256' }, { keep: { upload: answer => answer.UploadId } }],
  ['UploadPart', known => ({ Bucket, Key: 'parts', UploadId: known.upload, PartNumber: 1, Body: 'part', ChecksumAlgorithm: 'SHA256' }), { keep: { part: answer => answer.ETag, sum: answer => answer.ChecksumSHA256 } }],
  ['CompleteMultipartUpload', known => ({ Bucket, Key: 'parts', UploadId: known.upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: known.part, ChecksumSHA256: known.sum }] } })],
  ['GetObjectAttributes', { Bucket, Key: 'parts', ObjectAttributes: ['ObjectParts'], MaxParts: 1 }],
  ['CreateMultipartUpload', { Bucket, Key: 'given-up' }, { keep: { upload: answer => answer.UploadId } }],
  ['AbortMultipartUpload', known => ({ Bucket, Key: 'given-up', UploadId: known.upload }), { refused: { NoSuchUpload: known => ({ Bucket, Key: 'given-up', UploadId: known.upload }) } }],
  ['DeleteObjects', known => ({ Bucket, Delete: { Objects: [{ Key: 'a b+c/ü.json', VersionId: known.version }, { Key: 'none' }] } }),
    { refused: noBucket({ Delete: { Objects: [{ Key: 'a' }] } }) }],
  ['DeleteBucket', { Bucket }, { only: 'BucketNotEmpty' }],
  ['CreateBucket', { Bucket: 'story-empty' }],
  ['DeleteBucket', { Bucket: 'story-empty' }, { refused: noBucket() }],
]

const last = [
  ['ecr', 'DeleteRepository', { repositoryName: 'team/web', force: true }, { refused: {
    RepositoryNotEmptyException: { repositoryName: 'team/web' }, RepositoryNotFoundException: { repositoryName: 'none' } }, before: true }],
]

// Each is { advance } or { service, operation, input(known) and
//   keep     { name: what(answer) }
//   refused  [[code, input(known)]]: refused after the call, or `before` it
//   only     the code with which the call itself is refused
//   stranger the code with which a caller with other credentials is refused }.
const asFunction = input => typeof input === 'function' ? input : () => input
const asCall = (service, row) => Array.isArray(row)
  ? { service, operation: row[0], ...row[2], input: asFunction(row[1]), keep: row[2]?.keep ?? {},
      refused: Object.entries(row[2]?.refused ?? {}).map(([code, input]) => [code, asFunction(input)]) }
  : row
export const calls = [
  ...Object.entries({ sts, ecr, apprunner: appRunner, sqs, events, logs, iam, lambda, s3 })
    .flatMap(([service, rows]) => rows.map(row => asCall(service, row))),
  ...last.map(([service, ...row]) => asCall(service, row)),
]
