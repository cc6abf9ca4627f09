import Foundation
import Store

/// A folder for the files of one test, gone when the test is over.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("pikapalaute-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  var file: DatabaseFile { DatabaseFile(path: url.appendingPathComponent("site.sqlite").path) }
}
