import FirmwareProtocol
import Foundation
import Ingest
import TestSupport
import Testing

@Suite struct CountingVectorTests {
  @Test("the vectors are there")
  func present() {
    #expect(CountingVector.all.count >= 69)
  }

  @Test(
    "a device's messages, frames and JSON, are answered over MQTT and add up as the vector says",
    arguments: CountingVector.all)
  func overMQTT(_ vector: CountingVector) throws {
    var driver = EngineDriver([EngineDevice("dev-01", rules: vector.rules)])
    var totals: [QuarantineReason: Int] = [:]
    for (index, step) in vector.steps.enumerated() {
      let payload = try #require(step.payload)
      driver.receive(payload, receivedAtMilliseconds: Int(step.received_ms))
      let answers = try driver.answers()
      let expected = step.ack.map {
        PendingAcknowledgement(
          device: 0, epoch: $0.epoch, next: $0.next ?? answers.first?.next ?? 0,
          isRewind: $0.rewind, isJSON: step.json != nil)
      }
      #expect(answers == (expected.map { [$0] } ?? []), "step \(index)")
      let now = driver.store.quarantineCounts
      let reasons = now.keys.filter { now[$0] != totals[$0] && step.ack != nil }
      #expect(reasons.map(\.rawValue) == (step.quarantine.map { [$0] } ?? []), "step \(index)")
      totals = now
    }
    #expect(driver.store.buckets() == vector.expected)
  }

  @Test(
    "the same messages posted over HTTP hear the same and add up to the same",
    arguments: CountingVector.all)
  func overHTTP(_ vector: CountingVector) throws {
    var driver = EngineDriver([EngineDevice("dev-01", rules: vector.rules)])
    for (index, step) in vector.steps.enumerated() {
      let payload = try #require(step.payload)
      let outcome = try driver.submit(payload, receivedAtMilliseconds: Int(step.received_ms))
      try driver.engine.commit(answering: false)
      #expect(driver.engine.takeAnswers().isEmpty)
      switch outcome {
      case .answered(let epoch, let next, let isRewind, let isJSON):
        #expect(epoch == step.ack?.epoch && isRewind == step.ack?.rewind, "step \(index)")
        if epoch != nil { #expect(next == step.ack?.next, "step \(index)") }
        #expect(isJSON == (step.json != nil))
      case .malformed:
        #expect(step.ack == nil, "step \(index)")
      case .tooLarge, .unknownDevice, .tooManyRequests, .shareSpent, .unavailable:
        Issue.record("step \(index): \(outcome)")
      }
    }
    #expect(driver.store.buckets() == vector.expected)
  }

  @Test(
    "all messages of a vector in one batch add up to the same, with the last answer of each epoch",
    arguments: CountingVector.all)
  func inOneBatch(_ vector: CountingVector) throws {
    var driver = EngineDriver([EngineDevice("dev-01", rules: vector.rules)])
    var last: [UInt32?: CountingVector.Answer] = [:]
    for step in vector.steps {
      let payload = try #require(step.payload)
      driver.receive(payload, receivedAtMilliseconds: Int(step.received_ms))
      if let answer = step.ack { last[answer.epoch] = answer }
    }
    let answers = try driver.answers()
    // A device with more epochs than the core holds makes commits of its own in between.
    for (epoch, expected) in last {
      let answer = answers.last { $0.epoch == epoch }
      #expect(answer?.isRewind == expected.rewind)
      if epoch != nil { #expect(answer?.next == expected.next) }
    }
    #expect(driver.store.buckets() == vector.expected)
  }
}
