import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
  /// What a form of ours sent.
  ///
  /// - Throws: 403 for a form of another site, 413 for a large one, 400 for what is none.
  func form() async throws -> [String: String] {
    guard isFromHere else {
      var problem = Problem(.forbidden, "this form was sent by another site, or by no browser")
      problem.refusal = .form
      throw problem
    }
    let body = try await body.collect(upTo: WebLimits.formBytesMax)
    do {
      return try URLEncodedFormDecoder().decode(
        [String: String].self, from: String(buffer: body))
    } catch {
      throw Problem(.badRequest, "this is not what a form sends")
    }
  }
}
