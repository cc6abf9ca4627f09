import HTTPTypes
import Hummingbird
import NIOCore
import Queries
import Synchronization
import Testing

@testable import Web

@Suite struct SpoolFileTests {
  private static let page = [UInt8](repeating: 7, count: 100)

  private static func file(
    of token: String, in space: SpoolSpace, bytesMax: Int = .max
  ) throws -> SpoolFile {
    let request = Request(
      head: HTTPRequest(
        method: .get, scheme: nil, authority: nil, path: "/",
        headerFields: [.authorization: "Bearer \(token)"]),
      body: RequestBody(buffer: ByteBuffer()))
    return try SpoolFile(space.lease(for: request), bytesMax: bytesMax)
  }

  private static func space(
    freeBytes: @escaping @Sendable () -> Int? = { nil }
  ) -> SpoolSpace {
    SpoolSpace(bytesMax: 400, freeBytesMin: 1000, freeBytes: freeBytes)
  }

  /// What a refused file says.
  private static func refusal(_ file: SpoolFile) -> Problem? {
    do {
      try file.append(page)
      return nil
    } catch {
      return error as? Problem
    }
  }

  @Test("what was written is read, from any place")
  func reading() throws {
    let file = try Self.file(of: "one", in: Self.space())
    try file.append([1, 2, 3])
    try file.append([4, 5])
    #expect(file.byteCount == 5)
    #expect(try file.read(from: 1, count: 3) == [2, 3, 4])
    #expect(try file.read(from: 4, count: 10) == [5])
    #expect(try file.read(from: 5, count: 10) == [])
  }

  @Test("a file of its own is no larger than it may be, and keeps nothing that it refused")
  func tooLarge() throws {
    let space = Self.space()
    let file = try Self.file(of: "one", in: space, bytesMax: 150)
    try file.append(Self.page)
    #expect(throws: SpoolFile.TooLarge.self) { try file.append(Self.page) }
    #expect(file.byteCount == 100 && space.numbers == (100, 0))
  }

  @Test("all files of a bearer have half of the space, and another bearer has the rest")
  func shares() throws {
    let space = Self.space()
    let mine = try (0..<2).map { _ in try Self.file(of: "one", in: space) }
    for file in mine { try file.append(Self.page) }
    for file in mine {
      let problem = try #require(Self.refusal(file))
      #expect(problem.status == .serviceUnavailable && problem.headers[.retryAfter] != nil)
      #expect(problem.detail.contains("on their way"))
    }
    let its = try Self.file(of: "other", in: space)
    try its.append(Self.page)
    try its.append(Self.page)
    #expect(Self.refusal(try Self.file(of: "third", in: space)) != nil)
    #expect(space.numbers == (400, 3))
    withExtendedLifetime((mine, its)) {}
  }

  @Test("bytes go back with the last reference to their file")
  func release() throws {
    let space = Self.space()
    var files = try (0..<2).map { _ in try Self.file(of: "one", in: space) }
    for file in files { try file.append(Self.page) }
    let last = files.removeLast()
    #expect(space.numbers.bytes == 200)
    files = []
    #expect(space.numbers.bytes == 100)
    try last.append(Self.page)
    #expect(Self.refusal(last) != nil)
    withExtendedLifetime(last) {}
  }

  @Test("the disk keeps its floor of free bytes, whoever else fills it")
  func floor() throws {
    let free = Mutex(1100)
    let space = Self.space { free.withLock { $0 } }
    let file = try Self.file(of: "one", in: space)
    try file.append(Self.page)
    free.withLock { $0 = 1099 }
    let problem = try #require(Self.refusal(file))
    #expect(problem.status == .serviceUnavailable && problem.detail.contains("disk"))
    #expect(space.numbers == (100, 1) && file.byteCount == 100)
    free.withLock { $0 = 1100 }
    try file.append(Self.page)
  }

  @Test("the folder where files lie says what it has left")
  func realDisk() {
    #expect(SpoolSpace.freeBytesOfTemporaryFolder().map { $0 > 0 } == true)
  }

  @Test("the largest file fits one bearer's half")
  func limits() {
    #expect(QueryLimits.fileBytesMax <= WebLimits.spoolBytesMax / 2)
  }
}
