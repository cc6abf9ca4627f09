import ArgumentParser
import CivilTime
import Foundation
import Ingest
import Store

/// `pikapalaute quarantine`: what was quarantined, and why.
struct QuarantineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "Show the messages that were quarantined: malformed, unregistered, foreign.",
    discussion: """
      Messages under the reason reused_epoch were answered all the same: their device uses one epoch
      for two journals, so their presses have the numbers of others and are not counted. They are
      kept whole. So were those under impossible_time (presses more than 24 hours after they came:
      invalid) and impossible_gap (more than 100 000 presses gone at once: so many count as lost).

      Under too_many_epochs, too_much_json and too_many_hours stands what a device sent beyond its
      share, which was not answered and may come again; one message a device and minute is kept, all are counted.
      """)

  @OptionGroup var options: DatabaseOptions

  @Option(help: "How many of the latest messages to show.")
  var limit = 20

  func run() async throws {
    try await reportingFailure {
      let limit = limit
      let reader = try StoreReader(await options.existingFile())
      let (totals, rows) = try await reader.read { snapshot in
        (try snapshot.quarantineTotals(), try snapshot.quarantine(limit: limit))
      }
      for total in totals { print("\(total.messages)\t\(total.reason)") }
      for row in rows {
        let time = RFC3339.format(milliseconds: row.receivedAtMilliseconds)
        let start = row.payload.prefix(32).map { Self.hex($0) }.joined()
        print(
          "\(time)  \(row.channel)  \(Self.printable(row.topic))  \(row.reason)  "
            + "\(row.byteCount) bytes  \(start)  \(Self.printable(row.detail))")
      }
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// What devices sent must not move the cursor of whoever reads it.
  private static func printable(_ text: String) -> String {
    String(text.map { $0.isASCII && !$0.isNewline && $0.asciiValue ?? 0 >= 0x20 ? $0 : "?" })
  }
}
