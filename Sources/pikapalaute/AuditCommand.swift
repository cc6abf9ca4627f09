import ArgumentParser
import CivilTime
import Foundation
import Ingest
import Store

/// `pikapalaute audit`: who changed what, and whether the log is whole.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Show the audit log and check its chain.",
    discussion: """
      Tokens made, expiring and withdrawn, registries applied, counts replaced, copies restored, \
      periods published, imports added and withdrawn, annotations made and withdrawn, firmware \
      offered, who signed in by the provider. The log is only ever added to, and each line carries a \
      hash over the one before. Ends with 1 when a line was changed or is missing. Who can write the \
      file can also compute the whole chain anew: keep the last hash elsewhere now and then.
      """)

  @OptionGroup var options: DatabaseOptions

  func run() async throws {
    try await reportingFailure {
      let file = try await options.existingFile()
      let (rows, fault) = try TokenStore(file).audit()
      for row in rows {
        let time = RFC3339.format(milliseconds: row.atMilliseconds)
        print("\(row.id)\t\(time)\t\(row.actor)\t\(row.action)\t\(row.detail)")
      }
      if let fault {
        say("the audit log is not whole: \(fault)")
        throw ExitCode(1)
      }
      let last = rows.last?.hash.map { Actor.hex($0) }.joined() ?? "none"
      print("\(rows.count) lines, the chain is whole; last hash \(last)")
    }
  }
}

/// Who runs a command, for the audit log.
enum Actor {
  static var name: String { "user \(NSUserName())" }

  /// This user, now.
  static func stamp() -> AuditStamp {
    AuditStamp(actor: name, nowMilliseconds: Clocks.wallMilliseconds())
  }

  static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
