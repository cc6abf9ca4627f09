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

  /// The version of the registry that it was planned by; nil where it needs none.
  var registryRevision: Int64? { get }

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
  ///
  /// - Throws: `QueryError.registryChanged`, `StoreError`, what the query throws.
  public func answer<Asked: Query>(_ query: Asked) async throws -> Asked.Answer {
    try await read(under: query.registryRevision) { try query.answer($0) }
  }

  /// Reads one moment of which the registry is that version: places, devices and sums of another
  /// would be mixed up with what was planned.
  ///
  /// - Throws: `QueryError.registryChanged`, `StoreError`, what `body` throws.
  package func read<Value: Sendable>(
    under registry: Int64?, _ body: @Sendable @escaping (Snapshot) throws -> Value
  ) async throws -> Value {
    try await read { snapshot in
      if let registry, try snapshot.registryRevision() != registry {
        throw QueryError.registryChanged
      }
      return try body(snapshot)
    }
  }
}
