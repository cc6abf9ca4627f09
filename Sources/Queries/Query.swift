public import Store

/// A question that was checked and planned: one moment of the database answers it.
///
///     let query = try RankingQuery(asked)            // wrong questions end here
///     let ranking = try await reader.answer(query)   // one moment, one value
///
/// The answer is a plain value. Who shows it reads nothing and computes nothing.
public protocol Query: Sendable {
  associatedtype Answer: Sendable

  /// What answering takes, known before anything is read.
  var cost: QueryCost { get }

  /// Reads and computes everything that the answer says.
  ///
  /// Takes as long as its cost says; runs where reading does, so that no request waits for the
  /// arithmetic of another.
  ///
  /// - Throws: `QueryError` for what only reading tells, `StoreError`.
  func answer(_ snapshot: StoreReader.Snapshot) throws -> Answer
}

/// What answering takes at most.
public struct QueryCost: Sendable, Equatable {
  /// Bytes of memory until the answer is written.
  public var bytes: Int
  /// Rows read.
  public var rows: Int

  public init(bytes: Int, rows: Int) {
    self.bytes = bytes
    self.rows = rows
  }
}

extension StoreReader {
  /// The answer of one moment.
  public func answer<Asked: Query>(_ query: Asked) async throws -> Asked.Answer {
    try await read { try query.answer($0) }
  }
}
