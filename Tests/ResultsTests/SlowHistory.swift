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
    var imported = 0
  }

  /// A single press of an earlier supplier.
  struct Imported {
    var touchpoint: String
    var question: Int
    var hour: Int
    var button: Int
    var isExcluded: Bool
  }

  /// Frames in the order of receipt.
  private(set) var frames: [(device: Int, frame: PlainFrame, receivedAtMilliseconds: Int)] = []
  private(set) var imported: [Imported] = []

  /// - Parameter hours: in which presses happen, UTC.
  init(_ generator: inout Seeded, site: SlowSite, hours: Range<Int>) {
    var next = Array(repeating: 0, count: site.deviceCount)
    // Received long after all of it, or in the middle: what comes in time is not late.
    let start =
      generator.oneIn(2) ? hours.upperBound + 30 : Int.random(in: hours, using: &generator)
    var received = start * 3_600_000
    for _ in 0..<Int.random(in: 5...40, using: &generator) {
      let device = Int.random(in: 0..<site.deviceCount, using: &generator)
      received += Int.random(in: 0...600_000, using: &generator)
      let gap = generator.oneIn(8) ? Int.random(in: 1...5, using: &generator) : 0
      let frame = Self.frame(
        &generator, first: next[device] + gap, hours: hours, receivedAtMilliseconds: received)
      frames.append((device, frame, received))
      next[device] += gap + frame.presses.count
    }
    let touchpoints = site.places.filter { $0.questions != nil }.map(\.id)
    for _ in 0..<(generator.oneIn(2) ? Int.random(in: 1...30, using: &generator) : 0) {
      let question = Int.random(in: 0..<site.buttons.count, using: &generator)
      imported.append(
        Imported(
          touchpoint: generator.pick(touchpoints), question: question,
          hour: Int.random(in: hours, using: &generator),
          button: Int.random(in: 0..<site.buttons[question], using: &generator),
          isExcluded: generator.oneIn(4)))
    }
  }

  /// A frame of a clock that is right, far ahead, or counts from its own start.
  private static func frame(
    _ generator: inout Seeded, first: Int, hours: Range<Int>, receivedAtMilliseconds: Int
  ) -> PlainFrame {
    let isUTC = !generator.oneIn(4)
    let shift = isUTC ? generator.pick([0, 0, 0, 90, 5000]) : -(hours.lowerBound - 1) * 3600
    var at = Int.random(in: hours, using: &generator) * 3600
    let presses = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
      at += generator.pick([0, 1, 1, 3, 50, 3000])
      return PlainPress(
        at: generator.oneIn(15) ? nil : at + shift,
        milliseconds: Int.random(in: 0...999, using: &generator),
        button: Int.random(in: 0...5, using: &generator),
        slot: generator.oneIn(3) ? Int.random(in: 0...3, using: &generator) : 0)
    }
    return PlainFrame(
      isUTC: isUTC, epoch: 1, first: first, sentAt: receivedAtMilliseconds / 1000 + shift,
      presses: presses)
  }

  /// The imported presses as a file.
  var csv: String {
    "id,time,touchpoint,button,question,excluded\n"
      + imported.enumerated().map { id, press in
        let time = Date(timeIntervalSince1970: Double(press.hour) * 3600 + 61).ISO8601Format()
        return "\(id),\(time),\(press.touchpoint),\(press.button),q\(press.question),"
          + "\(press.isExcluded)\n"
      }.joined()
  }

  /// Everything counted from the beginning under one registry.
  func count(_ site: SlowSite) -> [Cell] {
    var models: [Int: ReferenceDevice] = [:]
    for (device, frame, received) in frames {
      var counting =
        models[device] ?? ReferenceDevice(rules: rules(site, device))
      _ = counting.take(frame, receivedAtMilliseconds: received)
      models[device] = counting
    }
    let cells = models.flatMap { device, model in
      model.buckets.map { place, bucket in
        let hour = place.hour * 60..<place.hour * 60 + 60
        let minute =
          model.rules.first { $0.part == place.slot / 16 && $0.minutes.overlaps(hour) }?
          .minutes.clamped(to: hour).lowerBound ?? 0
        let questions = site.rule(device: device, minute: minute).questions
        return Cell(
          touchpoint: site.stay(device: device, minute: minute)?.touchpoint ?? "unassigned",
          question: "q\(questions[place.slot % 16])", hour: place.hour, bucket: bucket)
      }
    }
    return cells
      + imported.map { press in
        var bucket = ReferenceBucket()
        if press.isExcluded { bucket.excluded = 1 } else { bucket.counts[press.button] = 1 }
        return Cell(
          touchpoint: press.touchpoint, question: "q\(press.question)", hour: press.hour,
          bucket: bucket, imported: press.isExcluded ? 0 : 1)
      }
  }

  private func rules(_ site: SlowSite, _ device: Int) -> [ReferenceRule] {
    let own = site.stays.filter { $0.device == device }
    let bounds = Set(own.flatMap { [$0.from?.minute, $0.to?.minute] }.compactMap(\.self))
    return ReferenceRule.stretches(between: [0] + bounds.sorted() + [120_000_000]).map {
      minutes, part in
      let rule = site.rule(device: device, minute: minutes.lowerBound)
      return ReferenceRule(
        minutes: minutes, part: part, intervalMilliseconds: rule.intervalMilliseconds,
        buttons: rule.questions.map { site.buttons[$0] })
    }
  }
}
