import ArgumentParser
import CivilTime
import Ingest
import Store

/// `pikapalaute frame`: the frame that a press came in.
struct FrameCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frame",
    abstract: "Show frames of the archive: the bytes as they are kept, and what they say.",
    discussion: """
      GET /api/v1/presses names the segment and the frame that each press came in. Reads only, \
      also while the service runs.

        pikapalaute frame 4711        # all frames of a segment
        pikapalaute frame 4711 3      # its third
      """)

  @OptionGroup var options: DatabaseOptions

  @Argument(help: "Number of the segment.")
  var segment: Int64
  @Argument(help: "Which of its frames, from 1. Default: all.")
  var frame: Int?

  func run() async throws {
    try await reportingFailure {
      let segment = segment
      let reader = try StoreReader(try await options.existingFile())
      guard let frames = try await reader.read({ try $0.frames(segment: segment) }) else {
        throw OptionError(
          "there is no segment \(segment); GET /api/v1/presses names that of each press")
      }
      let places = frames.map(\.place)
      if let frame, !places.contains(frame) {
        let last = places.last ?? 0
        throw OptionError(
          frame > 0 && frame < last
            ? "frame \(frame) of segment \(segment) was erased: keep_days of visits"
            : "there is no frame \(frame) in segment \(segment); it has 1 to \(last), but for those "
              + "of visits that were erased")
      }
      for found in frames where frame == nil || frame == found.place {
        show(found.frame, number: found.place, of: found.device)
      }
    }
  }

  private func show(_ frame: ArchivedFrame, number: Int, of device: String) {
    let received = RFC3339.format(milliseconds: frame.receivedAtMilliseconds)
    print(
      "segment \(segment), frame \(number): device \(device), received \(received), "
        + "\(frame.bytes.count) bytes")
    print("  " + frame.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    let journal =
      frame.epoch.map { "epoch \($0), first \(frame.firstSequence ?? 0)" } ?? "no sequence"
    print(
      "  \(journal), sent at \(time(frame.sentAtSeconds, 0, frame))"
        + (frame.holdsNothingOlder ? ", holds nothing older" : ""))
    for (place, press) in frame.presses.enumerated() {
      let name = frame.firstSequence.map { "sequence \(Int($0) + place)" } ?? "press"
      let at = press.atSeconds.map { time($0, press.milliseconds, frame) } ?? "unknown"
      print("  \(name): at \(at), button \(press.button), slot \(press.slot)")
    }
  }

  private func time(_ seconds: UInt32, _ milliseconds: Int, _ frame: ArchivedFrame) -> String {
    let total = Int64(seconds) * 1000 + Int64(milliseconds)
    return frame.isUTC
      ? RFC3339.format(milliseconds: total)
      : "\(total) ms of the device's own clock"
  }
}
