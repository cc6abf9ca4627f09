import BucketCore
import TestSupport
import Testing

@Suite struct CountingVectorTests {
  /// Those that hold frames only; the JSON form is not the core's matter.
  static let vectors = CountingVector.all.filter { $0.steps.allSatisfy { $0.frame != nil } }

  @Test("the vectors are there")
  func present() {
    #expect(Self.vectors.count >= 40)
  }

  @Test(
    "a device's frames are answered and add up as the vector says, however they are batched",
    arguments: vectors, [1, 2, 1000])
  func vector(_ vector: CountingVector, commitEvery: Int) throws {
    var driver = CoreDriver(devices: [vector.rules])
    for (index, step) in vector.steps.enumerated() {
      let bytes = try #require(step.payload)
      let result = driver.take(bytes, receivedAtMilliseconds: Int(step.received_ms))
      if case .malformed = result.outcome {
        #expect(step.ack == nil, "step \(index)")
      } else {
        let answer = CountingVector.Answer(
          epoch: result.epoch, next: result.nextSequence, rewind: result.outcome == .rewind)
        #expect(answer == step.ack, "step \(index)")
      }
      if (index + 1) % commitEvery == 0 { driver.commit() }
    }
    driver.commit()
    let buckets = driver.stored[0].buckets.filter { $0.value != ReferenceBucket() }
    #expect(buckets == vector.expected)
  }

  @Test("the slow model agrees with the vectors too", arguments: vectors)
  func model(_ vector: CountingVector) throws {
    var model = ReferenceDevice(rules: vector.rules)
    for step in vector.steps {
      let bytes = try #require(step.payload)
      guard let frame = try? PlainFrame(bytes) else { continue }
      let answer = model.take(frame, receivedAtMilliseconds: Int(step.received_ms))
      #expect(UInt32(answer.next) == step.ack?.next && answer.isRewind == step.ack?.rewind)
    }
    #expect(model.buckets == vector.expected)
    #expect(model.isAccountedFor)
  }
}
