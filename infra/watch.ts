// SPDX-License-Identifier: Apache-2.0
// What people look at: alarms, a dashboard and, if there is somebody to tell, a topic that tells of alarms by e-mail.

import { Duration, Stack } from 'aws-cdk-lib'
import {
  Alarm, AlarmStatusWidget, ComparisonOperator, Dashboard, GraphWidget, IMetric, Metric, TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Function } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { AlarmDescription } from './description.js'

export interface Watched {
  alarms: AlarmDescription[] // Their names filled in.
  caretaker: Function
  queue: Queue
  deadLetters: Queue
  notify?: string
}

export function watch(stack: Stack, watched: Watched): Dashboard {
  const alarms = watched.alarms.map(alarm => makeAlarm(stack, alarm))
  if (watched.notify) {
    const action = new SnsAction(makeTopic(stack, watched.notify))
    for (const alarm of alarms) alarm.addAlarmAction(action)
  }
  return makeDashboard(stack, alarms, watched)
}

function makeAlarm(stack: Stack, alarm: AlarmDescription): Alarm {
  return new Alarm(stack, `Alarm${alarm.id}`, {
    alarmDescription: alarm.description,
    metric: metricOf(alarm),
    threshold: alarm.threshold,
    evaluationPeriods: alarm.evaluationPeriods,
    comparisonOperator: alarm.comparison as ComparisonOperator,
    treatMissingData: alarm.missingData as TreatMissingData,
  })
}

function metricOf({ metric, statistic, periodSeconds }: AlarmDescription): IMetric {
  return new Metric({
    namespace: metric.namespace,
    metricName: metric.name,
    dimensionsMap: metric.dimensions,
    statistic,
    period: Duration.seconds(periodSeconds),
  })
}

// Alarms of this account may send to it, and nothing unencrypted.
function makeTopic(stack: Stack, address: string): Topic {
  const topic = new Topic(stack, 'Notify', { enforceSSL: true })
  topic.addSubscription(new EmailSubscription(address))
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsSend',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  )
  return topic
}

const namespace = 'Caretaker'
// What the function counts of each deployment (`report::tell`), under its own name.
const told = ['DeploymentsStarted', 'DeploymentsSucceeded', 'DeploymentsFailed', 'DeploymentsOverdue', 'ServicesHeld', 'ServicesStopped']

function makeDashboard(stack: Stack, alarms: Alarm[], { alarms: described, caretaker, queue, deadLetters }: Watched): Dashboard {
  const dashboard = new Dashboard(stack, 'Dashboard')
  // By their names, since not every CloudFormation knows an alarm's attribute `Arn`.
  const named = alarms.map(alarm => Alarm.fromAlarmName(stack, `${alarm.node.id}Named`, alarm.alarmName))
  const counted = new Set([...told, ...described.filter(alarm => alarm.metric.namespace === namespace).map(alarm => alarm.metric.name)])
  const dimensionsMap = { FunctionName: caretaker.functionName }
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) => new GraphWidget({ title, left, right, width: 12 })
  dashboard.addWidgets(
    graph('What Caretaker did', [...counted].map(metricName => new Metric({ namespace, metricName, dimensionsMap, statistic: 'Sum' }))),
    new AlarmStatusWidget({ title: 'Alarms', alarms: named, width: 12, height: 6 }),
  )
  dashboard.addWidgets(
    graph(
      'Queue',
      [queue.metricApproximateNumberOfMessagesVisible(), queue.metricApproximateNumberOfMessagesNotVisible(),
       deadLetters.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' })],
      [queue.metricApproximateAgeOfOldestMessage()],
    ),
    graph('Function', [caretaker.metricInvocations(), caretaker.metricErrors(), caretaker.metricThrottles()],
          [caretaker.metricDuration({ statistic: 'Maximum' })]),
  )
  return dashboard
}
