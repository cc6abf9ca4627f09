import CivilTime
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Publishing
import Registry
import Store
import Synchronization

/// Public answers as ready bytes: made once, kept until something is published or the registry
/// changes.
///
/// What was published is read again when the publications' file was changed, by this process or by
/// the command line; asking for that costs one system call. Answers that nobody asked for any more
/// make room when there are more than ``WebLimits/publicBytesMax``.
final class PublicAnswers: Sendable {
  /// Seconds for which an answer may be kept: periods are published at most four times an hour.
  static let maxAgeSeconds = 900
  /// Every answer may be read by any page; so may errors (`ProblemMiddleware`).
  static let prefix = "/public/"

  /// What tells answers apart.
  struct Key: Hashable, Sendable {
    /// The route, then every parameter that is no time, in their order.
    var question: [String]
    /// The version of the registry, whose names it shows.
    var registry: Int64
    /// What was published within the asked range: its first hour and its last.
    var hours: Range<UTCHour>
    var format: String
  }

  /// One answer as it leaves.
  struct Answer: Sendable {
    let bytes: ByteBuffer
    let headers: HTTPFields

    /// - Parameters:
    ///   - cacheControl: nil = it may be kept for ``maxAgeSeconds``.
    ///   - policy: nil = that of its kind (`ProblemMiddleware`).
    init(
      _ type: String, _ bytes: [UInt8], vary: String = "Accept", cacheControl: String? = nil,
      policy: String? = nil
    ) {
      self.bytes = ByteBuffer(bytes: bytes)
      let hash = Token.hash(String(decoding: bytes, as: UTF8.self)).base64EncodedString()
      var headers: HTTPFields = [
        .cacheControl: cacheControl ?? "public, max-age=\(PublicAnswers.maxAgeSeconds)",
        .eTag: "\"\(hash)\"", .vary: vary, .contentType: type,
      ]
      headers[.contentSecurityPolicy] = policy
      self.headers = headers
    }

    /// Memory, some: the headers and the place in the tables too.
    var byteCount: Int { bytes.readableBytes + 1024 }
  }

  /// Everything of one state of the publications.
  private struct State {
    var counter: UInt32?
    /// Every period that was published, sorted.
    var periods: Task<[Range<UTCHour>], any Error>?
    /// Asked for lately, and before that: when the first is half of what may be kept, it takes the
    /// place of the second.
    var recent: [Key: Answer] = [:]
    var former: [Key: Answer] = [:]
    var recentBytes = 0
    var making: [Key: Task<Answer, any Error>] = [:]

    mutating func find(_ key: Key) -> Answer? {
      if let answer = recent[key] { return answer }
      guard let answer = former[key] else { return nil }
      keep(answer, key)
      return answer
    }

    mutating func keep(_ answer: Answer, _ key: Key) {
      if recentBytes + answer.byteCount > WebLimits.publicBytesMax / 2 {
        (former, recent, recentBytes) = (recent, [:], 0)
      }
      if answer.byteCount > WebLimits.publicBytesMax / 2 { return }
      if recent.updateValue(answer, forKey: key) == nil { recentBytes += answer.byteCount }
    }
  }

  private let publications: PublicationStore
  private let state = Mutex(State())

  init(_ publications: PublicationStore) {
    self.publications = publications
  }

  /// The answer that stands ready, or that `make` makes now: once, however many wait for it.
  ///
  /// - Parameters:
  ///   - hours: the asked range; ranges that hold the same periods are one question.
  ///   - registry: the version that the answer is made by.
  /// - Throws: 503 when too many others are being made; what `make` throws.
  func answer(
    _ question: [String], in hours: Range<UTCHour>, registry: Int64, format: TableFormat,
    make: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    let counter = publications.changes
    let known = state.withLock { state in
      if state.counter != counter || counter == nil {
        state = State()
        state.counter = counter
      }
      if let periods = state.periods { return periods }
      let publications = publications
      let periods = Task {
        try await publications.versions(in: 0..<Registry.hourEnd, nodes: []).map(\.hours)
          .sorted { $0.lowerBound < $1.lowerBound }
      }
      state.periods = periods
      return periods
    }
    let periods = try await periods(known, counter)
    let key = Key(
      question: question, registry: registry, hours: Self.span(of: periods, in: hours),
      format: format.rawValue)
    let making = state.withLock { state -> (Answer?, Task<Answer, any Error>?) in
      if let answer = state.find(key) { return (answer, nil) }
      if let task = state.making[key] { return (nil, task) }
      if state.making.count >= WebLimits.publicMakingMax { return (nil, nil) }
      let task = Task { try await make() }
      // Of another state of the publications nothing is kept.
      if state.counter == counter { state.making[key] = task }
      return (nil, task)
    }
    if let answer = making.0 { return answer }
    guard let task = making.1 else { throw Problem.busy }
    let made = await task.result
    state.withLock { state in
      guard state.counter == counter, state.making.removeValue(forKey: key) != nil else { return }
      if case .success(let answer) = made { state.keep(answer, key) }
    }
    return try made.get()
  }

  /// A reading that failed is not kept.
  private func periods(
    _ task: Task<[Range<UTCHour>], any Error>, _ counter: UInt32?
  ) async throws -> [Range<UTCHour>] {
    do {
      return try await task.value
    } catch {
      state.withLock { if $0.counter == counter { $0.periods = nil } }
      throw error
    }
  }

  /// The first hour and the last of what was published within a range.
  private static func span(
    of periods: [Range<UTCHour>], in hours: Range<UTCHour>
  ) -> Range<UTCHour> {
    let inside = periods.lazy.filter {
      hours.lowerBound <= $0.lowerBound && $0.upperBound <= hours.upperBound
    }
    guard let first = inside.first, let last = inside.map(\.upperBound).max() else { return 0..<0 }
    return first.lowerBound..<last
  }
}

extension Response {
  /// A public answer; 304 when the client has it already.
  init(_ answer: PublicAnswers.Answer, to request: Request) {
    let tag = answer.headers[.eTag] ?? ""
    if request.headers[.ifNoneMatch]?.contains(tag) ?? false {
      var headers = answer.headers
      headers[.contentType] = nil
      self.init(status: .notModified, headers: headers)
    } else {
      self.init(
        status: .ok, headers: answer.headers, body: ResponseBody(byteBuffer: answer.bytes))
    }
  }
}
