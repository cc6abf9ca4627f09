public import Store

/// A query whose answer holds until a count of some hours, or the registry, changes.
public protocol RevisedQuery: Query where Answer: Revised {
  /// Every hour that the answer tells of, and perhaps more.
  var revisedHours: Range<Int> { get }
}

/// An answer that says how far the numbers had come.
public protocol Revised {
  /// Of the moment that was read.
  var revision: DataRevision { get }
}
