import Hummingbird
import Queries
import Store

/// One request of an endpoint: what is asked, by whom, and who can tell.
struct Call: Sendable {
  let arguments: Arguments
  let service: WebService
  /// The client's, or that of a proxy before us which is not trusted.
  let address: ClientAddress
  let admission: Access.Admission
  /// What a form of ours sent, where the endpoint needs one.
  let form: [String: String]

  init(
    arguments: Arguments, service: WebService, address: ClientAddress,
    admission: Access.Admission, form: [String: String] = [:]
  ) {
    self.arguments = arguments
    self.service = service
    self.address = address
    self.admission = admission
    self.form = form
  }

  /// What the bearer may see.
  var scope: Scope { admission.scope }

  /// As whom a change is recorded.
  ///
  /// - Throws: 401 where nobody had to say who they are.
  var author: Annotation.Author {
    get throws {
      guard let author = admission.author else {
        throw Problem(.unauthorized, "a token is needed")
      }
      return author
    }
  }

  subscript<Value>(parameter: Parameter<Value>) -> Value {
    get throws { try arguments[parameter] }
  }

  var request: Request { arguments.request }

  /// The site that is served.
  ///
  /// - Throws: 404 when no registry was ever applied.
  var site: Site { get throws { try arguments.site } }

  /// The answer of one moment, and the share of memory that it holds until it was written.
  ///
  /// - Throws: 503 when there is no room; what the query throws.
  func answer<Asked: Query>(_ query: Asked) async throws -> (Asked.Answer, AnswerBudget.Lease) {
    let cost = query.cost
    let lease = try await service.budget.lease(
      bytes: cost.bytes, rows: cost.rows, for: arguments.request)
    let answer = try await service.reader.answer(query)
    lease.endReading()
    return (answer, lease)
  }
}
