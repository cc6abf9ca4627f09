/// The numbers that are kept of every hour, and their order wherever they stand in a row.
public enum CountNumber: Int, CaseIterable, Sendable {
  case count0, count1, count2, count3, count4, excluded, invalid, lost, estimated, late, imported
  /// Presses that an annulment takes out of all the others.
  case annulled

  /// What the numbers are called in tables, in their order.
  public static let names = [
    "count_0", "count_1", "count_2", "count_3", "count_4", "excluded", "invalid", "lost",
    "estimated", "late", "imported", "annulled",
  ]
}

/// One row of counts, in the order of ``CountNumber``.
public typealias CountNumbers = InlineArray<12, Int64>
