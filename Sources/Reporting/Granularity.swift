/// Into which periods a range of time is divided.
public enum Granularity: String, CaseIterable, Sendable {
  case hour, day, week, month, quarter, year, total
}
