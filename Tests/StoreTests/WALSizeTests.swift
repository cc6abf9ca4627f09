import Foundation
import GRDB
import Store
import TestSupport
import Testing

@Suite struct WALSizeTests {
  /// Commits of 3 MB each.
  private static func fill(_ service: inout Service, commits: Range<Int>) throws {
    let presses = (0..<1000).map { PlainPress(at: nil, button: $0 % 4) }
    for commit in commits {
      for frame in 0..<400 {
        let number = commit * 400 + frame
        let bytes = PlainFrame(
          epoch: 7, first: number * 1000, sentAt: Service.received / 1000, presses: presses
        ).bytes
        service.receive(bytes, device: "dev-0")
      }
      try service.commit()
    }
  }

  @Test("a WAL that grew behind a slow reader gives the disk back")
  func shrinks() throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    let size = {
      let path = folder.file.path + "-wal"
      return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let reader = try DatabaseQueue(path: folder.file.path, configuration: configuration)
    try reader.inDatabase { db in
      try db.beginTransaction(.deferred)
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM device")
    }
    try Self.fill(&service, commits: 0..<10)
    let grown = try size()
    #expect(grown > 25_000_000)
    try reader.inDatabase { try $0.commit() }
    try Self.fill(&service, commits: 10..<14)
    let left = try size()
    #expect(left <= 17_000_000, "\(grown) bytes have become \(left)")
  }
}
