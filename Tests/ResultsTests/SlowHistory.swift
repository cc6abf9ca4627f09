import Foundation
import TestSupport

/// A random history of a site's devices, and what the slow model counts of it.
struct SlowHistory {
  /// Numbers of one place, question and hour.
  struct Cell {
    var touchpoint: String
    var question: String
    var hour: Int
    var bucket: ReferenceBucket
  }

  /// Frames in the order of receipt.
  private(set) var frames: [(device: Int, frame: PlainFrame, receivedAtMilliseconds: Int)] = []

  /// - Parameter hours: in which presses happen, UTC.
  init(_ generator: inout Seeded, devices: Int, hours: Range<Int>) {
    var next = Array(repeating: 0, count: devices)
    var received = (hours.upperBound + 30) * 3_600_000
    for _ in 0..<Int.random(in: 5...40, using: &generator) {
      let device = Int.random(in: 0..<devices, using: &generator)
      received += Int.random(in: 0...600_000, using: &generator)
      var at = Int.random(in: hours, using: &generator) * 3600
      let presses = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
        at += generator.pick([0, 1, 1, 3, 50, 3000])
        return PlainPress(
          at: at, milliseconds: Int.random(in: 0...999, using: &generator),
          button: Int.random(in: 0...5, using: &generator),
          slot: generator.oneIn(3) ? Int.random(in: 0...3, using: &generator) : 0)
      }
      let gap = generator.oneIn(8) ? Int.random(in: 1...5, using: &generator) : 0
      frames.append(
        (
          device,
          PlainFrame(
            epoch: 1, first: next[device] + gap, sentAt: received / 1000, presses: presses),
          received
        ))
      next[device] += gap + presses.count
    }
  }

  /// Everything counted from the beginning under one registry.
  func count(_ site: SlowSite, _ calendar: SlowCalendar) -> [Cell] {
    var models: [Int: ReferenceDevice] = [:]
    let hours = frames.flatMap { $0.frame.presses.compactMap { ($0.at ?? 0) / 3600 } }
    let range = (hours.min() ?? 0)..<(hours.max() ?? 0) + 1
    for (device, frame, received) in frames {
      let model = models[device] ?? ReferenceDevice(rules: rules(site, calendar, device, range))
      var counting = model
      _ = counting.take(frame, receivedAtMilliseconds: received)
      models[device] = counting
    }
    return models.flatMap { device, model in
      model.buckets.map { place, bucket in
        let day = calendar.day(of: place.hour)
        let questions = site.rule(device: device, day: day).questions
        return Cell(
          touchpoint: site.stay(device: device, day: day)?.touchpoint ?? "unassigned",
          question: "q\(questions[place.slot])", hour: place.hour, bucket: bucket)
      }
    }
  }

  private func rules(
    _ site: SlowSite, _ calendar: SlowCalendar, _ device: Int, _ hours: Range<Int>
  ) -> [ReferenceRule] {
    hours.map { hour in
      let rule = site.rule(device: device, day: calendar.day(of: hour))
      return ReferenceRule(
        hours: hour..<hour + 1, intervalMilliseconds: rule.intervalMilliseconds,
        buttons: rule.questions.map { site.buttons[$0] })
    }
  }
}
