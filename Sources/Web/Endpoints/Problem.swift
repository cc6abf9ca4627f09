import HTTPTypes
import Hummingbird
import NIOCore
import Queries
import Store

/// An error as clients read it: RFC 9457 `application/problem+json`.
struct Problem: HTTPResponseError {
  var status: HTTPResponse.Status
  /// What is wrong, the value, and what is allowed, in one line.
  var detail: String
  /// The query parameter at fault.
  var parameter: String?
  /// What the log calls the request, where that tells more.
  var requestID: String?
  /// What it counts as, where the status does not say.
  var refusal: Refusal?
  var headers = HTTPFields()

  init(_ status: HTTPResponse.Status, _ detail: String, parameter: String? = nil) {
    self.status = status
    self.detail = detail
    self.parameter = parameter
  }

  static func parameter(_ name: String, _ detail: String) -> Problem {
    Problem(.badRequest, "\(name): \(detail)", parameter: name)
  }

  /// Why a question has no answer, as HTTP says it.
  init(_ error: QueryError) {
    switch error {
    case .parameter(let name, let detail): self = .parameter(name, detail)
    case .noRegistry:
      self.init(.notFound, "no registry was applied yet; set PIKAPALAUTE_REGISTRY")
    case .unknownNode(let node):
      self.init(.notFound, "node '\(node)' is not in the registry; see /api/v1/nodes")
    case .unknownDevice(let device):
      self.init(
        .notFound, "device '\(device)' was never registered, or is not yours; see /api/v1/devices")
    case .unknownQuestion(let question):
      self.init(
        .notFound, "question '\(question)' is not in the registry; see /api/v1/nodes",
        parameter: "question")
    case .outside(let node, let bound):
      self.init(
        .forbidden,
        "node '\(node)' is not '\(bound)', which this token is bound to, nor below it")
    case .notPublic(let node):
      self.init(.notFound, "no public node '\(node)'; see /public/v1/nodes")
    case .registryChanged: self = .unavailable("the registry was changed just now; ask again")
    case .unavailable(let detail): self = .unavailable(detail)
    }
  }

  /// Why something is not noted, as HTTP says it.
  init(_ refusal: AnnotationRefusal) {
    switch refusal {
    case .date(let detail): self = .parameter("date", detail)
    case .text(let detail): self = .parameter("text", detail)
    case .full(let detail): self.init(.conflict, detail)
    }
  }

  static func unavailable(_ detail: String) -> Problem {
    var problem = Problem(.serviceUnavailable, detail)
    problem.headers[.retryAfter] = "5"
    return problem
  }

  func response(from request: Request, context: some RequestContext) -> Response {
    var json = JSONWriter()
    json.object { json in
      json.member("type", "about:blank")
      json.member("title", status.reasonPhrase)
      json.member("status", status.code)
      json.member("detail", detail)
      if let parameter { json.member("parameter", parameter) }
      if let requestID { json.member("request", requestID) }
    }
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
  }
}
