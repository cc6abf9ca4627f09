import Ingest
import Synchronization

/// How long requests took and what was answered, by route, since the start.
///
/// Routes are those of ``Endpoint/all``, methods theirs, HEAD and `other`: what clients ask for adds
/// none. Times have the classes of `LatencyHistogram`.
final class RequestTimes: Sendable {
  /// What does not count under a name of its own.
  static let other = "other"

  /// What was asked for.
  struct Asked: Hashable, Comparable {
    /// As in the OpenAPI document.
    var route: String
    var method: String

    static func < (one: Asked, other: Asked) -> Bool {
      (one.route, one.method) < (other.route, other.method)
    }
  }

  /// What one answer counts as. Its time ends with the last reference.
  final class Answer: Sendable {
    private let asked: Asked
    private let statusClass: Int
    private let beganAtMilliseconds: Int64
    private let times: RequestTimes

    fileprivate init(_ asked: Asked, _ statusClass: Int, _ began: Int64, _ times: RequestTimes) {
      self.asked = asked
      self.statusClass = statusClass
      beganAtMilliseconds = began
      self.times = times
    }

    deinit { times.count(asked, statusClass, beganAtMilliseconds) }
  }

  struct Numbers: Equatable {
    var times: [Asked: LatencyHistogram] = [:]
    /// By route and the first digit of the status.
    var answers: [String: [Int: Int]] = [:]
  }

  let monotonicMilliseconds: @Sendable () -> Int64
  private let routes = Set(Endpoint.all.map(\.path))
  private let methods = Set(Endpoint.all.map(\.method) + ["HEAD"])
  private let state = Mutex(Numbers())

  init(monotonicMilliseconds: @escaping @Sendable () -> Int64) {
    self.monotonicMilliseconds = monotonicMilliseconds
  }

  var numbers: Numbers { state.withLock { $0 } }

  /// - Parameter route: nil where the path names none.
  func answer(_ status: Int, to method: String, _ route: String?, since began: Int64) -> Answer {
    let route = route.flatMap { routes.contains($0) ? $0 : nil } ?? Self.other
    let asked = Asked(route: route, method: methods.contains(method) ? method : Self.other)
    return Answer(asked, status / 100, began, self)
  }

  private func count(_ asked: Asked, _ statusClass: Int, _ began: Int64) {
    let milliseconds = monotonicMilliseconds() - began
    state.withLock { state in
      state.times[asked, default: LatencyHistogram()].add(milliseconds)
      state.answers[asked.route, default: [:]][statusClass, default: 0] += 1
    }
  }
}
