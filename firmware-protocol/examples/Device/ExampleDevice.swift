import FirmwareProtocol
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A feedback device over HTTP, of FirmwareProtocol and Foundation.
///
///     example-device https://palaute.example/ingest/v1/helsinki/hn-0001/press TOKEN-FILE JOURNAL 3 3 0
///
/// Each number is a press of that button. It may be killed and started again at any time, with presses or
/// without: what waits in the journal is sent, and counted once.
@main
struct ExampleDevice {
  static func main() async throws {
    let words = CommandLine.arguments
    guard words.count >= 4, let address = URL(string: words[1]) else {
      print("usage: example-device ADDRESS TOKEN-FILE JOURNAL [BUTTON …]")
      exit(64)
    }
    let token = try String(contentsOfFile: words[2], encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    var journal = try Journal(at: URL(fileURLWithPath: words[3]))
    for button in words.dropFirst(4).compactMap({ UInt8($0) }) { try journal.press(button) }
    try await deliver(&journal, to: address, token)
  }

  /// Until all is acknowledged; after silence longer and longer (D7).
  private static func deliver(
    _ journal: inout Journal, to address: URL, _ token: String
  ) async throws {
    var silenceSeconds = 2
    while !journal.isEmpty {
      var request = URLRequest(url: address, timeoutInterval: 30)
      request.httpMethod = "POST"
      request.httpBody = journal.frame()
      request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
      request.setValue("application/octet-stream", forHTTPHeaderField: "Content-Type")
      let reply = try? await URLSession.shared.data(for: request)
      let status = (reply?.1 as? HTTPURLResponse)?.statusCode
      switch status {
      case 200?, 409?:
        if let body = reply?.0, let answer = acknowledgement(body), try journal.receive(answer) {
          silenceSeconds = 2
          continue
        }
      case 400?, 413?:
        print("the service never accepts this: set it aside (D8) and mend the program")
        exit(1)
      case 401?, 403?, 404?:
        print("answered \(status ?? 0): mend the token or the registry; the presses are kept")
        silenceSeconds = max(silenceSeconds, 60)
      default: break
      }
      try await Task.sleep(for: .seconds(silenceSeconds))
      silenceSeconds = min(2 * silenceSeconds, 600)
    }
  }

  private static func acknowledgement(_ body: Data) -> Acknowledgement? {
    let bytes = [UInt8](body)
    return unsafe try? Acknowledgement.decode(bytes.span.bytes)
  }
}
