import FirmwareProtocol
import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Registry

/// `POST /ingest/v1/{site}/{device}/press`: the same frames as over MQTT; the answer is the
/// acknowledgement, sent after the commit.
struct IngestRoute: Sendable {
  let site: CurrentSite
  let queue: SubmissionQueue
  let nowMilliseconds: @Sendable () -> Int64

  func post(_ request: Request, _ context: some RequestContext) async throws -> Response {
    let siteName = try context.parameters.require("site")
    let device = try context.parameters.require("device")
    guard try site.require().registry.site == siteName else {
      throw Problem(.notFound, "site '\(siteName)' is not served here")
    }
    switch try await submit(request, device: device) {
    case .answered(let epoch, let next, let isRewind, let isJSON):
      return answer(epoch: epoch, next: next, isRewind: isRewind, isJSON: isJSON)
    case .malformed(let reason, let detail):
      let what = detail.isEmpty ? "" : ": \(detail)"
      throw Problem(.badRequest, "not a press message (\(reason.rawValue))\(what)")
    case .tooLarge:
      throw Self.tooLarge
    case .unknownDevice:
      throw Problem(.notFound, "device '\(device)' is not in the registry")
    case .tooManyRequests:
      var problem = Problem(
        .tooManyRequests,
        "more than \(IngestLimits.submissionsPerDeviceMax) requests of this device are waiting")
      problem.headers[.retryAfter] = "1"
      throw problem
    case .shareSpent(let what):
      var problem = Problem(.tooManyRequests, "\(what); keep the presses and send them again")
      problem.headers[.retryAfter] = "\(Self.shareRetryAfterSeconds)"
      throw problem
    case .unavailable:
      throw Problem.unavailable("nothing can be stored now; keep the presses and try again")
    }
  }

  /// Takes a place first: what is being read counts like what waits.
  private func submit(_ request: Request, device: String) async throws -> SubmissionOutcome {
    let said = request.headers[.contentLength].flatMap(Int.init) ?? IngestLimits.payloadBytesMax
    guard said <= IngestLimits.payloadBytesMax else { return .tooLarge }
    let (place, refusal) = queue.place(bytes: max(0, said), device: device)
    guard let place else { return refusal }
    return await queue.submit(try await body(request, upTo: place.bytes), in: place)
  }

  /// Seconds until a device that has spent its share of epochs has one more.
  private static let shareRetryAfterSeconds =
    (59 + IngestLimits.epochsPerMinuteMax) / IngestLimits.epochsPerMinuteMax

  private static let tooLarge = Problem(
    .contentTooLarge, "a press message has at most \(IngestLimits.payloadBytesMax) bytes")

  private func body(_ request: Request, upTo bytesMax: Int) async throws -> [UInt8] {
    do {
      var buffer = try await request.body.collect(upTo: bytesMax)
      return buffer.readBytes(length: buffer.readableBytes) ?? []
    } catch is NIOTooManyBytesError {
      throw Self.tooLarge
    } catch is CancellationError {
      throw Problem.unavailable("the service stops; keep the presses and try again")
    } catch {
      throw Problem(.badRequest, "the body cannot be read: \(error)")
    }
  }

  private func answer(epoch: UInt32?, next: UInt32, isRewind: Bool, isJSON: Bool) -> Response {
    let answer = OwedAnswer(
      device: 0, epoch: epoch, next: next, isRewind: isRewind, isJSON: isJSON)
    let type = isJSON ? "application/json" : "application/octet-stream"
    return Response(
      status: isRewind ? .conflict : .ok, headers: [.contentType: type],
      body: ResponseBody(
        byteBuffer: ByteBuffer(
          bytes: answer.encoded(serverTimeMilliseconds: nowMilliseconds()))))
  }
}
